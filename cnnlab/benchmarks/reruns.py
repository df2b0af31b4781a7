"""How long a page takes to run again, from the question to the last word over its own socket."""

import time
from collections.abc import Iterator

from websockets.sync.client import ClientConnection, connect

_RERUN = bytes([0x5A, 0x00])  # a BackMsg that only says: run the page again (field 11)
_SCRIPT_FINISHED = 6  # the ForwardMsg field that ends a run


def rerun_ms(address: str, page: str, count: int = 40) -> list[float]:
    """Milliseconds from asking for a rerun of `page` to its last word, `count` times, sorted.

    Args:
        address: Such as http://localhost:8501.
        page: The page's path, such as "train?run=0001-lenet5-digits"; "" is the home page.
    """
    socket = address.replace("http", "ws", 1) + "/_stcore/stream"
    path, _, query = page.partition("?")
    ask = _ask(path, query)
    samples = []
    with connect(socket, subprotocols=["streamlit"], max_size=None) as line:
        for _ in range(3):  # the first runs load what the page needs
            _once(line, ask)
        for _ in range(count):
            samples.append(_once(line, ask))
            time.sleep(0.05)
    return sorted(samples)


def _ask(path: str, query: str) -> bytes:
    """A BackMsg asking for a rerun of one page: ClientState with query string and page name."""
    state = _text(1, query) + _text(4, path)
    return bytes([0x5A, len(state)]) + state if state else _RERUN


def _text(field: int, value: str) -> bytes:
    raw = value.encode()
    return bytes([field << 3 | 2, len(raw)]) + raw if raw else b""


def _once(line: ClientConnection, ask: bytes) -> float:
    started = time.perf_counter()
    line.send(ask)
    while True:
        message = line.recv()
        if _SCRIPT_FINISHED in dict(_fields(message)):
            return 1000 * (time.perf_counter() - started)


def _fields(message: bytes) -> Iterator[tuple[int, int]]:
    """The numbers of a protobuf message's top-level fields, each with its wire type."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        yield key >> 3, key & 7
        if key & 7 == 0:
            _, at = _varint(message, at)
        elif key & 7 == 2:
            length, at = _varint(message, at)
            at += length
        else:
            at += 8 if key & 7 == 1 else 4


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
