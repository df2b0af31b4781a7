"""How long a page takes to run again, from the question to the last word over its own socket."""

import re
import struct
import time
from collections.abc import Callable, Iterator, Mapping

from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from cnnlab.errors import LabError

_RERUN = bytes([0x5A, 0x00])  # a BackMsg that only says: run the page again (field 11)
_PRESSED = bytes([2 << 3, 1])  # WidgetState: a button's trigger
_BY_CLOCK = bytes([6 << 3, 1])  # ClientState: nobody pressed anything
# Fields of the server's ForwardMsg.
_NEW_SESSION, _SCRIPT_FINISHED, _AUTO_RERUN = 4, 6, 21


def rerun_ms(address: str, page: str, count: int = 40) -> list[float]:
    """Milliseconds from asking for a rerun of `page` to its last word, `count` times, sorted.

    Args:
        address: Such as http://localhost:8501.
        page: The page's path, such as "train?run=0001-lenet5-digits"; "" is the home page.
    """
    path, _, query = page.partition("?")
    ask = _ask(path, query)
    samples = []
    with open_line(address) as line:
        for _ in range(3):  # the first runs load what the page needs
            _once(line, ask)
        for _ in range(count):
            samples.append(_once(line, ask))
            time.sleep(0.05)
    return sorted(samples)


class Reader:
    """A page held open on its socket, run again whenever its reader does something."""

    def __init__(self, line: ClientConnection, page: str) -> None:
        self._line = line
        path, _, query = page.partition("?")
        self._state = _text(1, query) + _text(4, path)
        self._ask = _message(self._state)
        self._seen = b""
        self.rerun_ms()

    def rerun_ms(self) -> float:
        """Milliseconds of one more run of the page."""
        self._seen = b""
        return _once(self._line, self._ask, self._keep)

    def fill(self, texts: Mapping[str, str], button: str) -> float:
        """Type into fields, by their keys, and press a button: milliseconds of that run.

        Raises:
            LabError: the page has no such field or button.
        """
        states = [_text(1, self._widget(key)) + _text(6, words) for key, words in texts.items()]
        states.append(_text(1, self._widget(button)) + _PRESSED)
        self._seen = b""
        ask = _message(self._state + _text(2, b"".join(_text(1, one) for one in states)))
        return _once(self._line, ask, self._keep)

    def _widget(self, key: str) -> str:
        return self.find(rb"(\$\$ID-[0-9a-f]+-" + key.encode() + rb")")

    def find(self, pattern: bytes) -> str:
        """The first group of a pattern in what the page was last told.

        Raises:
            LabError: it is not in there.
        """
        found = re.search(pattern, self._seen)
        if found is None:
            raise LabError(f"The page holds no {pattern.decode()}.")
        return found[1].decode()

    def _keep(self, _: int, value: bytes | int) -> None:
        if isinstance(value, bytes):
            self._seen += value


class Tab:
    """A browser's tab without the browser: a page held open, its clocks obeyed.

    Raises LabError where the page has no clock of its own.
    """

    def __init__(self, line: ClientConnection, page: str) -> None:
        self._line = line
        self._path, _, self._query = page.partition("?")
        self._page_hash, self._fragment = "", ""
        self.interval_s = 0.0
        _once(line, _ask(self._path, self._query), self._see)
        if not self._fragment:
            raise LabError(f"The page {page!r} has no clock: nothing in it moves.")

    def _see(self, field: int, value: bytes | int) -> None:
        """Note which page this is and which part of it runs by the clock."""
        if field == _NEW_SESSION:
            self._page_hash = _part(value, 9).decode()
        elif field == _AUTO_RERUN:
            self._fragment = _part(value, 2).decode()
            self.interval_s = struct.unpack("<f", _part(value, 1))[0]

    def tick_ms(self) -> float:
        """Milliseconds the moving part takes to run once more."""
        state = _text(1, self._query) + _text(3, self._page_hash) + _text(4, self._path)
        return _once(self._line, _message(state + _text(5, self._fragment) + _BY_CLOCK), self._see)


def open_line(address: str) -> ClientConnection:
    """The socket a browser opens first."""
    socket = address.replace("http", "ws", 1) + "/_stcore/stream"
    return connect(socket, subprotocols=[Subprotocol("streamlit")], max_size=None)


def _ask(path: str, query: str) -> bytes:
    """A BackMsg asking for a rerun of one page: ClientState with query string and page name."""
    return _message(_text(1, query) + _text(4, path))


def _message(state: bytes) -> bytes:
    return _text(11, state) if state else _RERUN


def _text(field: int, value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return bytes([field << 3 | 2]) + _length(len(raw)) + raw if raw else b""


def _length(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + _length(value >> 7)


def _once(line: ClientConnection, ask: bytes, see: Callable[..., None] = lambda *_: None) -> float:
    started = time.perf_counter()
    line.send(ask)
    finished = False
    while not finished:
        for field, value in _fields(line.recv(decode=False)):
            see(field, value)
            finished = finished or field == _SCRIPT_FINISHED
    return 1000 * (time.perf_counter() - started)


def _part(message: bytes | int, wanted: int) -> bytes:
    """The last value of a field in a message inside a message; empty when it is not there."""
    if isinstance(message, int):
        return b""
    parts = (value for field, value in _fields(message) if field == wanted)
    values = [part for part in parts if isinstance(part, bytes)]
    return values[-1] if values else b""


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """A protobuf message's top-level fields: numbers as int, all else as the bytes it is."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        if key & 7 == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if key & 7 == 2:
            length, at = _varint(message, at)
        else:
            length = 8 if key & 7 == 1 else 4
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
