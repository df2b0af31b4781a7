"""One network: what was published, its knobs, its diagram, and what each layer costs."""

from dataclasses import dataclass

import streamlit as st

from cnnlab import lab
from cnnlab.architectures import ArchitectureCard
from cnnlab.registry import Value
from pages.parts.amounts import count, shape, size
from pages.parts.diagram import diagram, legend
from pages.parts.knobs import draw_knobs, knobs_in_address, turned
from pages.parts.links import link
from pages.parts.network_views import VIEWS


@dataclass(frozen=True)
class Setting:
    """What the reader set: the network, its input and classes, all knobs."""

    card: ArchitectureCard
    input_shape: tuple[int, int, int]
    classes: int
    knobs: dict[str, Value]

    @property
    def turned(self) -> dict[str, Value]:
        """The knobs that differ from the card's."""
        return turned(self.card.knobs, self.knobs)

    @property
    def changed(self) -> bool:
        """Whether this is another network than the card's."""
        native = (self.card.input_shape, self.card.classes)
        return bool(self.turned) or (self.input_shape, self.classes) != native


@st.cache_data(max_entries=300, show_spinner="Building the network ...")
def layer_table(name: str, knobs: dict, input_shape: tuple, classes: int):
    """A network's `summary.Summary`, kept for the next reader with the same wish."""
    return lab.layer_table(name, knobs, input_shape, classes)


def network(card: ArchitectureCard) -> None:
    """Draw the page of one network.

    Raises:
        LabError: a setting no network can have; the controls stay, the sentence follows.
    """
    link("architectures", "All networks", ":material/arrow_back:")
    _head(card)
    setting = _setting(card)
    _remember(setting)
    table = layer_table(card.name, setting.knobs, setting.input_shape, setting.classes)
    _totals(setting, table)
    _train(setting)
    st.markdown("#### The network, drawn to scale")
    picked = diagram(table, key=f"diagram-{card.name}")
    legend()
    st.caption(
        "From the picture on the left to the classes on the right. A block's height and depth are "
        "the height and width of its maps, its breadth the number of channels; thin bars are "
        "vectors. Below: name, output, parameters. Press a block to see its arithmetic."
    )
    _arithmetic(table, picked)
    names = list(VIEWS)
    asked = st.query_params.get("view")
    view = st.segmented_control(
        "Look at",
        names,
        default=asked if asked in names else names[0],
        key=f"view-{card.name}",
        required=True,
    )
    st.query_params["view"] = view
    VIEWS[view](setting, table, layer_table)


def _head(card: ArchitectureCard) -> None:
    """Name, words, source, and the published figures beside our own count."""
    st.markdown(f"## {card.title}")
    st.markdown(card.description)
    st.caption(f"Source: [{card.source}]({card.url}). Our name for it: `{card.name}`.")
    rows = [
        {
            "on": figure.dataset,
            "published": figure.params,
            "ours": figure.rebuilt or (card.params if figure.input_shape is None else None),
            "accuracy": figure.accuracy,
            "note": figure.note,
        }
        for figure in card.published
    ]
    if rows:
        st.dataframe(
            rows,
            hide_index=True,
            key=f"published-{card.name}",
            column_config={
                "on": "Published for",
                "published": st.column_config.NumberColumn(
                    "Parameters, published", format="localized"
                ),
                "ours": st.column_config.NumberColumn(
                    "Parameters, counted here",
                    format="localized",
                    help="All numbers the model stores, with batch-norm's moving statistics.",
                ),
                "accuracy": st.column_config.NumberColumn(
                    "Test accuracy, published", format="percent"
                ),
                "note": st.column_config.TextColumn("Note", width="large"),
            },
        )
    if card.contradiction:
        st.info(
            f"Where the source contradicts itself: {card.contradiction}", icon=":material/rule:"
        )


def _setting(card: ArchitectureCard) -> Setting:
    """The controls: input, classes, knobs; at first sight as the address says."""
    knobs_given, numbers = knobs_in_address(card.knobs), _numbers(card)
    st.markdown("#### Turn the knobs")
    st.caption(
        "Everything starts as in the source. Each change builds the network anew and counts it: "
        "watch which numbers move, and by how much."
    )
    labels = ("Picture height", "Picture width", "Channels", "Classes")
    limits = ((1, 1024), (1, 1024), (1, 64), (2, 1000))
    helps = (
        "Pixels from top to bottom. MNIST is 28x28x1, CIFAR-10 is 32x32x3.",
        "Pixels from left to right.",
        "1 for gray pictures, 3 for colored ones.",
        "How many answers the network chooses from: 10 digits, 2 for cats and dogs.",
    )
    values = [
        column.number_input(
            label, low, high, number, key=f"{label.split()[-1].lower()}-{card.name}", help=text
        )
        for column, label, (low, high), number, text in zip(
            st.columns(4), labels, limits, numbers, helps, strict=True
        )
    ]
    knobs = draw_knobs(card.knobs, f"knob-{card.name}", knobs_given, columns=4, more="More knobs")
    st.button(
        "Back to the source's settings",
        key=f"reset-{card.name}",
        icon=":material/restart_alt:",
        type="tertiary",
        on_click=_reset,
        args=(card,),
    )
    return Setting(card, tuple(values[:3]), values[3], knobs)


