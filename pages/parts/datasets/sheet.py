"""A contact sheet of pictures, as sharp and as wide as the page allows; one can be chosen."""

from pathlib import Path

import streamlit as st

from cnnlab.plots.datasets import Sheet

_HERE = Path(__file__).parent
_sheet = st.components.v2.component(
    "cnnlab_sheet",
    html="""<div class="sheet" data-part="sheet">
        <div class="tops" data-part="tops"></div>
        <div class="sides" data-part="sides"></div>
        <div class="field" data-part="field">
            <img data-part="picture"><div class="mark" data-part="mark"></div>
        </div>
        <p class="message" data-part="message" role="status"></p>
    </div>""",
    css=(_HERE / "sheet.css").read_text(),
    js=(_HERE / "sheet.js").read_text(),
)


def draw_sheet(sheet: Sheet, key: str, pressable: bool = False) -> None:
    """Draw a sheet; with `pressable`, a press or the arrow keys choose a picture."""
    _sheet(
        key=key,
        data={
            "source": sheet.source,
            "drawn": sheet.digest,
            "rows": sheet.shape[0],
            "columns": sheet.shape[1],
            "widest": sheet.widest_px,
            "names": sheet.names,
            "tops": sheet.tops,
            "sides": sheet.sides,
            "words": sheet.words,
            "chosen": chosen(key) if pressable else sheet.framed,
            "pressable": pressable,
        },
        default={"chosen": 0 if pressable else None},
        on_chosen_change=lambda: None,
    )


def chosen(key: str) -> int:
    """Number of the picture chosen in the sheet of this key, row by row; the first at first."""
    index = (st.session_state.get(key) or {}).get("chosen")
    return index if isinstance(index, int) and index >= 0 else 0
