"""How it learns: one matrix without activations, one weight's gradient, the gradients checked."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab
from cnnlab.plots import maps
from cnnlab.runs import Run
from cnnlab.visualization.learning.questions import GradientCheck, OneWeight, WithoutActivations
from pages.parts.inside.one_picture import SPLIT, Looked, choose_dataset, choose_picture
from pages.parts.shared.plainly import cells, literal
from pages.parts.shared.tiles import Group, Tile, draw_tiles

if TYPE_CHECKING:
    from cnnlab.visualization.learning.backward import WeightGradient
    from cnnlab.visualization.learning.collapse import Collapse

PARTS = {
    "weight": "Backpropagation of one weight",
    "check": "Check the gradients",
    "matrix": "Why activations?",
}
TILE_PX = 110
_WEIGHTED = ("Dense", "Conv2D", "DepthwiseConv2D")


def show(run: Run) -> None:
    """One of three questions; only what is asked is computed."""
    part = st.segmented_control(
        "Question",
        list(PARTS),
        format_func=PARTS.__getitem__,
        default="weight",
        required=True,
        key="learning-part",
        label_visibility="collapsed",
    )
    if part == "matrix":
        _matrix(run)
        return
    left, right = st.columns(SPLIT, gap="medium")
    with left:
        looked = choose_picture(run)
        if looked is None:
            return
        label = _class(run, looked)
    with right:
        _weight(run, looked, label) if part == "weight" else _check(run, looked, label)


def _class(run: Run, looked: Looked) -> int:
    """What the picture is, for the loss asks."""
    labels = list(run.config.labels)
    own = looked.words.partition(" (test picture")[0]
    return st.selectbox(
        "What it is",
        range(len(labels)),
        index=labels.index(own) if own in labels else 0,
        format_func=labels.__getitem__,
        key=f"label-{run.name}-{looked.words}",
        help="The loss is how surprised the network is by this answer.",
    )


def _weight(run: Run, looked: Looked, label: int) -> None:
    names = [one.name for one in lab.layers(run) if one.kind in _WEIGHTED]
    if not names:
        st.info("This network has no dense layer and no convolution to follow a weight of.")
        return
    one, two = st.columns([3, 2])
    layer = one.selectbox("Layer", names, key=f"weight-layer-{run.name}")
    at = two.number_input(
        "Weight (-1: the one with the largest gradient)", -1, value=-1, key=f"weight-{run.name}"
    )
    found = lab.ask(OneWeight(run.path, looked.image, label, layer, int(at)))
    place = ", ".join(map(str, found.index))
    st.markdown(
        f"**Weight [{place}] of {literal(found.layer)}: gradient {found.gradient:.6g}** by the "
        f"products below; the engine's own says {found.engine:.6g}. The weight is "
        f"{found.weight:.4g}, the loss {found.loss:.4g}: a small step against the gradient makes "
        "the loss smaller."
    )
    _chain(found)
    _terms(found)


def _chain(found: "WeightGradient") -> None:
    st.markdown("**1. From the loss back, layer by layer: each multiplies by its own slope**")
    st.dataframe(
        cells(
            [
                {
                    "layer": link.layer,
                    "kind": link.kind,
                    "largest derivative": f"{link.largest:.4g}",
                    "not zero": link.alive,
                }
                for link in found.chain
            ]
        ),
        hide_index=True,
        column_config={"not zero": st.column_config.NumberColumn(format="percent")},
    )


def _terms(found: "WeightGradient") -> None:
    st.markdown("**2. At the weight: what it read, times the derivative of what it made**")
    st.dataframe(
        cells(
            [
                {
                    "value it helped to make": ", ".join(map(str, term.place)),
                    "it read": f"{term.read:.5g}",
                    "derivative there": f"{term.derivative:.5g}",
                    "product": f"{term.read * term.derivative:.5g}",
                }
                for term in found.terms
            ]
        ),
        hide_index=True,
    )
    st.caption(
        f"The products that weigh most, of {found.count:,}: the weight is used at so many places, "
        "and its gradient is the sum over all of them."
    )


def _check(run: Run, looked: Looked, label: int) -> None:
    st.write(
        "Move a weight a little up and down and see how the loss answers: the slope must be the "
        "gradient. If it is not, the program that computes gradients is wrong."
    )
    if not st.button("Check twenty weights", key="check-gradients", icon=":material/rule:"):
        return
    found = lab.ask(GradientCheck(run.path, looked.image, label))
    st.dataframe(
        cells(
            [
                {
                    "weight": f"{one.variable} [{', '.join(map(str, one.index))}]",
                    "by differences": f"{one.differences:.9g}",
                    "gradient": f"{one.engine:.9g}",
                    "relative error": f"{one.error:.1e}",
                }
                for one in found
            ]
        ),
        hide_index=True,
    )
    worst = max(one.error for one in found)
    st.caption(
        f"Largest relative error {worst:.1e}, computed in 64 bits. Below 1e-6 is right; a larger "
        "one in a single weight can be a kink: a ReLU that switched between the two points."
    )


def _matrix(run: Run) -> None:
    dataset = choose_dataset(run)
    if dataset is None:
        st.info("No dataset is on this machine: get one on the Datasets page.")
        return
    with st.spinner("Taking the activations out"):
        found = lab.ask(WithoutActivations(run.path, dataset))
    st.markdown(
        f"**Without activations its {found.layers} layers are one matrix of "
        f"{found.params:,} numbers.** On {found.pictures} test pictures the scores of the matrix "
        f"and of the network differ by at most {found.difference:.1e} (scores reach "
        f"{found.largest:.3g})."
    )
    st.markdown(
        f"With its activations the network reads {found.accuracy:.0%} of them, without "
        f"{found.straight_accuracy:.0%}: what lies between is what bending buys. (Its weights were "
        "learned with activations; a matrix of its own training would do somewhat better.)"
    )
    _rows(run, found)
    st.caption(f"Taken out: {literal(', '.join(found.changed))}. A maximum became a mean.")


def _rows(run: Run, found: "Collapse") -> None:
    """The matrix' row of each class, as a picture: red speaks for it, blue against."""
    rows = found.matrix.mean(axis=-1)
    height, width = rows.shape[1:]
    low, high = maps.limits(found.matrix.mean(axis=-1).transpose(1, 2, 0), True)
    tiles = [
        Tile(number, str(number), f"Weights of the pixels for {label}", label)
        for number, label in enumerate(run.config.labels)
    ]
    tall = TILE_PX * height // width
    draw_tiles([Group(maps.sprite(rows, low, high), height, width, TILE_PX, tall, tiles)], "matrix")
