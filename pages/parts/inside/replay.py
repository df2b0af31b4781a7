"""The training once more: kernels, maps of your picture, answer and curve on one scrubber."""

from pathlib import Path
from typing import Any

import streamlit as st

from cnnlab import lab, runs
from cnnlab.errors import LabError
from cnnlab.plots import maps
from cnnlab.plots import replay as plots
from cnnlab.runs import Run
from cnnlab.visualization.features import kernels
from cnnlab.visualization.features.replay import Reel, Wanted
from cnnlab.visualization.questions import Replay
from pages.parts.inside.layer_choice import asked_number
from pages.parts.inside.one_picture import SPLIT, Looked, choose_picture
from pages.parts.shared.elements import ELEMENTS
from pages.parts.shared.links import keep
from pages.parts.shared.plainly import literal

MOST, MOST_OF_TWO = 16, 8  # filters shown of a run
NOBODY = "no other"
_HERE = Path(__file__).parent
_replay = st.components.v2.component(
    "cnnlab_replay",
    html='<div class="replay" data-part="replay"></div>',
    css=(_HERE / "replay.css").read_text(),
    js=ELEMENTS + (_HERE / "replay.js").read_text(),
)


def show(run: Run) -> None:
    """The picture on the left; on the right the film, of one run or of two on one scrubber."""
    left, right = st.columns(SPLIT, gap="medium")
    with left:
        looked = choose_picture(run)
    with right:
        other = _choices(run)
        if looked is not None:
            _play(run, looked, other)


def _choices(run: Run) -> Run | None:
    """Layer, part of it and second run, in one row and in the address."""
    one, two, three = st.columns([4, 3, 5], vertical_alignment="bottom")
    with one:
        layer = _layer(run)
    with three:
        other = _other(run)
    with two:
        _part(run, layer, MOST if other is None else MOST_OF_TWO)
    return other


def _layers(run: Run) -> list[str]:
    """The layers with kernels; none of a network without convolutions."""
    try:
        return kernels.layers(run)
    except LabError:
        return []


def _layer(run: Run) -> str:
    layers = _layers(run)
    if not layers:
        st.caption("No convolution: the answer alone moves.")
        return ""
    wanted = st.query_params.get("layer")
    layer = st.selectbox(
        "Layer",
        layers,
        index=layers.index(wanted) if wanted in layers else 0,
        key=f"replay-layer-{run.name}",
        help="Its kernels, and the maps they make of your picture.",
    )
    keep("layer", layer, layers[0])
    return layer


def _part(run: Run, layer: str, most: int) -> None:
    """Which filters, where there are more than fit."""
    if not layer:
        return
    count = kernels.read(run, layer, kernels.moments(run)[-1]).filters
    parts = -(-count // most)
    now = min(asked_number("part", 10_000, 1), parts)
    if parts > 1:
        label = f"Filters, part 1 to {parts}"
        now = st.number_input(label, 1, parts, max(1, now), key=f"replay-part-{layer}-{most}")
    keep("part", str(now), "1")


def _other(run: Run) -> Run | None:
    """A second run to move beside it: one that reads the same pictures."""
    names = {NOBODY: NOBODY} | {
        other.name: other.label for other in lab.earlier_runs(run) if _alike(run, other)
    }
    wanted = st.query_params.get("beside", NOBODY)
    name = st.selectbox(
        "A second run on the same scrubber",
        list(names),
        index=list(names).index(wanted) if wanted in names else 0,
        format_func=names.__getitem__,
        key=f"replay-beside-{run.name}",
        help="Another rate, another size, another seed: which of them sees your picture first?",
    )
    keep("beside", name, NOBODY)
    return None if name == NOBODY else runs.find(name)


def _alike(run: Run, other: Run) -> bool:
    """Whether the other sees the same picture, and has kept something to move."""
    one, two = run.config, other.config
    same = (one.input_shape, one.preparation) == (two.input_shape, two.preparation)
    return same and other.model_file.is_file() and other.snapshots_dir.is_dir()


def _play(run: Run, looked: Looked, other: Run | None) -> None:
    shown = [run] if other is None else [run, other]
    most = MOST if other is None else MOST_OF_TWO
    wanted = tuple(_wanted(run, one, most) for one in shown)
    with st.spinner("Computing your picture through every kept epoch"):
        reels = lab.ask(Replay(tuple(one.path for one in shown), looked.image, wanted))
    films = [
        _film(one, reel, looked, want.layer)
        for one, reel, want in zip(shown, reels, wanted, strict=True)
    ]
    _replay(
        key="replay",
        data={
            "films": films,
            "picture": maps.pictures(looked.image[None]).source,
            "words": looked.words,
        },
    )
    for one, reel in zip(shown, reels, strict=True):
        _missing(one, reel)


def _wanted(run: Run, one: Run, most: int) -> Wanted:
    """The chosen layer; of a second run that of the same name, else the one at the same depth."""
    mine, theirs = _layers(run), _layers(one)
    if not mine or not theirs:
        return Wanted("")
    layer = st.query_params.get("layer", mine[0])
    depth = mine.index(layer) if layer in mine else 0
    layer = layer if layer in theirs else theirs[min(depth, len(theirs) - 1)]
    first = (asked_number("part", 10_000, 1) - 1) * most
    count = kernels.read(one, layer, kernels.moments(one)[-1]).filters
    return Wanted(layer, 0, max(0, min(first, (count - 1) // most * most)), most)


def _film(run: Run, reel: Reel, looked: Looked, layer: str) -> dict[str, Any]:
    labels = run.config.labels
    truth = labels.index(looked.label) if looked.label in labels else None
    made = plots.film(reel, labels, truth, run.history)
    return {**made, "title": run.label, "layer": layer}


def _missing(run: Run, reel: Reel) -> None:
    """How many moments only show kernels, and why."""
    blank = len(reel.epochs) - int(reel.known.sum())
    if len(reel.epochs) == 1:
        st.caption(f"{literal(run.label)} has finished weights only: there is nothing to replay.")
    elif blank:
        st.caption(
            f"Of {blank} of the {len(reel.epochs)} moments of {literal(run.label)} only kernels "
            "were kept (it came along, is large or older): train it here, and maps and answer "
            "move as well."
        )
