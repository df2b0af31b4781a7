"""Bringing a model of one's own: a file as Keras saves it becomes a run."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import datasets, lab
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from pages.parts.shared.links import now_at
from pages.parts.shared.plainly import show_error
from pages.parts.shared.uploads import file_field
from pages.parts.shared.writing import writing_button

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

PREPARATIONS = {
    "": "as its size suggests",
    "digit": "as MNIST digits (ink found and centered)",
    "picture": "as pictures (scaled and cropped)",
}
RANGES = {
    "": "as measured, or as its first layers say",
    "0..1": "from 0 to 1",
    "0..255": "from 0 to 255",
    "-1..1": "from -1 to 1",
    "1..0": "inverted, dark on white: from 1 to 0",
    "255..0": "inverted, from 255 to 0",
    "1..-1": "inverted, from 1 to -1",
    "standardized": "standardized: less a mean, divided by a deviation",
}


def bring() -> None:
    """The upload and what must be known of the model; a good one is opened at once."""
    # Under another key it is another popover, and that one is closed: nothing hides the result.
    number = st.session_state.setdefault("models-brought", 0)
    with st.popover("Own model", icon=":material/upload:", key=f"own-model-{number}"):
        st.write(
            "A `.keras` or `.h5` file: one picture in, one value per class out. It is loaded in "
            "Keras' safe mode, which runs no code from the file."
        )
        try:
            file = file_field("Model file", ["keras", "h5", "hdf5"], "model")
        except LabError as error:
            show_error(error)
            return
        names = st.text_input(
            "Class names, with commas between",
            key="model-labels",
            placeholder="such as: cat, dog",
            help="In the order of the network's outputs. Without them, classes are numbers.",
        )
        known = ["", *(card.name for card in datasets.DATASETS)]
        dataset = st.selectbox(
            "Trained on",
            known,
            format_func=lambda name: datasets.DATASETS[name].title if name else "something else",
            key="model-dataset",
            help="If it is one of these, its test accuracy is measured and its names are known.",
        )
        preparation = st.selectbox(
            "Pictures are prepared",
            list(PREPARATIONS),
            format_func=PREPARATIONS.__getitem__,
            key="model-preparation",
        )
        input_range = st.selectbox(
            "It wants its pictures",
            list(RANGES),
            format_func=RANGES.__getitem__,
            key="model-range",
            help="Where its dataset is named and on this machine, every range is tried on "
            "validation pictures, and the one that fits is taken.",
        )
        if input_range == "standardized":
            written = st.text_input(
                "Mean and deviation",
                key="model-standardized",
                placeholder="mean=0.1307,std=0.3081",
                help="For colors three of each: mean=0.485/0.456/0.406,std=0.229/0.224/0.225. "
                "Empty: those of the dataset it was trained on.",
            )
            input_range = written.strip() or input_range
        architecture = st.selectbox(
            "The file holds",
            ["", *(card.name for card in ARCHITECTURES)],
            format_func=lambda name: (
                f"only weights, of {ARCHITECTURES[name].title}" if name else "the whole model"
            ),
            key="model-architecture",
        )
        why_not = "Choose a file first." if file is None else None
        pressed = writing_button("Import", "import", file is None, why_not, type="primary")
        if file and pressed:
            labels = tuple(label.strip() for label in names.split(",") if label.strip())
            _import(file, labels, dataset, preparation, input_range, architecture)


def _import(
    file: "UploadedFile",
    labels: tuple[str, ...],
    dataset: str,
    preparation: str,
    input_range: str,
    architecture: str,
) -> None:
    try:
        with st.spinner("Reading the model"):
            run = lab.import_model(
                *(file.getvalue(), file.name, labels, dataset, preparation),
                input_range=input_range,
                architecture=architecture,
            )
    except LabError as error:
        show_error(error)
        return
    # The picker is drawn after this: what it shows can still be set.
    st.session_state["pick-Run"] = run.name
    st.session_state["models-brought"] += 1
    now_at({"run": run.name, "view": "kernels"})
    st.rerun()
