"""Whole messages over a socket: eight bytes of length, then the content.

What a process sends back begins with a byte: `NEWS` of how far it is, or the `ANSWER`.
"""

import socket
import struct

ANSWER, NEWS = b"a", b"n"
_SIZE = struct.Struct("!Q")
_PIECE = 1024 * 1024


def send(pipe: socket.socket, content: bytes) -> None:
    """Write one message."""
    pipe.sendall(_SIZE.pack(len(content)))
    pipe.sendall(content)


def receive(pipe: socket.socket) -> bytes:
    """Read one message; `EOFError` where the other side is gone."""
    (size,) = _SIZE.unpack(_exactly(pipe, _SIZE.size))
    return _exactly(pipe, size)


def _exactly(pipe: socket.socket, size: int) -> bytes:
    content = bytearray()
    while len(content) < size:
        piece = pipe.recv(min(_PIECE, size - len(content)))
        if not piece:
            raise EOFError
        content += piece
    return bytes(content)
