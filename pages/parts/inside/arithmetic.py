"""The arithmetic of one value: press a cell of a map and see every number that made it."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import images, lab
from cnnlab.plots import arithmetic as plots
from cnnlab.plots import maps
from cnnlab.runs import Run
from cnnlab.visualization.network import LayerInfo
from cnnlab.visualization.questions import Arithmetic
from pages.parts.inside.layer_choice import asked_number, choose_layer
from pages.parts.inside.one_picture import SPLIT, Looked, choose_picture
from pages.parts.inside.slow_motion import slow_motion
from pages.parts.shared.links import keep
from pages.parts.shared.plainly import literal, plainly
from pages.parts.shared.tiles import Frame, Group, Tile, draw_tiles, pressed

if TYPE_CHECKING:
    from cnnlab.visualization.arithmetic.explanation import Explanation, Stage

NO_SLIDING = "Only a convolution over a map (of up to 128x128) slides: choose one of these layers."
MAP_PX, SOURCE_PX = 210, 150
ABOUT = {
    "Conv2D": "Slides a window over the maps it reads; one kernel for each of them.",
    "DepthwiseConv2D": "One kernel, and it looks at a single map only.",
    "SeparableConv2D": "First a kernel for each map, then one weight for each of the results.",
    "Dense": "Every value that comes in has a weight of its own.",
    "BatchNormalization": "Takes off the mean of training and divides by its spread.",
    "LayerNormalization": "Takes off the mean of this place and divides by its spread.",
    "Activation": "Bends the value: without it, many layers would be no more than one.",
    "ReLU": "Keeps what is above zero: the switch of the network.",
    "MaxPooling2D": "Keeps the largest value of a window: was it there, wherever exactly?",
    "AveragePooling2D": "Takes the mean of a window.",
    "GlobalAveragePooling2D": "The mean of the whole map: one number is left of it.",
    "GlobalMaxPooling2D": "The largest value of the whole map.",
    "Softmax": "Turns scores into shares that add up to 1.",
    "Concatenate": "Puts maps behind each other; nothing is computed.",
    "Add": "Adds two maps, place by place: a shortcut joins.",
    "Flatten": "Lays the maps out as one long row; nothing is computed.",
}


def show(run: Run) -> None:
    """The picture on the left; on the right a map, a place in it, and the numbers."""
    left, right = st.columns(SPLIT, gap="medium")
    with left:
        looked = choose_picture(run)
    if looked is None:
        return
    with right:
        layer, own = _choose(run)
        st.fragment(plainly(_explain))(run, looked, layer, own)


def _choose(run: Run) -> tuple[LayerInfo, int]:
    """Which layer's value, and which of its maps or values; both in the address."""
    one, two, three = st.columns([6, 3, 4], vertical_alignment="bottom")
    with one:
        layer = choose_layer(
            lab.layers(run),
            f"arithmetic-layer-{run.name}",
            "Each kind of layer has its own arithmetic: compare a convolution with a pool.",
        )
    count = layer.shape[-1]
    with two:
        own = st.number_input(
            f"{'Map' if layer.is_map else 'Value'} (0 to {count - 1})",
            0,
            count - 1,
            asked_number("filter", count),
            key=f"arithmetic-filter-{run.name}-{layer.name}-{asked_number('filter', count)}",
        )
    keep("filter", str(own), "0")
    with three:
        st.toggle(
            "Slow motion",
            key="slow",
            help="The window slides over your picture: play, pause, step; the products under it.",
        )
    return layer, own


def _explain(run: Run, looked: Looked, layer: LayerInfo, own: int) -> None:
    press = pressed("arithmetic")
    if press and press.key == "own":
        _move(layer, press.place)
    slow = bool(st.session_state.get("slow"))
    with st.container(horizontal=True, vertical_alignment="center"):
        place = _place(layer, own, steps=not slow)
        value = st.container()
    explanation = lab.ask(Arithmetic(run.path, looked.image, layer.name, place))
    with value:
        _equal(layer, place, explanation)
    slides = slow and slow_motion(explanation)
    if not slides:
        _maps(layer, own, place, explanation, looked)
    if slow and not slides:
        st.caption(NO_SLIDING)
    labels = run.config.labels
    stages = [
        plots.stage(_title(stage), ABOUT.get(stage.kind, _silent(stage)), stage.steps, labels)
        for stage in explanation.stages
    ]
    st.html(plots.board(stages))


