"""How thorough a training is: one dial that sets all the rest."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cnnlab import recipe
from pages.parts.train.settings import own_settings


def dial(given: Mapping[str, Any], dataset: str, key: str) -> str:
    """How thorough: sets all the rest; shows none once the reader's own settings differ.

    With own settings it is another widget, with none chosen, rather than the same one cleared: see
    `_turn_dial`.
    """
    state = st.session_state
    base, turn = state.get(f"dial-base-{key}", "usual"), state.get(f"dial-turn-{key}", 0)
    own = given.get("clone") or given.get("settings")
    fresh = turn or not own
    values = recipe.level(dataset, base)
    kept = fresh and not own_settings(prefix(key, turn), values)
    place = state[f"dial-drawn-{key}"] = f"dial-{key}-{turn}-{'kept' if kept else 'own'}"
    st.segmented_control(
        "How thorough",
        recipe.LEVELS,
        default=base if kept else None,
        key=place,
        on_change=_turn_dial,
        args=(key, place),
        help="Quick: a quarter of the epochs. Thorough: three times as many, on pictures changed "
        "a little each time. All settings has the rest.",
    )
    return base if kept else ""


def _turn_dial(key: str, place: str) -> None:
    """A press on the dial: every setting begins anew at that level.

    No press is what a browser tells of a dial that is no longer there: a reader who types a second
    setting before the page has answered the first sends the old dial's choice along, and what was
    typed would be lost.
    """
    state = st.session_state
    base = state.get(f"dial-base-{key}", "usual")
    pressed = state.get(place) or base
    if place != state.get(f"dial-drawn-{key}") and pressed == base:
        return
    state[f"dial-base-{key}"] = pressed
    state[f"dial-turn-{key}"] = state.get(f"dial-turn-{key}", 0) + 1


def prefix(key: str, turn: int) -> str:
    """The settings' widgets of one turn of the dial."""
    return f"recipe-{key}" + (f"-{turn}" if turn else "")
