"""What stands before every body that reaches the server, the pages' uploads too.

Bodies are limited in bytes, in number and in time before anybody holds them in memory: too
large a one is refused by its header, those that find no room wait for it, and one that trickles
in is cut off.
"""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

from cnnlab import uploads
from cnnlab.api.guard import Refused

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOAD_PATH = "/_stcore/upload_file/"  # Streamlit's own, for its file uploader
PATIENCE_S = 30.0  # for a whole body; one that comes faster than this gets on:
SLOWEST = 256 * 1024  # bytes a second
MOST_AT_ONCE = 96 * uploads.MIB  # of all bodies together
SMALL = uploads.MIB  # smaller ones always find room
WAIT_S = 120.0  # for room; nothing is read meanwhile
LINGER_S = 2.0  # what still comes is thrown away for so long, so that a refusal is heard
OVERHEAD = 64 * 1024  # of a multipart body around its file


class BodyLimit:
    """ASGI middleware; see above."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._taken = 0
        self._left: anyio.Condition | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, its body watched."""
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self._app(scope, receive, send)
            return
        body = _Body(self, scope, receive)
        answering = _Answering(body, send)
        try:
            await self._app(scope, body.receive, answering.send)
        except Refused as refusal:  # by a route that is not ours
            if not answering.begun:
                await _refuse(refusal, scope, body.receive, answering.send)
        finally:
            await self._give_back(body.reserved)

    async def reserve(self, size: int) -> int:
        """Wait for room for a body; what was taken of it."""
        if size <= SMALL:
            return 0
        self._left = self._left or anyio.Condition()
        with anyio.move_on_after(WAIT_S):
            async with self._left:
                while self._taken + size > MOST_AT_ONCE:
                    await self._left.wait()
                self._taken += size
                return size
        sentence = "Too much is being sent to this server: try again in a minute."
        raise Refused(503, sentence, {"retry-after": "60"})

    async def _give_back(self, size: int) -> None:
        if size and self._left:
            with anyio.CancelScope(shield=True):
                async with self._left:
                    self._taken -= size
                    self._left.notify_all()


class _Body:
    """One request's body on its way in."""

    def __init__(self, limit: BodyLimit, scope: Scope, receive: Receive) -> None:
        self._limit, self._receive = limit, receive
        self._most = _most(scope)
        self._declared = _declared(scope)
        self._seen = 0
        self._begun = 0.0
        self._over = self._declared == 0
        self._slow = False
        self.reserved = 0

    async def receive(self) -> Message:
        """The next piece; raises `Refused` instead where there is too much, or too little."""
        if not self._begun:
            if self._declared > self._most:
                raise _too_much(self._most)
            # Who does not say how much will come is given room for the most.
            expected = self._declared if self._declared >= 0 else self._most
            self.reserved = await self._limit.reserve(expected)
            self._begun = time.monotonic()
        left_s = PATIENCE_S + self._seen / SLOWEST - (time.monotonic() - self._begun)
        with anyio.move_on_after(max(0.0, left_s)):
            message = await self._receive()
            self._seen += len(message.get("body", b""))
            self._over = not message.get("more_body", False)
            if self._seen > self._most:
                raise _too_much(self._most)
            return message
        self._slow = True
        sentence = f"What was sent did not arrive within {PATIENCE_S:.0f} s: try a faster line."
        raise Refused(408, sentence)

    async def over(self) -> bool:
        """Whether all of it has come; what has not is thrown away, for a moment."""
        with anyio.move_on_after(0.0 if self._slow else LINGER_S):
            while not self._over:
                self._over = not (await self._receive()).get("more_body", False)
        return self._over


class _Answering:
    """The answer on its way out."""

    def __init__(self, body: _Body, send: Send) -> None:
        self._body, self._send = body, send
        self.begun = False

    async def send(self, message: Message) -> None:
        """Pass it on; where the body was not read to its end, the connection ends with it."""
        if message["type"] == "http.response.start" and not self.begun:
            self.begun = True
            if not await self._body.over():
                MutableHeaders(scope=message)["connection"] = "close"
        await self._send(message)


def _most(scope: Scope) -> int:
    """Bytes a body may have on its way to this path."""
    path = str(scope["path"])
    if UPLOAD_PATH not in path:
        return uploads.FILE_MB * uploads.MIB  # our own routes have limits of their own
    session = path.partition(UPLOAD_PATH)[2].partition("/")[0]
    return uploads.most_bytes(session) + OVERHEAD


def _declared(scope: Scope) -> int:
    """What the header says; -1 where it says nothing that can be read."""
    text = Headers(scope=scope).get("content-length", "")
    return int(text) if text.isdecimal() else -1


def _too_much(most: int) -> Refused:
    sentence = f"This may hold {most // uploads.MIB} MB: send less at once."
    return Refused(413, sentence)


async def _refuse(refusal: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    response = JSONResponse({"error": str(refusal)}, refusal.status, refusal.headers)
    await response(scope, receive, send)
