"""The interface described for programs (OpenAPI 3.1) and a page to try it on."""

from typing import Any

from cnnlab import __version__

_NAME = {
    "name": "name",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"},
    "description": "A run's folder name or a shipped model's name.",
}
_ERROR = {
    "description": "One sentence that says what is wrong and what to do.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
_OPTIONS = {
    "ink": {
        "type": "string",
        "enum": ["auto", "dark", "light"],
        "description": "Of a drawing: whether its ink is darker or lighter than its ground.",
    },
    "how": {
        "type": "string",
        "enum": ["crop", "pad"],
        "description": "Of a photograph: how it is brought to the network's proportions.",
    },
}
_SCHEMAS = {
    "Error": {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string"}},
    },
    "Answer": {
        "type": "object",
        "required": ["predictions", "doubts", "preparation"],
        "properties": {
            "predictions": {
                "type": "array",
                "description": "Best first.",
                "items": {
                    "type": "object",
                    "required": ["label", "probability"],
                    "properties": {
                        "label": {"type": "string"},
                        "probability": {"type": "number", "minimum": 0, "maximum": 1},
                    },
                },
            },
            "doubts": {
                "type": "array",
                "description": "Why not to trust it, one sentence each; empty where nothing speaks "
                "against it.",
                "items": {"type": "string"},
            },
            "preparation": {
                "type": "object",
                "description": "What was done to the picture; `notes` says it in sentences.",
            },
        },
    },
    "Predicted": {
        "type": "object",
        "required": ["model"],
        "description": "One picture's Answer beside `model`, or several under `results`.",
        "properties": {
            "model": {"type": "string"},
            "results": {"type": "array", "items": {"$ref": "#/components/schemas/Answer"}},
        },
    },
}


def openapi() -> dict[str, Any]:
    """The document; its paths are those of `cnnlab.api.ROUTES` (a test compares them)."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "CNN Lab", "version": __version__},
        "paths": {
            "/api/health": {"get": _get("health", "Whether the server answers")},
            "/api/models": {"get": _get("models", "Models that can be asked")},
            "/api/models/{name}": {"get": _get("model", "One model's card", _NAME)},
            "/api/models/{name}/predict": {"post": _predict()},
            "/api/runs": {"get": _get("runs", "Trainings and their states")},
            "/api/runs/{name}/history": {"get": _get("history", "A run's epochs", _NAME)},
        },
        "components": {"schemas": _SCHEMAS},
    }


def _get(name: str, summary: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    json_object = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": {"description": summary, "content": json_object}, "4XX": _ERROR},
    }


def _predict() -> dict[str, Any]:
    raw = {"schema": {"type": "string", "format": "binary"}}
    files = {"type": "array", "items": {"type": "string", "format": "binary"}}
    form = {"type": "object", "properties": {"file": files, **_OPTIONS}, "required": ["file"]}
    kinds = ("image/png", "image/jpeg", "application/octet-stream")
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/Predicted"}}}
    return {
        "operationId": "predict",
        "summary": "What a model says of one picture, or of several",
        "parameters": [
            _NAME,
            *({"name": name, "in": "query", "schema": kind} for name, kind in _OPTIONS.items()),
        ],
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": form}} | dict.fromkeys(kinds, raw),
        },
        "responses": {"200": {"description": "The answer", "content": answer}, "4XX": _ERROR},
    }


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>CNN Lab: the HTTP interface</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
pre { background: #8881; padding: .8rem; border-radius: .4rem; overflow: auto }
label { display: block; margin: .6rem 0 }
select, input, button { font: inherit }
</style></head><body>
<h1>Ask a model over HTTP</h1>
<p>Choose a model and a picture: the answer below is what a program would get.
The whole interface is described in <a href="api/openapi.json">openapi.json</a>.</p>
<form><label>Model <select name="model"></select></label>
<label>Picture <input type="file" name="file" accept="image/*" multiple required></label>
<label>Ink <select name="ink"><option value="auto">look for it</option>
<option value="dark">dark on light</option><option value="light">light on dark</option></select>
</label><button>Ask</button></form>
<h2>The same with curl</h2><pre id="curl"></pre>
<h2>Answer</h2><pre id="answer">None yet: choose a picture and press Ask.</pre>
<script>
const form = document.forms[0], curl = document.getElementById("curl");
const answer = document.getElementById("answer");
const base = location.href.replace(/[/?#]*$/, "");
const show = () => {
  curl.textContent = `curl -F file=@picture.png ${base}/models/${form.model.value}/predict`;
};
fetch(base + "/models").then(r => r.json()).then(({models}) => {
  for (const {name, test_accuracy: a, variant} of models)
    form.model.add(
      new Option(a ? `${name} (${(100 * a).toFixed(1)} % on ${variant})` : name, name));
  if (!models.length) answer.textContent = "No model is trained yet: train one first.";
  show();
});
form.model.onchange = show;
form.onsubmit = async event => {
  event.preventDefault();
  const body = new FormData();
  body.append("ink", form.ink.value);
  for (const file of form.file.files) body.append("file", file);
  const reply = await fetch(`${base}/models/${form.model.value}/predict`, {method: "POST", body});
  answer.textContent = `${reply.status}\\n` + JSON.stringify(await reply.json(), null, 1);
};
</script></body></html>
"""
