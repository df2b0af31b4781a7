"""What the frame asks before any page: does the address lead into a class's room, or out of one?"""

import streamlit as st

from cnnlab import runs
from cnnlab.errors import LabError
from pages.parts.shared.links import go
from pages.parts.shared.reader import may_see

_NAMES_OF_RUNS = ("run", "clone", "from", "rival", "other")


def lead_to_room(page: str) -> None:
    """A link with a room's word leads to the page where one joins, whatever page it names."""
    if (word := st.query_params.get("room")) and page != "rooms":
        go("rooms", room=word)


def may_open() -> bool:
    """Whether the runs in the address may be seen by this reader; says so where they may not."""
    hidden = [
        name
        for kind in _NAMES_OF_RUNS
        for name in st.query_params.get_all(kind)
        if name and not _seen(name)
    ]
    if hidden:
        st.info(
            "This was trained in a class's room: it is seen by whoever trained it and by the "
            "teacher. What others do there is on the wall, on the page Class."
        )
    return not hidden


def _seen(name: str) -> bool:
    try:
        return may_see(runs.find(name))
    except LabError:
        return True  # no such run: the page says so
