"""Where did it look: heat maps of one picture, for any class, layer and method."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab, runs
from cnnlab.errors import LabError
from cnnlab.plots import heat as plots
from cnnlab.plots import maps
from cnnlab.runs import Run
from cnnlab.visualization import ATTRIBUTIONS
from cnnlab.visualization.attribution.heat import Attributions, HeatMap
from cnnlab.visualization.questions import HeatMaps, HeatMapsOfTwo, SanityChecks
from pages.parts.inside.one_picture import SPLIT, Looked, choose_picture
from pages.parts.shared.links import keep
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import seen
from pages.parts.shared.tiles import Group, Tile, draw_tiles

if TYPE_CHECKING:
    from cnnlab.visualization.attribution.sanity import SanityCheck

PX = 160
COARSE = 12  # below so many cells a side the caveat is shown
PREDICTED = "the most probable"


def show(run: Run) -> None:
    """The picture on the left; on the right what the methods say, for one model or two."""
    left, right = st.columns(SPLIT, gap="medium")
    with left:
        looked = choose_picture(run)
        other = _other(run)
    if looked is None:
        return
    with right:
        methods = _methods()
        if not methods:
            st.info("Choose at least one method above.")
            return
        made, beside = _board(run, looked, methods, other)
        if other and beside:
            _beside(run, other, looked, made, beside)
        _described(methods)
        _check(run, looked, methods, made)


def _other(run: Run) -> Run | None:
    """A second model to ask about the same picture; those that read pictures of this size."""
    shape = run.config.input_shape
    rivals = [
        rival.name
        for rival in [*seen(runs.list_runs()), *runs.pretrained()]
        if rival != run and rival.model_file.is_file() and rival.config.input_shape == shape
    ]
    if not rivals:
        return None
    wanted = st.query_params.get("beside")
    name = st.selectbox(
        "A second model beside it",
        [None, *rivals],
        index=rivals.index(wanted) + 1 if wanted in rivals else 0,
        format_func=lambda n: n or "none",
        key=f"beside-{run.name}",
        help="Of models that read pictures of the same size: do they look at the same spot?",
    )
    if name:
        st.query_params["beside"] = name
        return runs.find(name)
    st.query_params.pop("beside", None)
    return None


def _methods() -> list[str]:
    names = ATTRIBUTIONS.names()
    usual = ",".join(card.name for card in ATTRIBUTIONS if card.is_default)
    asked = st.query_params.get("methods", usual).split(",")
    chosen = st.pills(
        "Methods",
        names,
        selection_mode="multi",
        default=[name for name in asked if name in names],
        format_func=lambda name: ATTRIBUTIONS[name].title,
        key="methods",
        help="They ask different questions, so they give different answers: look at all of them.",
    )
    keep("methods", ",".join(chosen), usual)
    return [name for name in names if name in chosen]


def _label(run: Run) -> int | None:
    labels = run.config.labels
    wanted = st.query_params.get("class")
    number = st.selectbox(
        "Class",
        [None, *range(len(labels))],
        index=labels.index(wanted) + 1 if wanted in labels else 0,
        format_func=lambda n: PREDICTED if n is None else labels[n],
        key=f"class-{run.name}",
        help="Ask for a class it did not choose: what would speak for it here?",
    )
    if number is None:
        st.query_params.pop("class", None)
    else:
        st.query_params["class"] = labels[number]
    return number


def _layer_key(run: Run) -> str:
    return f"cam-layer-{run.name}"


def _layer(run: Run, made: Attributions, who: str) -> None:
    """The layer that `who` weights: asked for already, here to be changed; kept in the address."""
    if not made.layers:
        return
    layer = st.selectbox(
        f"Layer for {who}",
        made.layers,
        index=made.layers.index(made.layer),
        key=_layer_key(run),
        help="Late layers know what, early ones know where. The last block is usual.",
    )
    if layer == made.usual_layer:
        st.query_params.pop("cam", None)
    else:
        st.query_params["cam"] = layer


def _asked(
    run: Run, looked: Looked, methods: list[str], label: int | None, other: Run | None
) -> tuple[Attributions, Attributions | LabError | None]:
    """The maps of one run, or of two at once."""
    layer = st.session_state.get(_layer_key(run), st.query_params.get("cam"))
    question = HeatMaps(run.path, looked.image, tuple(methods), label, layer)
    if other is None:
        return lab.ask(question), None
    labels, theirs = run.config.labels, other.config.labels
    return lab.ask(HeatMapsOfTwo(question, labels, other.path, theirs))


def _board(
    run: Run, looked: Looked, methods: list[str], other: Run | None
) -> tuple[Attributions, Attributions | LabError | None]:
    """The picture and its heat maps in a row, with the words that belong to them.

    Returns:
        The maps shown, and those of the other run, or why there are none.
    """
    who = " and ".join(
        card.title for card in ATTRIBUTIONS if card.by_layer and card.name in methods
    )
    one, two = st.columns(2)
    with one:
        label = _label(run)
    made, beside = _asked(run, looked, methods, label, other)
    if who:
        with two:
            _layer(run, made, who)
    _predictions(run, made)
    for sentence in made.refused.values():
        st.warning(literal(sentence))
    draw_tiles(_tiles(looked, made), "heat", pressable=False, inline=True)
    if who and made.layer and min(made.cells) < COARSE:
        rows, columns = made.cells
        height, width = looked.image.shape[:2]
        st.caption(
            f"{who} finds only {columns}x{rows} cells in {literal(made.layer)}; they are "
            f"stretched to {width}x{height} pixels. Edges say nothing here: trust the region, "
            "not the outline."
        )
    return made, beside


def _predictions(run: Run, made: Attributions) -> None:
    labels, shares = run.config.labels, made.probabilities
    best = int(shares.argmax())
    asked = literal(labels[made.label])
    words = f"**{literal(run.title)}** says {literal(labels[best])} ({shares[best]:.1%})."
    if made.label != best:
        words += f" The maps ask what speaks for {asked}, which it gives {shares[made.label]:.1%}."
    else:
        words += f" The maps ask what spoke for {asked}."
    st.markdown(words)


def _tiles(looked: Looked, made: Attributions) -> list[Group]:
    height, width, _ = looked.image.shape
    tall = PX * height // width
    picture = Tile(0, "picture", looked.words, "the picture")
    groups = [Group(maps.pictures(looked.image[None]), height, width, PX, tall, [picture])]
    if made.heats:
        heats = [heat.values for heat in made.heats]
        signed = [ATTRIBUTIONS[heat.method].signed for heat in made.heats]
        tiles = [_tile(i, heat) for i, heat in enumerate(made.heats)]
        sprite = plots.overlays(looked.image, heats, signed)
        groups.append(Group(sprite, height, width, PX, tall, tiles))
    return groups


def _tile(at: int, heat: HeatMap) -> Tile:
    card = ATTRIBUTIONS[heat.method]
    values = [f"{value:.3g} ({card.unit})" for value in heat.values.reshape(-1).tolist()]
    words = f"{card.title}: {heat.values.min():.2g} to {heat.values.max():.2g}"
    return Tile(at, heat.method, card.title, words, values)


def _beside(
    run: Run, other: Run, looked: Looked, made: Attributions, found: Attributions | LabError
) -> None:
    """The other model's maps for the class of the same name."""
    asked = run.config.labels[made.label]
    if asked not in other.config.labels:
        name = literal(other.title)
        st.warning(
            f"{name} knows no class {literal(repr(asked))}: its own most probable one is shown."
        )
    if isinstance(found, LabError):
        show_error(found)
        return
    _predictions(other, found)
    draw_tiles(_tiles(looked, found), "heat-beside", pressable=False, inline=True)