def _reset(card: ArchitectureCard) -> None:
    """Forget what was set for this network, on the page and in its address."""
    numbers = [f"{word}-{card.name}" for word in ("height", "width", "channels", "classes")]
    for key in [*numbers, *(f"knob-{card.name}-{knob.name}" for knob in card.knobs)]:
        st.session_state.pop(key, None)
    st.query_params.from_dict({"architecture": card.name})


def _numbers(card: ArchitectureCard) -> tuple[int, ...]:
    """Height, width, channels and classes: from the address where it is sound, else the card."""
    parts = st.query_params.get("input", "").split("x")
    sound = len(parts) == 3 and all(part.isdecimal() and 0 < int(part) <= 64 for part in parts[2:])
    sound = sound and all(part.isdecimal() and 0 < int(part) <= 1024 for part in parts)
    input_shape = tuple(map(int, parts)) if sound else card.input_shape
    classes = st.query_params.get("classes", "")
    known = classes.isdecimal() and 2 <= int(classes) <= 1000
    return (*input_shape, int(classes) if known else card.classes)


def _remember(setting: Setting) -> None:
    """What is set goes into the address, so that a link or a reload shows the same."""
    kept = {name: st.query_params[name] for name in ("view", "with") if name in st.query_params}
    wanted = {"architecture": setting.card.name, **kept}
    if setting.input_shape != setting.card.input_shape:
        wanted["input"] = "x".join(map(str, setting.input_shape))
    if setting.classes != setting.card.classes:
        wanted["classes"] = str(setting.classes)
    wanted |= {name: str(value) for name, value in setting.turned.items()}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _totals(setting: Setting, table) -> None:
    """The network as a whole; what the knobs changed in percent of the source's network."""
    card, totals = setting.card, table.totals
    usual = totals
    if setting.changed:
        defaults = {knob.name: knob.default for knob in card.knobs}
        usual = layer_table(card.name, defaults, card.input_shape, card.classes).totals

    def metric(column, label: str, name: str, form, text: str) -> None:
        now, before = getattr(totals, name), getattr(usual, name)
        delta = f"{now / before - 1:+.1%}" if now != before and before else None
        column.metric(label, form(now), delta, "inverse", help=text, border=True)

    columns = st.columns(5)
    metric(columns[0], "Parameters", "params", count, "All numbers the model stores.")
    metric(
        *(columns[1], "MACs", "macs", count),
        "Multiplications with their addition for one picture. Convolutions and dense layers "
        "count; biases, pooling, activations and normalization do not.",
    )
    metric(
        *(columns[2], "Peak memory", "peak_activation_bytes", size),
        "The most that maps between layers need at once, for one picture in float32, when layers "
        "run one after another. Weights come on top.",
    )
    metric(
        *(columns[3], "Weights, float32", "file_bytes", size),
        "4 bytes for each number left once batch-norm is folded; a file adds a few KiB.",
    )
    metric(
        *(columns[4], "Weights, 8 bit", "file_bytes_int8", size),
        "After quantization: 1 byte for each weight, 4 for each bias.",
    )
    st.caption(
        f"{totals.trainable_params:,} parameters are trained, {totals.non_trainable_params:,} are "
        f"not; {totals.params_batchnorm_folded:,} are left at inference, once batch-norm is folded "
        f"into the layers before it. {len(table.layers)} layers; each class score "
        f"depends on {max(max(row.receptive_field) for row in table.layers)} pixels across."
    )


def _train(setting: Setting) -> None:
    """On to the training of exactly this network."""
    query = {name: str(value) for name, value in setting.turned.items()}
    if setting.card.datasets:
        query["dataset"] = setting.card.datasets[0]
    link(
        "train",
        "Train this network",
        ":material/play_arrow:",
        architecture=setting.card.name,
        **query,
    )


def _arithmetic(table, picked: str | None) -> None:
    """How the parameters and MACs of the block last pressed come about."""
    row = next((row for row in table.layers if row.name == picked), None)
    if row is None:
        return
    with st.container(border=True):
        st.markdown(f"**{row.name}** ({row.type}): {shape(row.input_shape)} → "
                    f"{shape(row.output_shape)}")  # fmt: skip
        if row.formula:
            st.markdown(f"Parameters: `{row.formula}`. Every factor is a side of an array.")
        if row.macs_formula:
            st.markdown(f"MACs: `{row.macs_formula}`. The kernel's products at every place.")
        high, wide = row.receptive_field
        st.markdown(
            f"One value of its output sees {high}×{wide} pixels of the picture and the output "
            f"takes {size(row.activation_bytes)}."
        )
