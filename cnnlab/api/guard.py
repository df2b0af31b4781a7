"""What stands before every route: token, other sites, rate; and errors as one JSON sentence."""

import functools
import hmac
import os
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cnnlab.errors import LabError
from cnnlab.export.phone import PHONE_PATH
from cnnlab.prediction.board import PAD_PATH

Handler = Callable[[Request], Awaitable[Response]]

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_BURST_S = 2.0
_MOST_CLIENTS = 10_000
_OPEN = ("/api/health", PAD_PATH)  # the pad shows its page's ticket instead
_SIGNED = f"{PHONE_PATH}/"  # the address itself says that a page of this server gave it
TIME_LIMIT_S = 20.0


class Refused(Exception):  # noqa: N818 - the caller's mistake, not ours
    """A request that is turned down with a 4xx status and one sentence."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.headers = status, headers or {}


def guarded(handler: Handler) -> Handler:
    """The handler behind the checks, its refusals told as `{"error": sentence}`."""

    @functools.wraps(handler)
    async def checked(request: Request) -> Response:
        try:
            _same_site(request)
            _token(request)
            RATE.spend(request.client.host if request.client else "")
            return await handler(request)
        except Refused as refusal:
            return _error(refusal.status, str(refusal), refusal.headers)
        except LabError as error:
            return _error(422, str(error))
        except TimeoutError:
            return _error(408, "The answer took too long: send fewer or smaller pictures.")

    return checked


def route(method: str, path: str, handler: Handler) -> Route:
    """A route that answers other methods in JSON, too, where Starlette would use plain text."""

    async def only(request: Request) -> Response:
        if request.method in (method, "HEAD" if method == "GET" else method):
            if method == "GET" and request.query_params:
                names = ", ".join(map(repr, request.query_params))
                return _error(422, f"{path} takes no options. Received: {names}.")
            return await handler(request)
        sentence = f"{path} wants {method}. Received: {request.method}."
        return _error(405, sentence, {"allow": method})

    return Route(path, only, methods=METHODS, name=handler.__name__)


def _error(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": sentence}, status, headers)


def _same_site(request: Request) -> None:
    """A browser says when another site's page is asking: that is never what a reader wants."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Refused(403, "Pages of other sites may not ask this server from a browser.")


def _token(request: Request) -> None:
    wanted = os.environ.get("CNNLAB_TOKEN", "")
    path = request.url.path
    if not wanted or path in _OPEN or path.startswith(_SIGNED):
        return
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        headers = {"www-authenticate": "Bearer"}
        raise Refused(401, "This server wants 'Authorization: Bearer <its token>'.", headers)


class Rate:
    """So many requests a second for each client, with a short burst allowed (token bucket)."""

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, client: str) -> None:
        """Count one request of `client`; refuse it when the bucket is empty.

        Raises:
            Refused: 429, with the seconds to wait.
        """
        per_second = _per_second()
        now = time.monotonic()
        left, since = self._left.pop(client, (per_second * _BURST_S, now))
        left = min(per_second * _BURST_S, left + (now - since) * per_second)
        self._left[client] = (max(0.0, left - 1), now)
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        if left < 1:
            sentence = f"More than {per_second:g} requests a second: wait a second and try again."
            raise Refused(429, sentence, {"retry-after": "1"})


def _per_second() -> float:
    """`CNNLAB_RATE`, requests a second and client; 2,000 unless set."""
    try:
        return max(1.0, float(os.environ.get("CNNLAB_RATE") or 2000))
    except ValueError:
        raise LabError("CNNLAB_RATE must be a number of requests a second, such as 50.") from None


RATE = Rate()
