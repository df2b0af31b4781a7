"""Pictures that a browser sends by itself, drawn, photographed or pasted: each counts once."""

from pathlib import Path
from typing import Any

import streamlit as st

from cnnlab import images
from cnnlab.errors import LabError
from pages.parts.shared.plainly import show_error

SCRIPT = (Path(__file__).parent / "outbox.js").read_text()


def got(key: str) -> int:
    """The number of the last picture that arrived from what has this key."""
    return int(st.session_state.get(f"got-{key}", 0))


def arrived_texts(key: str, sent: object) -> list[str]:
    """What is new in a component's list of `{id, picture}`; it counts as arrived now."""
    new = [one for one in sent if _number(one) > got(key)] if isinstance(sent, list) else []
    if new:
        st.session_state[f"got-{key}"] = max(map(_number, new))
    return [str(one.get("picture")) for one in new]


def arrived(key: str, sent: object) -> list[bytes]:
    """The same as encoded pictures."""
    try:
        return [images.from_base64(text) for text in arrived_texts(key, sent)]
    except LabError as error:
        show_error(error)
        return []


def _number(one: Any) -> int:
    number = one.get("id") if isinstance(one, dict) else None
    return number if isinstance(number, int) else 0
