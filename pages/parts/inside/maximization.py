"""What does a filter want: a picture made for it, and the test pictures that excite it most."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab
from cnnlab.errors import LabError
from cnnlab.plots import maps
from cnnlab.runs import Run
from cnnlab.visualization.features.patches import Patch, TopPatches
from cnnlab.visualization.network import LayerInfo
from cnnlab.visualization.questions import FilterStudy
from pages.parts.inside.layer_choice import asked_number, choose_layer
from pages.parts.inside.one_picture import choose_dataset
from pages.parts.shared.plainly import show_error
from pages.parts.shared.tiles import Frame, Group, Tile, draw_tiles, pressed

if TYPE_CHECKING:
    from cnnlab.visualization.features.maximization import MaximizedFilters

A_PAGE = 16
FILTER_PX, LARGE_PX, PATCH_PX = 112, 224, 66


def show(run: Run) -> None:
    """The pictures that sixteen filters answer most, and all about the chosen one."""
    if press := pressed("filters"):
        st.query_params["filter"] = press.key
    layer, first = _choose(run)
    own = _own(layer, first)
    dataset = choose_dataset(run)
    with st.spinner("Climbing from noise to what each filter wants"):
        study = FilterStudy(run.path, layer.name, first, A_PAGE, own, dataset or "")
        made, found = lab.ask(study)
    st.caption(
        "Each picture started as gray noise and was changed, step by step, towards what its "
        "filter answers to most strongly. Early filters want stripes and colors, late ones parts. "
        "In small networks the answer is often texture or noise: they need not know what a thing "
        "looks like, only what tells it from the others."
    )
    draw_tiles([_filters(made, own)], "filters")
    if made.deaf:
        which = ", ".join(map(str, made.deaf))
        st.info(f"No change of the picture reaches filter {which}: gray noise is all there is.")
    left, right = st.columns([2, 5], gap="large")
    with left:
        _large(made, own)
    with right:
        show_patches(found, own)


def _choose(run: Run) -> tuple[LayerInfo, int]:
    layers = [layer for layer in lab.layers(run) if "Conv" in layer.kind or layer.kind == "Dense"]
    if not layers:
        raise LabError(f"{run.name} has neither convolutions nor dense layers: nothing to ask.")
    one, two = st.columns([3, 2])
    with one:
        layer = choose_layer(
            layers,
            f"wants-layer-{run.name}",
            "The last dense layer has one unit per class: what does it want of a digit?",
        )
    pages = -(-layer.shape[-1] // A_PAGE)
    page = asked_number("filter", layer.shape[-1]) // A_PAGE
    if pages > 1:
        with two:
            chosen = st.number_input(
                f"Part (1 to {pages}, {A_PAGE} filters each)",
                1,
                pages,
                page + 1,
                key=f"wants-part-{run.name}-{layer.name}-{page}",
            )
        if chosen - 1 != page:
            page = chosen - 1
            st.query_params["filter"] = str(page * A_PAGE)
    return layer, page * A_PAGE


def _own(layer: LayerInfo, first: int) -> int:
    """The filter one looks at, of the sixteen that are shown."""
    asked = st.query_params.get("filter", "")
    own = int(asked) if asked.isdecimal() else first
    own = own if own in range(first, min(first + A_PAGE, layer.shape[-1])) else first
    st.query_params["filter"] = str(own)
    return own


def _filters(made: "MaximizedFilters", own: int) -> Group:
    height, width = made.pictures.shape[1:3]
    tiles = [
        Tile(
            at,
            str(number),
            f"filter {number}: from {made.before[at]:.2f} on noise to {made.after[at]:.2f}",
            f"{number}: {made.after[at]:.2f}",
            chosen=number == own,
        )
        for at, number in enumerate(made.filters)
    ]
    sprite = maps.pictures(made.pictures)
    return Group(sprite, height, width, FILTER_PX, FILTER_PX * height // width, tiles)


def _large(made: "MaximizedFilters", own: int) -> None:
    at = made.filters.index(own)
    height, width = made.pictures.shape[1:3]
    st.markdown(f"**Filter {own} wants**")
    sprite = maps.pictures(made.pictures[at : at + 1])
    tile = Tile(0, "filter", f"filter {own}'s picture")
    tall = LARGE_PX * height // width
    draw_tiles(
        [Group(sprite, height, width, LARGE_PX, tall, [tile])], "chosen-filter", pressable=False
    )
    st.caption(
        f"Its strongest value before the activation rose from {made.before[at]:.2f} on noise to "
        f"{made.after[at]:.2f}."
    )


def show_patches(found: TopPatches | LabError, own: int) -> None:
    """The nine test pictures that excite the filter most, cropped and whole."""
    st.markdown(f"**Filter {own} finds this in real pictures**")
    if isinstance(found, LabError):
        show_error(found)
        return
    draw_tiles([_crops(found), _wholes(found)], "patches", pressable=False)
    values = found.patches[0].value, found.patches[-1].value
    st.caption(
        f"The nine strongest of {found.layer.looked:,} test pictures, from {values[0]:.2f} down to "
        f"{values[1]:.2f}: above, the part the filter saw (its receptive field); below, the whole "
        "picture. Does the made picture show what these have in common?"
    )
    if own in found.layer.dead:
        st.warning("This filter is dead: it is 0 everywhere on all of these pictures.")
    elif found.layer.dead:
        which = ", ".join(map(str, found.layer.dead[:20]))
        st.caption(f"Dead in this layer (0 on all of these pictures): {which}.")


def _crops(found: TopPatches) -> Group:
    sprite, rows, columns = maps.crops([(p.picture, p.window) for p in found.patches])
    tiles = [_patch_tile(i, patch) for i, patch in enumerate(found.patches)]
    return Group(sprite, rows, columns, PATCH_PX, max(12, PATCH_PX * rows // columns), tiles)


def _wholes(found: TopPatches) -> Group:
    stack = maps.stacked([patch.picture for patch in found.patches])
    height, width = stack.shape[1:3]
    tiles = []
    for i, patch in enumerate(found.patches):
        rows, columns = patch.window
        mark = (rows.first, columns.first, rows.length, columns.length)
        tiles.append(_patch_tile(i, patch, [mark]))
    sprite = maps.pictures(stack)
    return Group(sprite, height, width, PATCH_PX, PATCH_PX * height // width, tiles)


def _patch_tile(at: int, patch: Patch, marks: Sequence[Frame] = ()) -> Tile:
    name = f"{patch.label}, test picture {patch.place}: {patch.value:.3f}"
    return Tile(at, str(at), name, f"{patch.label}: {patch.value:.2f}", marks=marks)
