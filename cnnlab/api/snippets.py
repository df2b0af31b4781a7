"""Lines to paste that ask a model over HTTP (a test runs them)."""


def curl(address: str, model: str) -> str:
    """For a shell; the picture is `picture.png`."""
    return f"curl -F file=@picture.png {address}/api/models/{model}/predict"


def python(address: str, model: str) -> str:
    """For Python, with nothing but its standard library."""
    return f'''import json
import urllib.request

picture = open("picture.png", "rb").read()
request = urllib.request.Request("{address}/api/models/{model}/predict", data=picture)
with urllib.request.urlopen(request) as reply:
    answer = json.load(reply)
best = answer["predictions"][0]
print(best["label"], best["probability"])
'''


def javascript(address: str, model: str) -> str:
    """For a module of Node.js 18 or newer; a page has its picture from an `<input type="file">`."""
    return f'''import {{ readFile }} from "node:fs/promises";

const picture = await readFile("picture.png"); // in a page: input.files[0]
const reply = await fetch("{address}/api/models/{model}/predict", {{
  method: "POST",
  body: picture,
}});
const best = (await reply.json()).predictions[0];
console.log(best.label, best.probability);
'''
