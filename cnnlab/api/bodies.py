"""Pictures out of a request: multipart files or one raw body, held in memory, within limits."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from cnnlab.api.guard import Refused

MOST_BYTES = 32 * 1024 * 1024
MOST_PICTURES = 32


class _InMemory(MultiPartParser):
    """Never spools to a temporary file: the whole body is limited before it is parsed."""

    spool_max_size = MOST_BYTES + 1


@dataclass(frozen=True)
class Sent:
    """A request's pictures, undecoded, and the other fields of its form and address."""

    pictures: list[bytes]
    fields: Mapping[str, str]


async def sent_in(request: Request) -> Sent:
    """The pictures in a request, undecoded, and what is asked for beside them.

    Raises:
        Refused: none or too many, too many bytes, or a broken multipart body.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        pictures, fields = await _parts(request)
        return Sent(pictures, {**request.query_params, **fields})
    body = await body_of(request, MOST_BYTES)
    if not body:
        raise Refused(400, "Send a picture: as multipart file(s), or as the raw body.")
    return Sent([body], dict(request.query_params))


async def body_of(request: Request, most: int) -> bytes:
    """The whole body, if it has at most `most` bytes.

    Raises:
        Refused: it has more, or the connection closed before its end.
    """
    return b"".join([chunk async for chunk in _limited(request, most)])


async def _parts(request: Request) -> tuple[list[bytes], dict[str, str]]:
    parser = _InMemory(
        request.headers,
        _limited(request, MOST_BYTES),
        max_files=MOST_PICTURES,
        max_fields=MOST_PICTURES,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        refusal = getattr(error, "message", "no boundary")
        raise Refused(400, f"The multipart body is broken ({refusal.rstrip('.')}).") from None
    try:
        files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
        if not files:
            raise Refused(400, "The multipart body holds no file: send the picture as a file part.")
        fields = {name: part for name, part in form.multi_items() if isinstance(part, str)}
        return [await file.read() for file in files], fields
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
