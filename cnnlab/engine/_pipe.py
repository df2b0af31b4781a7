"""Whole messages over a socket: eight bytes of length, then the content."""

import socket
import struct

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
