"""Surgery: a filter silenced, negated, swapped, blurred, replaced or copied, and what it costs."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab
from cnnlab.errors import LabError
from cnnlab.plots import maps
from cnnlab.plots.comparison import charts
from cnnlab.plots.comparison.points import mark
from cnnlab.runs import Run
from cnnlab.schema import FilterOperation
from cnnlab.surgery import FILTER_OPERATIONS, all_operations, plan
from cnnlab.surgery.questions import KeptRun, OperatedOnAll, OperatingTable
from pages.parts.inside import filter_facts
from pages.parts.inside.layer_choice import asked_number
from pages.parts.shared.knobs import draw_knobs
from pages.parts.shared.links import link
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import seen, sign
from pages.parts.shared.tiles import Group, Tile, draw_tiles, pressed
from pages.parts.shared.writing import writing_button

if TYPE_CHECKING:
    from cnnlab.surgery.operating import Table
    from cnnlab.surgery.outcome import Outcome

KERNEL_PX, PICTURE_PX = 48, 56


def show(run: Run) -> None:
    """The layer's filters and what may be done; beside it what became of the answers."""
    if press := pressed("surgery-filters"):
        st.query_params["filter"] = press.key
    operations, found = _table(run, _asked())
    left, right = st.columns([5, 6], gap="large")
    with left:
        layer, number = _choose(run, found)
        _do(run, found, operations, layer, number)
        _list(operations)
    with right:
        for note in found.notes:
            st.info(literal(note))
        place = st.empty()
        with place.container():
            _outcome(found.outcome)
        if operations:
            _keep(run, operations)
            _all(run, operations, found.outcome, place)
    if st.toggle("This filter's card", key="filter-card", bind="query-params"):
        with st.spinner("Looking for what excites it"):
            filter_facts.show(run, layer, number)


def _asked() -> tuple[FilterOperation, ...]:
    """The operations in the address; a damaged one is said and left out."""
    found = []
    for text in st.query_params.get_all("do")[: plan.MOST]:
        try:
            found.append(plan.read(text))
        except LabError as error:
            show_error(error)
    return tuple(found)


def _table(
    run: Run, operations: tuple[FilterOperation, ...]
) -> tuple[tuple[FilterOperation, ...], "Table"]:
    """The network after the operations; one that is refused says why and is taken back."""
    layer = st.query_params.get("layer", "")
    try:
        with st.spinner("Asking a sample of test pictures"):
            return operations, lab.ask(OperatingTable(run.path, operations, layer))
    except LabError as error:
        if not operations:
            raise
        show_error(error)
    _set(operations[:-1])
    return _table(run, operations[:-1])


def _set(operations: tuple[FilterOperation, ...]) -> None:
    st.query_params["do"] = [plan.text_of(one) for one in operations]


def _choose(run: Run, found: "Table") -> tuple[str, int]:
    """A layer and one of its filters, by list, number or a press on its kernel."""
    counts = dict(found.layers)
    names = list(counts)
    one, two = st.columns([3, 2])
    layer = one.selectbox(
        "Layer",
        names,
        index=names.index(found.layer),
        format_func=lambda name: f"{name} ({counts[name]} filters)",
        key=f"surgery-layer-{run.name}-{found.layer}",
        help="Layers with weights: a dense unit counts as a filter over all it reads.",
    )
    if layer != found.layer:
        st.query_params["layer"] = layer
        st.query_params.pop("filter", None)
        st.rerun()
    asked = asked_number("filter", counts[layer])
    number = two.number_input(
        f"Filter (0 to {counts[layer] - 1})",
        0,
        counts[layer] - 1,
        asked,
        key=f"surgery-filter-{run.name}-{layer}-{asked}",
    )
    if number != asked:
        st.query_params["filter"] = str(number)
        st.rerun()
    _filters(found, number)
    return layer, number


