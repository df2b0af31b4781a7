"""Prediction over HTTP, on the pages' own server and alone (`python -m cnnlab serve`).

    guard      limits, token, rate, errors as JSON
    bodies     pictures out of a request, in memory only
    document   the OpenAPI document, and a page to try it on
    pad        answers to the strokes on the Predict page, for that page alone
    phone      a run's exported page, by the address in a QR code
    predict    the endpoint that answers pictures
    body_limit middleware before all bodies, the pages' uploads too

Uploads never touch the disk, names are looked up, never joined into paths, and each picture is
decoded within limits. `st.App` serves the same `ROUTES`, and `PAGE_ROUTES` with them.
"""

import math
from contextlib import suppress
from typing import Any

from anyio import to_thread
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from cnnlab import __version__, datasets, memory, runs, schema
from cnnlab.api import pad, phone
from cnnlab.api.body_limit import BodyLimit
from cnnlab.api.document import PAGE, openapi
from cnnlab.api.guard import METHODS, Refused, guarded, route
from cnnlab.api.predict import everybodys, named, predict
from cnnlab.errors import LabError
from cnnlab.export.phone import PHONE_PATH
from cnnlab.prediction.board import PAD_PATH
from cnnlab.runs import Run


def models() -> list[Run]:
    """Every run that can predict: shipped first, then one's own, newest first.

    What was made in a class's room is its pupil's alone, and callers here have no name.
    """
    known = [*runs.pretrained(), *filter(everybodys, runs.list_runs())]
    return [run for run in known if run.tflite_file.is_file()]


def card(run: Run) -> dict[str, Any]:
    """What a caller must know of a model: input, labels, figures, and how it was trained."""
    config = run.config
    return {
        "name": run.name,
        "title": run.title,
        "architecture": config.architecture,
        "dataset": config.dataset,
        "input_shape": config.input_shape,
        "labels": config.labels,
        "preparation": config.preparation,
        "prepared": datasets.prepared(config.dataset),
        "shipped": run.read_only,
        "metrics": schema.to_json(run.metrics),
    }


def _cards() -> list[dict[str, Any]]:
    """Of every model whose files can be read: a damaged run costs its own line alone."""
    found = []
    for run in models():
        with suppress(LabError):
            found.append(card(run))
    return found


@guarded
async def health(_: Request) -> Response:
    """The server answers, and this is its version."""
    return JSONResponse({"status": "ok", "version": __version__})


@guarded
async def list_models(_: Request) -> Response:
    """Every model that can be asked, without its details."""
    cards = await to_thread.run_sync(_cards)
    short = ("name", "title", "architecture", "dataset", "input_shape", "labels", "shipped")
    rows = [{key: full[key] for key in short} for full in cards]
    for row, full in zip(rows, cards, strict=True):
        row["params"] = full["metrics"].get("params")
        row["test_accuracy"] = full["metrics"].get("test_accuracy")
        row["variant"] = full["metrics"].get("variant")
    return JSONResponse({"models": rows})


@guarded
async def show_model(request: Request) -> Response:
    """One model's card: labels, input, metrics."""
    run = named(request)
    return JSONResponse(card(run) | {"config": schema.to_json(run.config)})


@guarded
async def list_runs(_: Request) -> Response:
    """One's own runs, newest first, and the shipped ones, with their states."""
    return JSONResponse({"runs": await to_thread.run_sync(_rows)})


def _rows() -> list[dict[str, Any]]:
    rows = []
    for run in [*filter(everybodys, runs.list_runs(damaged=True)), *runs.pretrained()]:
        with suppress(runs.Gone):
            rows.append(_row(run))
    return rows


def _row(run: Run) -> dict[str, Any]:
    """How a run stands; of one whose files do not fit, why."""
    if damage := run.damage:
        empty = dict.fromkeys(("epoch", "epochs", "architecture", "dataset"))
        return {"name": run.name, "state": "damaged", "message": damage, **empty}
    config, status = run.config, run.status
    return {
        "name": run.name,
        "state": status.state,
        "message": status.message,
        "epoch": status.epoch,
        "epochs": config.epochs,
        "architecture": config.architecture,
        "dataset": config.dataset,
    }


@guarded
async def history(request: Request) -> Response:
    """One run's epochs: losses, accuracies, learning rate, seconds."""
    run = named(request)
    rows = [_finite(schema.to_json(row)) for row in run.history]
    return JSONResponse({"run": run.name, "state": run.status.state, "history": rows})


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no infinity: what is no number is null."""
    return {key: value if math.isfinite(value) else None for key, value in row.items()}


@guarded
async def described(_: Request) -> Response:
    """This interface, described for programs."""
    return JSONResponse(openapi())


@guarded
async def trial(_: Request) -> Response:
    """A page to try the interface on."""
    return HTMLResponse(PAGE)


@guarded
async def unknown(request: Request) -> Response:
    """Any other address below /api: said as JSON, where the pages would answer with themselves."""
    raise Refused(404, f"There is nothing at {request.url.path}: see /api/openapi.json.")


ROUTES = [
    route("GET", "/api/health", health),
    route("GET", "/api/models", list_models),
    route("GET", "/api/models/{name}", show_model),
    route("POST", "/api/models/{name}/predict", predict),
    route("GET", "/api/runs", list_runs),
    route("GET", "/api/runs/{name}/history", history),
    route("GET", "/api/openapi.json", described),
    route("GET", "/api", trial),
    Route("/api/{rest:path}", unknown, methods=METHODS),
]

# Before all routes of a server: bodies that are too large, too many or too slow.
MIDDLEWARE = [Middleware(BodyLimit)]
PAGE_ROUTES = [
    route("POST", PAD_PATH, pad.answer),
    route("GET", PHONE_PATH + "/{name}/{signature}", phone.page),
]


def serve(host: str = "127.0.0.1", port: int = 8502) -> None:
    """Serve these routes alone, without the pages, until Ctrl-C."""
    import uvicorn
    from starlette.applications import Starlette

    memory.keep_little()
    app = Starlette(routes=ROUTES, middleware=MIDDLEWARE)
    uvicorn.run(app, host=host, port=port, log_level="warning")
