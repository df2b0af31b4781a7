"""Feature maps: a picture's way through the network, and every map of one layer."""

import streamlit as st

from cnnlab import images, lab
from cnnlab.plots import maps as plots
from cnnlab.plots import predict
from cnnlab.runs import Run
from cnnlab.visualization.features.activations import LayerMaps
from cnnlab.visualization.questions import FeatureMaps
from pages.parts.inside.one_picture import SPLIT, Looked, choose_picture
from pages.parts.shared.tiles import Group, Tile, draw_tiles, pressed

IN_A_ROW = 10
A_PAGE = 64
ALL = "All layers"
TILE_PX, LARGE_PX, OPEN_PX = 46, 84, 300
STRIP_PX = 420
ORDERS = {"channel": "By number", "strength": "Strongest first"}
NAMES = ("", "second picture")


def show(run: Run) -> None:
    """The picture on the left; on the right the maps it makes, or those of two pictures."""
    left, right = st.columns(SPLIT, gap="medium")
    with left:
        chosen = [choose_picture(run)]
        if st.toggle(
            "Compare with a second picture",
            key="two",
            help="Two digits, or one digit drawn twice: which maps tell them apart?",
        ):
            chosen.append(choose_picture(run, "2"))
    looks = [looked for looked in chosen if looked]
    if looks:
        with right:
            layer, order, shared = _controls(run)
            if layer == ALL:
                _flow(run, looks, order, shared)
            else:
                _one_layer(run, looks, layer, order, shared)


def _controls(run: Run) -> tuple[str, str, bool]:
    layers = lab.layers(run)
    names = [ALL, *(layer.name for layer in layers if layer.is_map)]
    wanted = st.query_params.get("only")
    one, two, three = st.columns([2, 2, 2], vertical_alignment="bottom")
    with one:
        layer = st.selectbox(
            "Layer",
            names,
            index=names.index(wanted) if wanted in names else 0,
            key=f"maps-layer-{run.name}",
            help="One layer shows all of its maps, larger.",
        )
    if layer == ALL:
        st.query_params.pop("only", None)
    else:
        st.query_params["only"] = layer
    with two:
        order = st.segmented_control(
            "Order",
            list(ORDERS),
            format_func=ORDERS.__getitem__,
            default="channel",
            required=True,
            key="order",
            help="Strength is the mean absolute value of a map on the (first) picture.",
        )
    with three:
        shared = st.toggle(
            "One color scale in a layer",
            key="shared-maps",
            help="Off: every map uses all colors, see its shape. On: compare their strengths.",
        )
    return layer, order, shared


def _flow(run: Run, looks: list[Looked], order: str, shared: bool) -> None:
    """Every layer a row (of two pictures, two), from the picture to the probabilities."""
    opened = _opened("flow")
    known = {layer.name: layer for layer in lab.layers(run)}
    opened = opened if opened and opened[0] in known and known[opened[0]].is_map else None
    seen = tuple(looked.image for looked in looks)
    found = lab.ask(FeatureMaps(run.path, seen, None, 0, IN_A_ROW, order, opened))
    flows = found.flows
    with st.container(horizontal=True):
        for looked, flow in zip(looks, flows, strict=True):
            with st.container():
                _answer(run, looked, flow.probabilities)
    st.caption(
        f"From top to bottom: what each layer makes of the one above it, up to {IN_A_ROW} maps of "
        "each. Yellow is large, dark is zero; where a map goes below zero, white is zero, blue "
        "above and red below. Silent maps are zero everywhere on this picture. Press a map to "
        "enlarge it, then a cell of it to see how its value was computed."
    )
    groups, before = [], ""
    for layers in zip(*(flow.layers for flow in flows), strict=True):
        for which, layer in enumerate(layers):
            groups.append(_row(layer, before, shared, opened, which))
        if opened and opened[0] == layers[0].name:
            groups += [_enlarged(one, which) for which, one in enumerate(found.enlarged)]
        before = layers[0].name
    draw_tiles(groups, "flow")


def _answer(run: Run, looked: Looked, probabilities: images.Array) -> None:
    """The picture as the network sees it, and what it says of it."""
    labels = run.config.labels
    shares = predict.rows(dict(zip(labels, probabilities.tolist(), strict=True)))
    height, width, _ = looked.image.shape
    model = predict.Model(run.title, (f"sees {looked.words}",), shares)
    caption = f"What the network sees: {width}x{height} pixels"
    best = max(shares, key=lambda share: share[1])
    sentence = f"The network says {best[0]}."
    st.html(predict.board([(caption, plots.bytes_of(looked.image))], [model], sentence))


def _row(
    layer: LayerMaps, before: str, shared: bool, opened: tuple[str, int] | None, which: int
) -> Group:
    """A layer's first maps, or a vector as one strip; `before` is the layer above it."""
    notes = _notes(layer, before) if not which else [NAMES[which], _range(layer)]
    title = layer.name if not which else ""
    if len(layer.shape) == 1:
        return _strip(layer, title, notes, which)
    low, high = plots.limits(layer.maps, shared)
    sprite = plots.sprite(layer.maps.transpose(2, 0, 1), low, high)
    height, width = layer.maps.shape[:2]
    tiles = [
        Tile(
            at,
            f"{layer.name}\n{channel}",
            f"{layer.name}, map {channel}{_flag(layer, channel, at)}",
            chosen=opened == (layer.name, channel),
        )
        for at, channel in enumerate(layer.channels)
    ]
    tall = max(8, round(TILE_PX * height / width))
    return Group(sprite, height, width, TILE_PX, tall, tiles, title, notes, beside=True)


