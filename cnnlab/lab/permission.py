"""Who may do what: two words the operator may set; without them everybody may do everything.

`CNNLAB_TOKEN` guards whatever writes (and the HTTP interface): without it one looks, draws and
predicts. `CNNLAB_TEACHER` guards the head of the queue alone; whoever knows it may write, too.
"""

import hmac
import os


def may_write(token: str) -> bool:
    """Whether this word lets one start, stop, delete, import and download."""
    return not _secret("CNNLAB_TOKEN") or _is("CNNLAB_TOKEN", token) or _is("CNNLAB_TEACHER", token)


def may_lead(token: str) -> bool:
    """Whether this word lets one move runs ahead of others in the queue."""
    if _secret("CNNLAB_TEACHER"):
        return _is("CNNLAB_TEACHER", token)
    return may_write(token)


def may_delete(owner: str, reader: str, token: str) -> bool:
    """Whether a reader may delete what `owner` started: theirs, nobody's, or as the teacher.

    Names are words, not proofs: they keep readers of one class from each other's runs by mistake.
    """
    return not owner or owner == reader.strip() or _is("CNNLAB_TEACHER", token)


def _secret(name: str) -> str:
    return os.environ.get(name, "")


def _is(name: str, token: str) -> bool:
    return bool(_secret(name)) and hmac.compare_digest(token.encode(), _secret(name).encode())
