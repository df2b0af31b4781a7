"""Pictures out of a request: multipart files or one raw body, held in memory, within limits."""

from collections.abc import AsyncGenerator

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from cnnlab.api.guard import Refused

MOST_BYTES = 32 * 1024 * 1024
MOST_PICTURES = 32


class _InMemory(MultiPartParser):
    """Never spools to a temporary file: the whole body is limited before it is parsed."""

    spool_max_size = MOST_BYTES + 1


async def pictures_of(request: Request) -> list[bytes]:
    """The pictures in a request, undecoded.

    Raises:
        Refused: none or too many, too many bytes, or a broken multipart body.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        return await _files(request)
    body = await body_of(request, MOST_BYTES)
    if not body:
        raise Refused(400, "Send a picture: as multipart file(s), or as the raw body.")
    return [body]


async def body_of(request: Request, most: int) -> bytes:
    """The whole body, if it has at most `most` bytes.

    Raises:
        Refused: it has more, or the connection closed before its end.
    """
    return b"".join([chunk async for chunk in _limited(request, most)])


async def _files(request: Request) -> list[bytes]:
    parser = _InMemory(
        request.headers,
        _limited(request, MOST_BYTES),
        max_files=MOST_PICTURES,
        max_fields=MOST_PICTURES,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        said = getattr(error, "message", "no boundary")
        raise Refused(400, f"The multipart body is broken ({said.rstrip('.')}).") from None
    try:
        files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
        if not files:
            raise Refused(400, "The multipart body holds no file: send the picture as a file part.")
        return [await file.read() for file in files]
    finally:
        await form.close()


async def _limited(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """The body's chunks, refused as soon as they add up to too much."""
    seen = 0
    try:
        async for chunk in request.stream():
            seen += len(chunk)
            if seen > most:
                raise Refused(413, f"A request may hold {most // 1024} KiB: send less at once.")
            yield chunk
    except ClientDisconnect:
        raise Refused(400, "The connection closed before the picture had arrived.") from None