def _described(methods: list[str]) -> None:
    st.html(
        '<div style="display:flex;align-items:center;gap:8px;font-size:0.85rem;opacity:0.85">none'
        f'<span style="width:120px;height:12px;background:{maps.gradient(False)}"></span>most'
        '<span style="width:24px"></span>against'
        f'<span style="width:120px;height:12px;background:{maps.gradient(True)}"></span>for</div>'
    )
    for name in methods:
        card = ATTRIBUTIONS[name]
        with st.expander(f"How to read {card.title}", expanded=len(methods) == 1):
            st.write(" ".join(card.description.split()))
            st.caption(f"Unit: {card.unit}. Source: [{card.source}]({card.url})")


def _check(run: Run, looked: Looked, methods: list[str], made: Attributions) -> None:
    """The same map while the network forgets what it learned."""
    st.markdown("**Does the map show the network, or only the picture?**")
    st.caption(
        "Shuffle the weights, last layer first, until the network knows nothing. A method that "
        "explains the network must change (Adebayo et al., 2018)."
    )
    able = [method for method in methods if method not in made.refused]
    on = st.toggle("Check with randomized weights", key="check", disabled=not able)
    if not on:
        return
    asked = SanityChecks(run.path, looked.image, tuple(able), made.label, made.layer or None)
    for check in lab.ask(asked):
        _stages(looked, check)


def _stages(looked: Looked, check: "SanityCheck") -> None:
    card = ATTRIBUTIONS[check.method]
    height, width, _ = looked.image.shape
    side = 150
    heats = [stage.values for stage in check.stages]
    sprite = plots.overlays(looked.image, heats, [card.signed] * len(heats))
    tiles = [
        Tile(i, stage.title, stage.title, f"{stage.title}: {stage.correlation:+.2f}")
        for i, stage in enumerate(check.stages)
    ]
    group = Group(sprite, height, width, side, side * height // width, tiles, card.title)
    draw_tiles([group], f"check-{check.method}", pressable=False)
    last = check.stages[-1].correlation
    verdict = (
        "the map depends on what was learned: good."
        if check.passed
        else "much of it stays although the network knows nothing: it mostly shows the picture."
    )
    st.caption(
        f"{card.title} keeps a rank correlation of {last:+.2f} with the trained network's map (1 "
        f"is the same map, 0 is no likeness): {verdict}"
    )
