"""The map of confidence over shifts across and down."""

from collections import Counter
from typing import TYPE_CHECKING

import streamlit as st

from cnnlab.plots import maps
from cnnlab.prediction import board
from cnnlab.robustness.questions import MapOfShifts
from pages.parts.break_it.asking import ask_all
from pages.parts.shared.plainly import literal
from pages.parts.shared.tiles import Group, Tile, draw_tiles

if TYPE_CHECKING:
    from cnnlab.robustness.breaking import ShiftMap

MAP_PX = 214
MOST_OTHERS = 3


def show(answers: board.Answers) -> None:
    """A map for each network: bright where it still gives its first answer."""
    with st.spinner("Asking at every place"):
        found = ask_all(answers, "shifts", lambda run, image: MapOfShifts(run.path, image))
    if not found:
        return
    draw_tiles(
        [_map(answers.asked[name].label, one) for name, one in found.items()],
        "shift-maps",
        pressable=False,
        inline=True,
    )
    for name, one in found.items():
        st.markdown(_words(answers.asked[name].label, one))
    first = next(iter(found.values()))
    st.caption(
        f"Each cell is the picture moved by whole pixels, from {first.across[0]} to "
        f"{first.across[-1]} across and down, its border repeated; the frame marks the picture as "
        "it is. Bright: the first answer is as probable as can be; dark: it is gone. A network "
        "that looks for strokes anywhere has a wide bright field, one that knows places a small "
        "one. Point at a cell to read its answer."
    )


def _map(title: str, found: "ShiftMap") -> Group:
    rows, columns = len(found.down), len(found.across)
    values = [
        f"{_moved(y, 'down', 'up')}, {_moved(x, 'right', 'left')}: {label}"
        for y, row in zip(found.down, found.labels, strict=True)
        for x, label in zip(found.across, row, strict=True)
    ]
    name = f"{title}: confidence in {found.label} over shifts; the same at {found.share:.0%}"
    middle = (rows // 2, columns // 2, 1, 1)
    tile = Tile(0, title, name, f"{found.label} at {found.share:.0%}", values, [middle])
    sprite = maps.sprite(found.kept[None], [0.0], [1.0])
    return Group(sprite, rows, columns, MAP_PX, MAP_PX * rows // columns, [tile], title)


def _moved(by: int, more: str, less: str) -> str:
    return f"{abs(by)} {more if by >= 0 else less}"


def _words(title: str, found: "ShiftMap") -> str:
    others = Counter(label for row in found.labels for label in row if label != found.label)
    total = len(found.down) * len(found.across)
    words = f"**{literal(title)}** says {literal(found.label)} at {found.share:.0%} of the places"
    named = [
        f"{literal(label)} ({count / total:.0%})"
        for label, count in others.most_common(MOST_OTHERS)
    ]
    return f"{words}, elsewhere {', '.join(named)}." if named else f"{words}."
