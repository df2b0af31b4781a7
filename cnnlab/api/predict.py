"""The endpoint `POST /api/models/{name}/predict`: pictures in, probabilities out."""

from functools import partial
from typing import Any

from anyio import CapacityLimiter, fail_after, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cnnlab import images, prediction, rooms, runs
from cnnlab.api.bodies import sent_in
from cnnlab.api.guard import TIME_LIMIT_S, Refused, guarded
from cnnlab.errors import LabError
from cnnlab.runs import Run

_FEW = CapacityLimiter(images.AT_ONCE)
_MANY = CapacityLimiter(16)


def named(request: Request) -> Run:
    """The run of the address; raises `Refused` where there is none that callers may ask."""
    try:
        found = runs.find(request.path_params["name"])
    except LabError as error:
        raise Refused(404, str(error)) from error
    if not everybodys(found):
        raise Refused(404, f"{found.name} was made in a class's room: it is its pupil's alone.")
    return found


def everybodys(run: Run) -> bool:
    """Whether callers without a name may ask for a run: what was made in a room is a pupil's."""
    return run.read_only or rooms.is_ones_own(run.path, ())


@guarded
async def predict(request: Request) -> Response:
    """Ask a model about one picture or several, sent as multipart files or one raw body."""
    run = named(request)
    if not run.tflite_file.is_file():
        raise Refused(409, f"{run.name} has no finished model yet: wait for its training to end.")
    sent = await sent_in(request)
    options = images.read_options(sent.fields)
    answers = [await _in_turn(run, content, options) for content in sent.pictures]
    if len(answers) == 1:
        return JSONResponse({"model": run.name, **answers[0]})
    return JSONResponse({"model": run.name, "results": answers})


async def _in_turn(run: Run, content: bytes, options: images.PrepareOptions) -> dict[str, Any]:
    """One picture's answer; large ones wait for each other and never for a thread's sake."""
    async with _FEW if images.is_large(content) else _MANY:
        try:
            with fail_after(TIME_LIMIT_S):
                return await to_thread.run_sync(partial(_answer, run, content, options))
        except (LabError, Refused) as error:
            # Its traceback and the thread's future hold each other, and the picture with them.
            raise error.with_traceback(None) from None


def _answer(run: Run, content: bytes, options: images.PrepareOptions) -> dict[str, Any]:
    """One picture's answer; the same reading and preparation as on the Predict page."""
    picture = images.open_picture(content)
    answer = prediction.ask(run, picture.pixels, **options)
    if answer.prediction is None:
        raise Refused(422, "The picture is blank: nothing is drawn on it.")
    found = answer.prediction
    return {
        "predictions": [
            {"label": label, "probability": probability}
            for label, probability in zip(found.labels, found.probabilities, strict=True)
        ],
        **answer.to_json(picture.notes),
    }
