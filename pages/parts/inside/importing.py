"""Bringing a model of one's own: a `.keras` file becomes a run."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import datasets, lab
from cnnlab.errors import LabError
from pages.parts.shared.writing import writing_button

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

MAX_MB = 50
PREPARATIONS = {
    "": "as its size suggests",
    "digit": "as MNIST digits (ink found and centered)",
    "picture": "as pictures (scaled and cropped)",
}


def bring() -> None:
    """The upload and what must be known of the model; a good one is opened at once."""
    with st.popover("Own model", icon=":material/upload:"):
        st.write(
            "A `.keras` file saved by Keras 3: one picture in, one value per class out. It is "
            "loaded in Keras' safe mode, which runs no code from the file."
        )
        file = st.file_uploader("Model file", type=["keras"], key="model", max_upload_size=MAX_MB)
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
        why_not = "Choose a file first." if file is None else None
        pressed = writing_button("Import", "import", file is None, why_not, type="primary")
        if file and pressed:
            labels = tuple(label.strip() for label in names.split(",") if label.strip())
            _import(file, labels, dataset, preparation)


def _import(file: "UploadedFile", labels: tuple[str, ...], dataset: str, preparation: str) -> None:
    try:
        with st.spinner("Reading the model"):
            run = lab.import_model(file.getvalue(), file.name, labels, dataset, preparation)
    except LabError as error:
        st.error(str(error))
        return
    # The picker is drawn after this: what it shows can still be set.
    st.session_state["pick-Run"] = run.name
    st.query_params.from_dict({"run": run.name, "view": "kernels"})
    st.rerun()