def _filters(found: "Table", number: int) -> None:
    """The kernels of the layer as they are after the operations; those of one weight are none."""
    height, width = found.kernels.shape[1:]
    if height * width == 1:
        st.caption("Each of its filters has one weight for every channel it reads: no picture.")
        return
    reach = float(abs(found.kernels).max()) or 1.0
    count = len(found.kernels)
    sprite = maps.sprite(found.kernels, [-reach] * count, [reach] * count)
    tiles = [
        Tile(i, str(i), f"filter {i} of {found.layer}", str(i), chosen=i == number)
        for i in range(count)
    ]
    tall = max(12, KERNEL_PX * height // width)
    draw_tiles([Group(sprite, height, width, KERNEL_PX, tall, tiles)], "surgery-filters")


def _do(
    run: Run, found: "Table", operations: tuple[FilterOperation, ...], layer: str, number: int
) -> None:
    """What is to be done, its settings, and the buttons."""
    cards = {card.name: card for card in all_operations()}
    name = st.selectbox(
        "Operation",
        list(cards),
        format_func=lambda key: cards[key].title,
        key="operation",
        help="\n".join(f"- **{card.title}**: {card.in_short}" for card in cards.values()),
    )
    card = FILTER_OPERATIONS[name]
    st.caption(literal(card.in_short))
    settings = _settings(run, found, name)
    with st.container(horizontal=True):
        if st.button("Operate", key="operate", type="primary", icon=":material/content_cut:"):
            try:
                _set((*operations, plan.planned(name, layer, number, settings)))
            except LabError as error:
                show_error(error)
                return
            st.rerun()
        if st.button("Undo", key="undo", icon=":material/undo:", disabled=not operations):
            _set(operations[:-1])
            st.rerun()
        if st.button("Start over", key="start-over", disabled=not operations):
            _set(())
            st.rerun()


def _settings(run: Run, found: "Table", name: str) -> dict[str, object]:
    """The settings of an operation; a run to copy from is chosen from those there are."""
    card = FILTER_OPERATIONS[name]
    own = [knob for knob in card.knobs if knob.name in card.own]
    settings: dict[str, object] = dict(draw_knobs(own, f"surgery-{name}")) if own else {}
    if card.partner == "layer":
        most = dict(found.layers)[found.layer] - 1
        settings["other"] = st.number_input(
            f"The other filter (0 to {most})", 0, most, min(1, most), key=f"surgery-other-{most}"
        )
    if card.partner == "run":
        known = {one.name: one for one in seen(lab.ready_runs()) if one.model_file.is_file()}
        one, two, three = st.columns([4, 3, 2])
        chosen = one.selectbox(
            "From",
            list(known),
            index=list(known).index(run.name) if run.name in known else 0,
            format_func=lambda key: known[key].label,
            key="surgery-run",
        )
        layer = two.text_input("Its layer", found.layer, key=f"surgery-from-{found.layer}")
        number = three.number_input("Its filter", 0, value=0, key="surgery-from-filter")
        settings |= {"run": chosen, "layer": layer, "other": number}
    return settings


def _list(operations: tuple[FilterOperation, ...]) -> None:
    if not operations:
        st.caption("Nothing is done yet. Choose a filter and silence it: who needs it?")
        return
    lines = [f"{i}. {literal(plan.words(one))}" for i, one in enumerate(operations, 1)]
    st.markdown("**Done so far, in this order**\n\n" + "\n".join(lines))


def _outcome(outcome: "Outcome") -> None:
    """Accuracy before and after, class by class, and the pictures whose answer changed."""
    which = f"all {outcome.count:,}" if outcome.whole else f"{outcome.count:,} of the"
    one, two, three = st.columns(3)
    one.metric("Accuracy before", f"{outcome.before:.2%}")
    change = f"{(outcome.after - outcome.before) * 100:+.2f}" if outcome.changed else None
    two.metric("After", f"{outcome.after:.2%}", change)
    three.metric("Answers changed", f"{outcome.changed:,}")
    on = f"On {which} test pictures of {literal(outcome.variant)}"
    if not outcome.changed:
        st.caption(f"{on}.")
        return
    verdict = "is rare by chance" if outcome.p_value < 0.05 else "may be chance alone"
    st.caption(
        f"{on}: {outcome.lost:,} lost, {outcome.gained:,} gained; so uneven a split {verdict}."
    )
    recall = {"before": outcome.recall_before, "after": outcome.recall_after}
    figure = charts.classes(outcome.labels, recall, [mark(0), mark(1)])
    st.plotly_chart(figure, key=f"surgery-classes-{outcome.whole}")
    st.markdown("**Pictures whose answer changed**, those it had read first")
    pictures = maps.stacked([one.picture for one in outcome.flipped])
    height, width = pictures.shape[1:3]
    tiles = [
        Tile(
            i,
            str(i),
            f"{one.truth}, test picture {one.index}: {one.before}, now {one.after} "
            f"({one.confidence:.0%})",
            f"{one.before} → {one.after}",
        )
        for i, one in enumerate(outcome.flipped)
    ]
    tall = PICTURE_PX * height // width
    group = Group(maps.pictures(pictures), height, width, PICTURE_PX, tall, tiles)
    draw_tiles([group], f"surgery-flipped-{outcome.whole}", pressable=False)


def _all(
    run: Run,
    operations: tuple[FilterOperation, ...],
    sample: "Outcome",
    place: "st.delta_generator.DeltaGenerator",
) -> None:
    """The same on all test pictures, in the sample's place once it is there."""
    if sample.whole:
        return
    with st.spinner("The sample's answer stands here; all test pictures follow"):
        whole = lab.ask(OperatedOnAll(run.path, operations))
    with place.container():
        _outcome(whole)


def _keep(run: Run, operations: tuple[FilterOperation, ...]) -> None:
    """The network as it is now as a run of its own."""
    if not writing_button(
        "Keep as a run",
        "keep-operated",
        help="A run of its own beside this one, with the list of what was done.",
        icon=":material/save:",
    ):
        return
    with st.spinner("Writing and testing it"):
        owner = st.session_state.get("reader-kept", "")
        made = lab.ask(KeptRun(run.path, operations, "", owner))
    sign([made])
    st.success(f"Kept as {literal(made.label)}.")
    link("inside", "Look inside it", ":material/grid_on:", run=made.name)
