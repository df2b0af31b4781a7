"""A run's page for a phone: by the address in a QR code, and for nobody without it."""

from anyio import CapacityLimiter, fail_after, to_thread
from starlette.requests import Request
from starlette.responses import Response

from cnnlab.api.guard import TIME_LIMIT_S, Refused, guarded
from cnnlab.errors import LabError
from cnnlab.export.phone import phone_page

_ONE = CapacityLimiter(1)  # each holds a whole network as text
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    # The page needs nobody, so it is kept apart from the lab whose address it comes from.
    "content-security-policy": "default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; sandbox allow-scripts",
}


@guarded
async def page(request: Request) -> Response:
    """The page, where the address holds this server's signature."""
    given = request.path_params
    try:
        with fail_after(TIME_LIMIT_S):
            content = await to_thread.run_sync(
                phone_page, given["name"], given["signature"], limiter=_ONE
            )
    except LabError as error:
        raise Refused(404, str(error)) from error
    return Response(content, media_type="text/html; charset=utf-8", headers=HEADERS)
