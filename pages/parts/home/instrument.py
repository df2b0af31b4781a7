"""Home's instrument: pad, size slider, the answers of all sizes; the browser does the work."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from cnnlab import lab
from cnnlab.datasets import DATASETS
from cnnlab.errors import LabError
from cnnlab.lab import Ladder, Rung
from cnnlab.prediction import board, strip
from pages.parts.shared import canvas
from pages.parts.shared.links import go

KEY = "home"
EXAMPLES = (4, 9, 2, 5, 8)
READS_WELL = 0.95  # the size one begins at is the smallest that does
SMALL = 3  # sizes at the lower end that show which digit is hard
GOAL = 0.99  # what the third door asks to be reached by fewer parameters
_HERE = Path(__file__).parent
_SCRIPTS = [canvas.PAD_SCRIPT, *(_HERE / f"{name}.js" for name in ("cells", "words", "curve"))]
_instrument = st.components.v2.component(
    "cnnlab_instrument",
    html=(_HERE / "instrument.html").read_text(),
    css=(_HERE / "instrument.css").read_text(),
    js="".join(file.read_text() for file in [*_SCRIPTS, _HERE / "instrument.js"]),
)


def browser_state() -> dict[str, Any]:
    """The browser's last report: `raster`, `turn`, `run`, `truth`, `failed`; empty at first."""
    return (st.session_state.get(KEY) or {}).get("state") or {}


def chosen(ladder: Ladder) -> str:
    """The size the reader looks at."""
    name = browser_state().get("run")
    return str(name) if name in {run.name for run in ladder.rungs} else _usual(lab.rungs(ladder))


def instrument(ladder: Ladder) -> None:
    """Draw it. What it is given stays the same, so that a rerun sends it nothing anew."""
    rungs = lab.rungs(ladder)
    names = [rung.run for rung in rungs]
    labels = list(map(str, ladder.rungs[0].config.labels))
    left = _instrument(
        key=KEY,
        data={
            "key": KEY,
            "rungs": [vars(rung) for rung in rungs],
            "labels": labels,
            "usual": _usual(rungs),
            "hard": labels[_hardest(rungs, len(labels))],
            "examples": [digit for digit in EXAMPLES if str(digit) in labels],
            "ticket": board.ticket(names),
            "address": canvas.pad_address(),
            "words": {"train": _first_training(), "smaller": _record(rungs)},
            "stamp": hashlib.sha256(repr(rungs).encode()).hexdigest()[:16],
            **_answered(names),
        },
        default={"state": None},
        on_state_change=lambda: None,
        on_door_change=lambda: None,
    )
    if left.door:
        _leave(left.door, names)


def _answered(names: list[str]) -> dict[str, Any]:
    """The answers, for a browser that could not ask for them itself."""
    drawn = browser_state()
    if not drawn.get("failed"):
        return {}
    try:
        probabilities = strip.strip(names, drawn.get("raster")).probabilities
    except LabError:  # the browser sent something that is no drawing
        return {}
    return {"turn": drawn.get("turn"), "probabilities": probabilities}


def _usual(rungs: tuple[Rung, ...]) -> str:
    """Where one begins: at the edge, so that one step shows what is lost."""
    good = [rung.run for rung in rungs if rung.accuracy >= READS_WELL]
    return good[0] if good else rungs[-1].run


def _hardest(rungs: tuple[Rung, ...], classes: int) -> int:
    """The class that the small ones lose first."""
    small = [rung.recall for rung in rungs[:SMALL] if rung.recall]
    return min(range(classes), key=lambda label: sum(recall[label] for recall in small))


def _first_training() -> str:
    """What the first door offers."""
    card = DATASETS["digits"]
    return f"{card.train_count + card.test_count:,} digits are built in"


def _record(rungs: tuple[Rung, ...]) -> str:
    """The smallest that still reads very well."""
    good = [rung for rung in rungs if rung.accuracy >= GOAL]
    if not good:
        return f"none reads {GOAL:.0%} yet"
    return f"{good[0].params:,} parameters still read {GOAL * 100:g} %"


def _leave(door: Mapping[str, Any], names: list[str]) -> None:
    """Open one of the three doors; the browser's word is checked like any other."""
    run = door.get("run")
    if door.get("page") == "inside" and run in names:
        go("inside", run=str(run))
    elif door.get("page") == "train":
        go("train")
    elif door.get("page") == "smaller" and run in names:
        go("how_small", run=str(run))
