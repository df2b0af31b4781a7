"""Beside the knobs, in a class's room: how much of each challenge's budget a network takes."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cnnlab import lab, rooms
from cnnlab.rooms import RoomChallenge
from cnnlab.schema import RunConfig
from pages.parts.shared.browser_key import keys
from pages.parts.shared.layer_table import layer_table
from pages.parts.shared.plainly import literal


def room_budget(config: RunConfig) -> None:
    """A meter for each challenge of the reader's room about this dataset; nothing elsewhere."""
    here = rooms.where(keys())
    if not here or not here[0].config.running:
        return
    challenges = [rooms.ROOM_CHALLENGES[name] for name in here[0].config.challenges]
    about = [one for one in challenges if one.dataset_here == config.dataset]
    if not about:
        names = ", ".join(sorted({one.dataset_here for one in challenges}))
        st.caption(f"The challenges of your room are about {literal(names)}: this does not count.")
        return
    with st.container(border=True, key="room-budget"):
        for challenge in about:
            _meter(challenge, config)


def _meter(challenge: RoomChallenge, config: RunConfig) -> None:
    title = f"**{literal(challenge.title)}**"
    amount = _amount(challenge, config)
    if isinstance(amount, str):
        st.caption(f"{title}: {literal(amount)}")
        return
    share = amount / challenge.limit
    words = f"{title}: {amount:,} of {literal(challenge.limit_words.removeprefix('at most '))}"
    over = "" if share <= 1 else f", {share:.1f} times the budget: turn a knob down"
    st.progress(min(1.0, share), f"{words}{over}")


def _amount(challenge: RoomChallenge, config: RunConfig) -> int | str:
    """What a network takes of a challenge's budget, or why nobody knows."""
    knobs, size = dict(config.knobs), config.input_shape
    if challenge.cost == "params":
        return layer_table(config.architecture, knobs, size, config.classes).totals.params
    costs = _in_int8(config.architecture, knobs, size, config.classes)
    if isinstance(costs, str):
        return costs
    return dict(zip(("int8_bytes", "ram_bytes"), costs, strict=True))[challenge.cost]


@st.cache_data(max_entries=200, show_spinner="Counting bytes in int8 ...")
def _in_int8(
    architecture: str, knobs: Mapping[str, Any], size: tuple[int, int, int], classes: int
) -> tuple[int, int] | str:
    return lab.ask(lab.CostsInInt8(architecture, size, classes, knobs))
