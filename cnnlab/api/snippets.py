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
