"""What the reader set for a network: its controls, and the page's address that keeps them."""

from dataclasses import dataclass

import streamlit as st

from cnnlab.architectures import ArchitectureCard
from cnnlab.registry import Value
from pages.parts.shared.knobs import draw_knobs, knobs_in_address, turned
from pages.parts.shared.lesson_place import lesson_query
from pages.parts.shared.links import now_at


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


def read_setting(card: ArchitectureCard) -> Setting:
    """The controls: input, classes, knobs; at first sight as the address says."""
    knobs_given, numbers = knobs_in_address(card.knobs), _numbers(card)
    knobs = draw_knobs(card.knobs, f"knob-{card.name}", knobs_given, columns=1, more="More knobs")
    labels = ("Picture height", "Picture width", "Channels", "Classes")
    limits = ((1, 1024), (1, 1024), (1, 64), (2, 1000))
    helps = (
        "Pixels from top to bottom. MNIST is 28x28x1, CIFAR-10 is 32x32x3.",
        "Pixels from left to right.",
        "1 for gray pictures, 3 for colored ones.",
        "How many answers the network chooses from: 10 digits, 2 for cats and dogs.",
    )
    height, width, channels, classes = (
        column.number_input(
            label, low, high, number, key=f"{label.split()[-1].lower()}-{card.name}", help=text
        )
        for column, label, (low, high), number, text in zip(
            [*st.columns(2), *st.columns(2)], labels, limits, numbers, helps, strict=True
        )
    )
    st.button(
        "Back to the source's settings",
        key=f"reset-{card.name}",
        icon=":material/restart_alt:",
        type="tertiary",
        on_click=_reset,
        args=(card,),
    )
    return Setting(card, (height, width, channels), classes, knobs)


def _reset(card: ArchitectureCard) -> None:
    """Forget what was set for this network, on the page and in its address."""
    numbers = [f"{word}-{card.name}" for word in ("height", "width", "channels", "classes")]
    for key in [*numbers, *(f"knob-{card.name}-{knob.name}" for knob in card.knobs)]:
        st.session_state.pop(key, None)
    now_at({"architecture": card.name})


def _numbers(card: ArchitectureCard) -> tuple[int, ...]:
    """Height, width, channels and classes: from the address where it is sound, else the card."""
    parts = st.query_params.get("input", "").split("x")
    sound = len(parts) == 3 and all(part.isdecimal() and 0 < int(part) <= 64 for part in parts[2:])
    sound = sound and all(part.isdecimal() and 0 < int(part) <= 1024 for part in parts)
    input_shape = tuple(map(int, parts)) if sound else card.input_shape
    classes = st.query_params.get("classes", "")
    known = classes.isdecimal() and 2 <= int(classes) <= 1000
    return (*input_shape, int(classes) if known else card.classes)


def remember(setting: Setting) -> None:
    """What is set goes into the address, so that a link or a reload shows the same."""
    kept = {name: st.query_params[name] for name in ("view", "with") if name in st.query_params}
    wanted = {**lesson_query(), "architecture": setting.card.name, **kept}
    if setting.input_shape != setting.card.input_shape:
        wanted["input"] = "x".join(map(str, setting.input_shape))
    if setting.classes != setting.card.classes:
        wanted["classes"] = str(setting.classes)
    wanted |= {name: str(value) for name, value in setting.turned.items()}
    if st.query_params.to_dict() != wanted:
        now_at(wanted)
