"""A run's exported page on this server, for a phone that has read its address from a QR code."""

import hashlib
import hmac
import secrets
from functools import lru_cache
from pathlib import Path

from cnnlab import runs
from cnnlab.errors import LabError
from cnnlab.export.formats.html import html

PHONE_PATH = "/phone"
MOST_BYTES = 8 * 1024 * 1024  # of a network: its page is a third longer, and held in memory
_SECRET = secrets.token_bytes(32)
_LETTERS = 16  # of a signature: short enough to scan, 64 bits


def phone_path(run: runs.Run) -> str:
    """Where this server offers the run's page: by an address that only its pages hand out.

    It is good for this server process. So a server with a token, whose HTTP interface answers
    nobody without it, still answers the phones its readers have shown a code to.

    Raises:
        LabError: the network is too large to be sent to a phone at once.
    """
    _check_size(run)
    return f"{PHONE_PATH}/{run.name}/{_sign(run.name)}"


def phone_page(name: str, signature: str) -> bytes:
    """The page of a run.

    Raises:
        LabError: the signature is none of this server's, the run is gone or too large.
    """
    if not hmac.compare_digest(signature.encode(), _sign(name).encode()):
        raise LabError("This address is of an earlier server: scan the code again.")
    run = runs.find(name)
    _check_size(run)
    return _written(run.path, run.tflite_file.stat().st_mtime_ns)


def _check_size(run: runs.Run) -> None:
    if run.tflite_file.is_file() and run.tflite_file.stat().st_size > MOST_BYTES:
        raise LabError(
            f"{run.name} is too large to be sent to a phone: the most is {MOST_BYTES >> 20} MiB."
        )


@lru_cache(maxsize=4)  # thirty phones of one class ask for the same
def _written(folder: Path, stamp: int) -> bytes:
    return html(runs.Run(folder))


def _sign(name: str) -> str:
    return hmac.new(_SECRET, name.encode(), hashlib.sha256).hexdigest()[:_LETTERS]