def _flag(layer: LayerMaps, channel: int, at: int) -> str:
    if not layer.maps[..., at].any():
        return ", silent on this picture"
    if channel in layer.duplicates:
        return f", the same as map {layer.duplicates[channel]} here"
    return ""


def _notes(layer: LayerMaps, before: str) -> list[str]:
    if len(layer.shape) == 1:
        return [f"{layer.kind}, {layer.shape[0]} values", _range(layer)]
    size = "x".join(map(str, layer.shape[:2]))
    silent = f", {layer.silent} silent" if layer.silent else ""
    notes = [f"{layer.kind}", f"{layer.shape[2]} maps of {size}{silent}", _range(layer)]
    if layer.reads != (before,):
        reads = " and ".join(name or "the picture" for name in layer.reads)
        notes.append(f"reads {reads}")
    return notes


def _range(layer: LayerMaps) -> str:
    return f"from {layer.low:.3g} to {layer.high:.3g}"


def _strip(layer: LayerMaps, title: str, notes: list[str], which: int) -> Group:
    """A vector as a strip of cells; a press on one leads to its arithmetic."""
    count = layer.shape[0]
    tile = layer.maps.reshape(1, 1, count)
    low, high = plots.limits(tile.transpose(1, 2, 0), True)
    values = [f"{value:.4g}" for value in layer.maps.tolist()]
    name = f"{layer.name}, {count} values"
    tiles = [Tile(0, f"{layer.name}\n-\n{which}", name, values=values)]
    width = min(STRIP_PX, count * 22)
    sprite = plots.sprite(tile, low, high)
    return Group(sprite, 1, count, width, 18, tiles, title, notes, beside=True, cells=True)


def _enlarged(found: LayerMaps, which: int) -> Group:
    """One map, large, its values under the pointer; a cell of the first picture's leads on."""
    title = f"{found.name}, map {found.channels[0]}" if not which else ""
    note = NAMES[which] if which else "Press a cell: how was this value computed?"
    return _large(found, OPEN_PX, title, note, which)


def _large(
    layer: LayerMaps,
    side: int,
    title: str = "",
    note: str = "",
    which: int = 0,
    shared: bool = False,
) -> Group:
    """Maps with their numbers and ranges; with a `note`, the cells of one can be pressed."""
    height, width = layer.maps.shape[:2]
    low, high = plots.limits(layer.maps, shared)
    tiles = []
    for at, channel in enumerate(layer.channels):
        one = layer.maps[..., at]
        words = f"{channel}: {one.min():.3g} to {one.max():.3g}"
        values = [f"{value:.4g}" for value in one.reshape(-1).tolist()] if note else None
        name = f"{layer.name}, map {channel}{_flag(layer, channel, at)}"
        key = f"{layer.name}\n{channel}" + (f"\n{which}" if note else "")
        tiles.append(Tile(at, key, name, words, values))
    sprite = plots.sprite(layer.maps.transpose(2, 0, 1), low, high)
    tall = max(10, round(side * height / width))
    notes = [note] if note else []
    return Group(
        sprite, height, width, side, tall, tiles, title, notes, bool(note), cells=bool(note)
    )


def _one_layer(run: Run, looks: list[Looked], layer: str, order: str, shared: bool) -> None:
    """All maps of one layer, 64 at a time, of one picture or of two."""
    first = (st.session_state.get(f"maps-part-{layer}", 1) - 1) * A_PAGE
    opened = _opened("one-layer")
    count = next(known.shape[-1] for known in lab.layers(run) if known.name == layer)
    opened = opened if opened and opened[0] == layer and opened[1] < count else None
    seen = tuple(looked.image for looked in looks)
    found = lab.ask(FeatureMaps(run.path, seen, layer, first, A_PAGE, order, opened))
    one = found.layers[0]
    parts = -(-one.shape[2] // A_PAGE)
    if parts > 1:
        label = f"Part (1 to {parts}, {A_PAGE} maps each)"
        st.number_input(label, 1, parts, key=f"maps-part-{layer}", width=240)
    st.caption(
        f"{one.kind}: {one.shape[2]} maps of {one.shape[1]}x{one.shape[0]}, values "
        f"{_range(one)}, {one.silent} silent on this picture. Under each map its number and its "
        "own range. Press one to enlarge it."
    )
    groups = [_enlarged(large, which) for which, large in enumerate(found.enlarged)]
    for which, maps in enumerate(found.layers):
        groups.append(_large(maps, LARGE_PX, NAMES[which].capitalize(), shared=shared))
    draw_tiles(groups, "one-layer")


def _opened(key: str) -> tuple[str, int] | None:
    """The map that stands open: a press opens it or closes it again; a cell leads away."""
    press = pressed(key)
    if press:
        name, channel, *which = press.key.split("\n")
        if which == ["0"]:
            _to_arithmetic(name, channel, press.place)
        if which:
            return st.session_state.get("opened")  # the second picture's cells lead nowhere
        now = (name, int(channel))
        st.session_state["opened"] = None if st.session_state.get("opened") == now else now
        st.query_params["layer"], st.query_params["filter"] = name, channel
    return st.session_state.get("opened")


def _to_arithmetic(layer: str, channel: str, place: tuple[int, int]) -> None:
    """Over to the arithmetic of the pressed cell; a vector's cells are its values."""
    row, column = map(str, place)
    asked = {"filter": column} if channel == "-" else {"filter": channel, "row": row}
    st.query_params.update({"view": "arithmetic", "layer": layer, **asked})
    if channel != "-":
        st.query_params["column"] = column
    st.rerun()