def _place(layer: LayerInfo, own: int, steps: bool) -> tuple[int, ...]:
    """Where the reader stands: from the address, moved by the buttons; slow motion has its own."""
    if not layer.is_map:
        return (own,) if len(layer.shape) == 1 else (*(0 for _ in layer.shape[:-1]), own)
    rows, columns, _ = layer.shape
    row, column = (
        asked_number("row", rows, rows // 2),
        asked_number("column", columns, columns // 2),
    )
    at = row * columns + column
    if steps and st.button("Back", key="step-back", icon=":material/chevron_left:"):
        at -= 1
    if steps and st.button("Next", key="step-next", icon=":material/chevron_right:"):
        at += 1
    row, column = divmod(at % (rows * columns), columns)
    _move(layer, (row, column))
    return row, column, own


def _move(layer: LayerInfo, place: tuple[int, int]) -> None:
    if layer.is_map:
        st.query_params["row"], st.query_params["column"] = map(str, place)


def _maps(
    layer: LayerInfo, own: int, place: tuple[int, ...], explanation: "Explanation", looked: Looked
) -> None:
    """The picture and the map the window stands on, and the map the value stands in."""
    groups = [_picture(explanation, looked)]
    if explanation.given is not None and explanation.stages[0].reads[0]:
        groups.append(_source(explanation, explanation.given))
    if layer.is_map:
        groups.append(_own(layer, own, place, explanation))
    draw_tiles(groups, "arithmetic", inline=True)


def _picture(explanation: "Explanation", looked: Looked) -> Group:
    rows, columns = explanation.picture_window
    mark = (rows.first, columns.first, rows.length, columns.length)
    height, width, _ = looked.image.shape
    name = f"{looked.words}: the framed {columns.length}x{rows.length} pixels decide this value"
    tile = Tile(0, "picture", name, "the part of the picture it depends on", marks=[mark])
    tall = SOURCE_PX * height // width
    return Group(maps.pictures(looked.image[None]), height, width, SOURCE_PX, tall, [tile])


def _source(explanation: "Explanation", given: images.Array) -> Group:
    """The input map that gives most, with the window on it."""
    stage = explanation.stages[0]
    height, width = given.shape
    marks: list[Frame] = []
    if stage.window:
        rows, columns = (s.within(n) for s, n in zip(stage.window, given.shape, strict=True))
        marks = [(rows.first, columns.first, rows.length, columns.length)]
    caption = f"map {explanation.channel} of {stage.reads[0]}"
    name = f"{caption}, which {stage.layer} reads"
    tile = Tile(0, "source", name, caption, _words(given), marks)
    low, high = maps.limits(given[..., None], False)
    sprite = maps.sprite(given[None], low, high)
    return Group(sprite, height, width, SOURCE_PX, SOURCE_PX * height // width, [tile])


def _own(layer: LayerInfo, own: int, place: tuple[int, ...], explanation: "Explanation") -> Group:
    height, width = explanation.map.shape
    caption = f"map {own} of {layer.name}: press a cell"
    tile = Tile(0, "own", caption, caption, _words(explanation.map), [(place[0], place[1], 1, 1)])
    low, high = maps.limits(explanation.map[..., None], False)
    sprite = maps.sprite(explanation.map[None], low, high)
    return Group(sprite, height, width, MAP_PX, MAP_PX * height // width, [tile], cells=True)


def _words(values: images.Array) -> list[str]:
    return [f"{value:.4g}" for value in values.reshape(-1).tolist()]


def _title(stage: "Stage") -> str:
    reads = ", ".join(name or "the picture" for name in stage.reads)
    return f"{stage.layer} ({stage.kind}) reads {reads}"


def _silent(stage: "Stage") -> str:
    if stage.steps:
        return "One more operation on the value."
    return f"This kind of layer is not laid open here; it makes {stage.actual:.5f}."


def _equal(layer: LayerInfo, place: tuple[int, ...], explanation: "Explanation") -> None:
    """The value, by hand and by the network."""
    if layer.is_map:
        where = f"map {place[2]}, row {place[0]}, column {place[1]}"
    else:
        where = f"value {place[-1]}"
    st.markdown(
        f"**{literal(layer.name)}, {where}: {explanation.total:.5f}** by the arithmetic below; the "
        f"network's own tensor says {explanation.value:.5f}."
    )
