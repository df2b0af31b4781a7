"""Addresses of this server as QR codes, for phones in the same network."""

import io
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import segno

from cnnlab.errors import LabError

# Nothing is sent there: asking for the way tells which of this machine's addresses leads out.
_FAR = (("192.0.2.1", 9), ("2001:db8::1", 9))
_LOCALLY = "This server answers this machine alone: start it with --server.address 0.0.0.0."
_NOWHERE = "This machine is in no network that a phone could be in: join one and try again."


@dataclass(frozen=True)
class Listening:
    """Where this server listens.

    Attributes:
        address: The address it was given to listen on; "" for all of this machine's.
        port: Of it.
        base: The path before every address, without slashes at its ends; mostly "".
        secure: Whether it speaks TLS itself.
    """

    address: str = ""
    port: int = 8501
    base: str = ""
    secure: bool = False


def reachable(seen: str, listening: Listening) -> str:
    """The server's address for a phone in the same network, without a slash at its end.

    A reader who came by another name than the machine's own loopback shows the best way: a phone
    beside them takes the same.

    Args:
        seen: The address in the reader's browser; "" where it is not known.
        listening: Where the server listens.

    Raises:
        LabError: only this machine reaches the server, or it is in no network.
    """
    came = urlsplit(seen)
    base = f"/{listening.base}" if listening.base else ""
    if came.hostname and not is_loopback(came.hostname):
        return f"{came.scheme}://{came.netloc}{base}"
    given = listening.address
    if given and is_loopback(given):
        raise LabError(_LOCALLY)
    host = network_address() if given in ("", "0.0.0.0", "::") else given
    if not host:
        raise LabError(_NOWHERE)
    scheme = "https" if listening.secure else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{listening.port}{base}"


def network_address() -> str:
    """This machine's address in its network; "" where it is in none."""
    for family, far in zip((socket.AF_INET, socket.AF_INET6), _FAR, strict=True):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as way:
                way.connect(far)
                found = str(way.getsockname()[0]).partition("%")[0]
        except OSError:  # no way out
            continue
        if not is_loopback(found):
            return found
    return ""


def is_loopback(host: str) -> bool:
    """Whether only the machine itself reaches this name or address."""
    if host.rstrip(".").rpartition(".")[2].lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return False


def svg(text: str) -> str:
    """A QR code as an SVG picture, black on white with its quiet zone, 15 % of it may be lost.

    Raises:
        LabError: more text than a QR code holds.

    Source: ISO/IEC 18004, by `segno`.
    """
    try:
        code = segno.make_qr(text, error="m")
    except segno.DataOverflowError:
        raise LabError(f"An address of {len(text)} letters is too long for a QR code.") from None
    file = io.BytesIO()
    code.save(file, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False)
    return file.getvalue().decode()
