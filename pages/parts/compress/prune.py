"""The form that starts a pruning: the cut tried beforehand, and how sensitive each layer is."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnlab import lab, runs
from cnnlab.compression import PruningCard
from cnnlab.compression.planning import finetuning
from cnnlab.compression.questions import LayerSensitivity, PruningPreview
from cnnlab.errors import LabError
from cnnlab.plots import compression as plots
from cnnlab.runs import Run
from pages.parts.compress.common import (
    Places,
    attempted,
    method_knobs,
    start_button,
    training_knobs,
)
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import reader_name

if TYPE_CHECKING:
    from cnnlab.compression.pruning.preview import Preview
    from cnnlab.compression.pruning.sensitivity import Sensitivity

NO_BAR = {"displayModeBar": False}
CLOSE = 0.03  # a share this near to what was asked is what was asked


def form(run: Run, card: PruningCard, places: Places) -> None:
    """How much goes, what that does at once, how it is trained on afterwards."""
    key = f"prune-{run.name}-{card.name}"
    with places.knobs:
        pressed = start_button(run, places.action)
        settings = method_knobs(card.knobs, f"set-{key}")
        training = training_knobs(f"recipe-{key}", finetuning(run))
        owner = reader_name()
    if pressed:
        attempted(lambda: lab.start_pruning(run, card.name, settings, training, owner=owner))
    if run.model_file.is_file():
        with places.picture:
            _preview(run, card, settings)
            _sensitivity(run)


@st.cache_data(max_entries=100, show_spinner=False)
def _previewed(name: str, state: str, method: str, settings: dict[str, Any]) -> "Preview":
    return lab.ask(PruningPreview(runs.find(name).path, method, settings))


def _preview(run: Run, card: PruningCard, settings: dict[str, Any]) -> None:
    """The cut, made now and not kept: what would be left before any fine-tuning."""
    try:
        with st.spinner("Trying the cut"):
            found = _previewed(run.name, lab.state_of(run), card.name, settings)
    except LabError as error:
        show_error(error)
        return
    _asked_and_delivered(card, settings, found)
    cells = {
        "Parameters": _fall(found.params, found.params_after),
        "Non-zeros": _fall(found.params, found.nonzeros),
        "MACs": _fall(found.macs, found.macs_after),
        "Validation accuracy": (
            f"{found.accuracy_after:.1%}",
            f"{100 * (found.accuracy_after - found.accuracy):+.1f} points",
        ),
    }
    with st.container(horizontal=True, gap="small"):
        for label, (value, delta) in cells.items():
            st.metric(label, value, delta, delta_color="off", width=170)
    st.caption(
        f"Right after the cut, on {found.pictures} validation pictures and before any "
        "fine-tuning, which brings most of the accuracy back."
    )
    if found.layers:
        st.plotly_chart(plots.channels_kept(found.layers), key="kept", config=NO_BAR)
        for note in found.notes:
            st.caption(literal(note))


def _asked_and_delivered(card: PruningCard, settings: dict[str, Any], found: "Preview") -> None:
    """Not every share can be had, of filters or of zeros: how much of it goes is said."""
    asked = float(settings.get("share", 0.0))
    if not card.removes:
        zeros = 1 - found.nonzeros / max(1, found.params)
        if abs(asked - zeros) > CLOSE:
            st.warning(
                f"Asked for {asked:.0%} zeros, delivered {zeros:.0%} of all parameters: biases "
                "and normalization keep theirs, and the network is not smaller for it."
            )
        return
    delivered = 1 - found.macs_after / max(1, found.macs)
    if abs(asked - delivered) > CLOSE:
        st.warning(
            f"Asked for {asked:.0%} of the MACs, delivered {delivered:.0%}: every layer keeps at "
            "least one filter, and some keep all of theirs (layer by layer, below)."
        )


def _fall(before: int, after: int) -> tuple[str, str]:
    return f"{after:,}", f"{after / before - 1:+.0%}" if before else ""


@st.cache_data(max_entries=50, show_spinner=False)
def _measured(name: str, state: str) -> "Sensitivity":
    return lab.ask(LayerSensitivity(runs.find(name).path))


def _sensitivity(run: Run) -> None:
    with st.expander("Which layer can spare most? Sensitivity, layer by layer"):
        st.caption(
            "One layer at a time loses its weakest filters, nothing is trained on. A line that "
            "stays high is a layer that can spare them; one that drops at once cannot."
        )
        if not st.toggle("Measure it", key=f"sensitivity-{run.name}", help="Takes some seconds."):
            return
        with st.spinner("Taking filters out, layer by layer"):
            found = _measured(run.name, lab.state_of(run))
        curves = [(", ".join(c.layers), c.points) for c in found.curves]
        st.plotly_chart(plots.sensitivity(curves), key="sensitivity")
        st.caption(f"On {found.pictures} validation pictures.")
        for name, why in found.unprunable.items():
            st.caption(literal(f"{name} keeps its channels: {why}."))
