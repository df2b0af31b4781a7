"""Pictures that a browser sends by itself, drawn, photographed or pasted: each counts once."""

from collections.abc import Callable
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


def texts(component: Callable[..., Any], key: str) -> list[str]:
    """What a component with `SCRIPT` in front sent since the last rerun; it counts as arrived now.

    Args:
        component: Shown here; it sends a list of `{id, picture}`.
        key: Its key, one for each place on the page.
    """
    sent = component(
        key=key,
        data={"key": key, "got": got(key)},
        default={"sent": None},
        on_sent_change=lambda: None,
    ).sent
    new = [one for one in sent if _number(one) > got(key)] if isinstance(sent, list) else []
    if new:
        st.session_state[f"got-{key}"] = max(map(_number, new))
    return [str(one.get("picture")) for one in new]


def pictures(component: Callable[..., Any], key: str) -> list[bytes]:
    """The same as encoded pictures."""
    try:
        return [images.from_base64(text) for text in texts(component, key)]
    except LabError as error:
        show_error(error)
        return []


def _number(one: Any) -> int:
    number = one.get("id") if isinstance(one, dict) else None
    return number if isinstance(number, int) else 0
