"""A filter's card: its kernel, what excites it, where it is found, its classes, its cost."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab
from cnnlab.errors import LabError
from cnnlab.plots import maps
from cnnlab.plots import robustness as charts
from cnnlab.runs import Run
from cnnlab.surgery.questions import AboutFilter
from pages.parts.inside.maximization import show_patches
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.tiles import Group, Tile, draw_tiles

if TYPE_CHECKING:
    from cnnlab.surgery.filter_facts import FilterFacts

WISH_PX, CHANNEL_PX = 160, 48


def show(run: Run, layer: str, number: int) -> None:
    """The card of one filter of the run as it was trained."""
    facts = lab.ask(AboutFilter(run.path, layer, number))
    left, middle, right = st.columns([2, 4, 3], gap="large")
    with left:
        _wish(facts)
        _kernel(facts)
    with middle:
        show_patches(facts.found, number)
    with right:
        _cost(facts)
        _classes(facts)


def _wish(facts: "FilterFacts") -> None:
    st.markdown(f"**Filter {facts.filter} of {literal(facts.layer)} wants**")
    height, width = facts.wish.shape[:2]
    sprite = maps.pictures(facts.wish[None])
    tile = Tile(0, "wish", f"a picture made to excite filter {facts.filter}")
    tall = WISH_PX * height // width
    draw_tiles([Group(sprite, height, width, WISH_PX, tall, [tile])], "card-wish", pressable=False)


def _kernel(facts: "FilterFacts") -> None:
    count, height, width = facts.kernel.shape
    bias = "no bias" if facts.bias is None else f"bias {facts.bias:.3g}"
    reads = "1 channel" if facts.reads == 1 else f"{facts.reads:,} channels"
    st.caption(f"Its weights read {reads}, norm {facts.norm:.3g}, {bias}.")
    if height * width == 1:
        return
    reach = float(abs(facts.kernel).max()) or 1.0
    sprite = maps.sprite(facts.kernel, [-reach] * count, [reach] * count)
    tiles = [Tile(i, str(i), f"weights for channel {i}", str(i)) for i in range(count)]
    tall = max(12, CHANNEL_PX * height // width)
    group = Group(sprite, height, width, CHANNEL_PX, tall, tiles)
    draw_tiles([group], "card-kernel", pressable=False)


def _cost(facts: "FilterFacts") -> None:
    st.markdown("**What it costs to lose it**")
    if isinstance(facts.cost, LabError):
        show_error(facts.cost)
        return
    cost = facts.cost
    st.markdown(
        f"Silenced, the network reads {cost.after:.2%} of {cost.count:,} test pictures, not "
        f"{cost.before:.2%}: {cost.lost:,} lost, {cost.gained:,} gained."
    )


def _classes(facts: "FilterFacts") -> None:
    if isinstance(facts.found, LabError):
        return
    st.markdown(f"**Classes it answers to**: selectivity {facts.found.selectivity:.2f}")
    st.plotly_chart(charts.bars(facts.found.classes, "mean of its largest value"), key="card-bars")
    st.caption(
        "The mean over each class's pictures of the filter's largest value. Selectivity is (best "
        "- others) / (best + others): 1 for a filter of one class, 0 for one that answers to all."
    )
