"""The shortest way from a stroke to the bars: the pads of Predict and Home ask here themselves.

Through the page, a stroke costs a run of its script and a rendering of the whole page, half of
the time in the browser. The pad shows this answer first, and tells the page afterwards.
No part of the public interface: the pad shows a ticket of the page that it stands on.
"""

from anyio import fail_after, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from cnnlab.api.bodies import body_of
from cnnlab.api.guard import TIME_LIMIT_S, Refused, guarded
from cnnlab.errors import LabError
from cnnlab.prediction import board, strip

TICKET = "x-cnnlab-ticket"
JSON = "application/json"
UNKEPT = {"cache-control": "no-store"}
MOST_BYTES = 64 * 1024


@guarded
async def answer(request: Request) -> Response:
    """A drawing's raster in base64 -> the board's HTML, or the strip for one who wants JSON."""
    try:
        names = board.admitted(request.headers.get(TICKET, ""))
    except LabError as error:
        raise Refused(403, str(error)) from error
    raster = (await body_of(request, MOST_BYTES)).decode("ascii", "replace")
    if JSON in request.headers.get("accept", ""):
        with fail_after(TIME_LIMIT_S):
            found = await to_thread.run_sync(strip.strip, names, raster)
        return JSONResponse(found.to_json(), headers=UNKEPT)
    with fail_after(TIME_LIMIT_S):
        answers = await to_thread.run_sync(board.drawing, names, raster)
    return HTMLResponse(answers.html(), headers=UNKEPT)
