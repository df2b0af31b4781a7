"""Groups of picture tiles, sharp at every size; a press says which tile, and where on it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from cnnlab.plots.maps import Sprite
from pages.parts.shared.elements import ELEMENTS

_HERE = Path(__file__).parent
_tiles = st.components.v2.component(
    "cnnlab_tiles",
    html="""<div class="groups" data-part="groups"></div>
        <p class="message" data-part="message" role="status"></p>""",
    css=(_HERE / "tiles.css").read_text(),
    js=ELEMENTS + (_HERE / "tiles.js").read_text(),
)


Frame = tuple[float, float, float, float]  # top, left, height, width in cells


@dataclass(frozen=True)
class Tile:
    """One tile of a group.

    Attributes:
        at: Its number in the group's sprite.
        key: What Python hears when it is pressed.
        name: What it is, for the pointer and for a screen reader.
        caption: A few words under it.
        values: Its values, row by row, in words; shown under the pointer.
        marks: Frames on it.
    """

    at: int
    key: str
    name: str
    caption: str = ""
    values: list[str] | None = None
    marks: Sequence[Frame] = field(default_factory=list)
    chosen: bool = False


@dataclass(frozen=True)
class Group:
    """Tiles of one size from one sprite.

    Attributes:
        sprite: The picture they are cut from.
        rows: Cells down a tile; `columns` across.
        width: Width of a tile on the screen, in CSS pixels; `height` likewise.
        title: Beside or above the tiles; `notes` are smaller lines under it.
        beside: The title stands to the left of the tiles.
        cells: A press means a cell of the tile, not the whole tile.
    """

    sprite: Sprite
    rows: int
    columns: int
    width: int
    height: int
    tiles: list[Tile]
    title: str = ""
    notes: list[str] = field(default_factory=list)
    beside: bool = False
    cells: bool = False


@dataclass(frozen=True)
class Press:
    """A tile that was pressed, and the (row, column) of the cell."""

    key: str
    place: tuple[int, int]


def pressed(key: str) -> Press | None:
    """A press on the tiles of this key that is new since this was asked last.

    Ask before drawing: what follows from the press is then drawn at once.
    """
    pressed = (st.session_state.get(key) or {}).get("pressed")
    if not isinstance(pressed, dict) or pressed.get("at") == st.session_state.get(f"{key}-heard"):
        return None
    st.session_state[f"{key}-heard"] = pressed.get("at")
    row, column = pressed["place"]
    return Press(str(pressed["key"]), (int(row), int(column)))


def draw_tiles(
    groups: Sequence[Group], key: str, pressable: bool = True, inline: bool = False
) -> None:
    """Draw the groups below each other, or `inline` beside each other; see also `pressed`."""
    shown = [_plain(group) for group in groups]
    drawn = hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]
    _tiles(
        key=key,
        data={"groups": shown, "drawn": drawn, "pressable": pressable, "inline": inline},
        default={"pressed": None},
        on_pressed_change=lambda: None,
    )


def _plain(group: Group) -> dict[str, Any]:
    sprite = asdict(group.sprite)
    rest = {k: v for k, v in vars(group).items() if k not in ("sprite", "tiles")}
    return {**sprite, **rest, "tiles": [asdict(tile) for tile in group.tiles]}
