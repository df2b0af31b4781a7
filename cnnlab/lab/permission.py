"""Who may do what: two words the operator may set; without them everybody may do everything.

`CNNLAB_TOKEN` guards whatever writes (and the HTTP interface): without it one looks, draws and
predicts. `CNNLAB_TEACHER` guards the head of the queue and the rooms of classes; whoever knows it
may write, too. What was made in a room is seen by whoever made it, and by the teacher.
"""

import hashlib
import hmac
import os
from collections.abc import Collection
from pathlib import Path

from cnnlab import rooms, runs, schema
from cnnlab.errors import LabError
from cnnlab.schema import Owner

OWNER_FILE = "owner.json"


def may_write(token: str) -> bool:
    """Whether this word lets one start, stop, delete, import and download."""
    return not _secret("CNNLAB_TOKEN") or _is("CNNLAB_TOKEN", token) or _is("CNNLAB_TEACHER", token)


def may_lead(token: str) -> bool:
    """Whether this word lets one move runs ahead of others in the queue."""
    if _secret("CNNLAB_TEACHER"):
        return _is("CNNLAB_TEACHER", token)
    return may_write(token)


def may_teach(token: str) -> bool:
    """Whether this word lets one open rooms for a class: only where the operator has set it."""
    return _is("CNNLAB_TEACHER", token)


def may_see(folder: Path, keys: Collection[str], token: str) -> bool:
    """Whether a reader may see and change what lies in a folder, as far as rooms decide."""
    return rooms.is_ones_own(folder, keys) or may_teach(token)


def sign(folder: Path, name: str, key: str) -> None:
    """Make what lies in a folder a reader's, who has this secret; the first one to sign has it.

    Where the reader is in a room that runs, it belongs to the room as well.

    Raises:
        LabError: the disk refuses.
    """
    file = folder / OWNER_FILE
    if key and not file.exists():
        with runs.explained(folder):
            schema.write(file, Owner(name.strip()[:300], _hash(key)))
        if (found := rooms.where([key])) and found[0].config.running:
            rooms.mark(folder, *found)


def may_delete(folder: Path, owner: str, reader: str, keys: Collection[str], token: str) -> bool:
    """Whether a reader may delete what lies in a folder: theirs, nobody's, or as the teacher.

    What was started on a page is signed, and a typed name proves nothing. Names alone count for
    what nobody signed: what was started on a terminal, and by earlier versions.

    Args:
        folder: A run's or an own dataset's.
        owner: The name it was started under; "" for nobody's.
        reader: The name of who asks.
        keys: The secrets of that reader's browser.
        token: The word that reader gave.
    """
    if _is("CNNLAB_TEACHER", token):
        return True
    try:
        signed = schema.read(folder / OWNER_FILE, Owner)
    except LabError:
        return False  # whose it is cannot be read: the teacher, or who has the machine, may
    if signed:
        return any(hmac.compare_digest(_hash(key), signed.proof) for key in keys)
    return not owner or owner == reader.strip()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _secret(name: str) -> str:
    return os.environ.get(name, "")


def _is(name: str, token: str) -> bool:
    return bool(_secret(name)) and hmac.compare_digest(token.encode(), _secret(name).encode())
