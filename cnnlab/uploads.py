"""How much a reader may send, and who may send more than pictures.

The pages show these limits and the server (`api.body_limit`) applies them.
"""

import os
from collections import OrderedDict

PICTURE_MB = 20
FILE_MB = 50  # zips and models; as `maxUploadSize` in .streamlit/config.toml, a test holds it
MIB = 1024 * 1024
_MOST_SESSIONS = 1000
_trusted: OrderedDict[str, None] = OrderedDict()


def trust(session: str) -> None:
    """A page's session whose reader has given the server's token: it may send files.

    "" where Streamlit does not tell which session it is: then any session may, from now on.
    """
    _trusted[session] = None
    _trusted.move_to_end(session)
    while len(_trusted) > _MOST_SESSIONS:
        _trusted.popitem(last=False)


def most_bytes(session: str) -> int:
    """How large a file this session of a page may send."""
    free = not (os.environ.get("CNNLAB_TOKEN") or os.environ.get("CNNLAB_TEACHER"))
    if free or session in _trusted or "" in _trusted:
        return FILE_MB * MIB
    return PICTURE_MB * MIB
