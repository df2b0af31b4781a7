"""Taking a run along: several formats in one archive, every file checked before it is offered."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab, runs
from cnnlab.errors import LabError
from cnnlab.export import CHECKED_ON, FORMATS, formats_of
from cnnlab.export.phone import phone_path
from cnnlab.export.questions import PackedRun
from cnnlab.export.recipe_card import why_no_card
from cnnlab.runs import Run
from pages.parts.shared.amounts import size
from pages.parts.shared.plainly import literal
from pages.parts.shared.qr_code import qr_code

if TYPE_CHECKING:
    from cnnlab.export import Bundle


def show(run: Run) -> None:
    """Choose formats, pack, read the checks, download."""
    if not (run.tflite_file.is_file() and run.model_file.is_file()):
        st.info("There is nothing to take along yet: it can be exported when it is done.")
        return
    forms = {form.name: form for form in formats_of(run)}
    names = st.multiselect(
        "Formats",
        list(forms),
        list(forms),
        format_func=lambda n: forms[n].title,
        key=f"formats-{run.name}",
        help="With them go the labels, the exact preparation of pictures and a program that runs.",
    )
    if not names:
        st.caption("Choose at least one.")
        return
    if not st.toggle("Write and check the files", key=f"pack-{run.name}", help="Takes seconds."):
        rules = "".join(
            f"\n- **{forms[n].title}** (`{forms[n].file}`): {forms[n].in_short} "
            f"{forms[n].tolerance.words[:1].upper()}{forms[n].tolerance.words[1:]}."
            for n in names
        )
        st.caption(
            f"Every file is asked about {CHECKED_ON} test pictures and held against the run:{rules}"
        )
        return
    stamps = run.model_file.stat().st_mtime_ns, run.tflite_file.stat().st_mtime_ns
    with st.spinner(f"Writing, and asking every file about {CHECKED_ON} pictures"):
        made = _packed(run.name, stamps, tuple(names))
    for check in made.checks:
        words = f"**{check.file}**, {size(check.size_bytes)}: {check.words}."
        (st.success if check.passed else st.error)(words)
    st.download_button(
        f"Download {made.name} ({size(len(made.content))})",
        made.content,
        made.name,
        "application/zip",
        key="download",
        icon=":material/download:",
        on_click="ignore",
        type="primary",
    )
    if any(check.passed and FORMATS[check.format].on_phones for check in made.checks):
        _on_a_phone(run)
    _how(run, made)


@st.cache_data(max_entries=10, show_spinner=False)
def _packed(name: str, stamps: tuple[int, int], formats: tuple[str, ...]) -> "Bundle":
    return lab.ask(PackedRun(runs.find(name).path, formats))


def _on_a_phone(run: Run) -> None:
    with st.expander("On your phone", icon=":material/qr_code:"):
        try:
            path = phone_path(run)
        except LabError as error:
            st.info(str(error))
            return
        qr_code(path, "Scan it: the page draws, photographs and answers on the phone itself.")


def _how(run: Run, made: "Bundle") -> None:
    file = next(check.file for check in made.checks if check.passed)
    st.caption("Unpacked, it answers like the app, from the picture's file on:")
    folder = made.name.removesuffix(".zip")
    st.code(f"cd {folder} && python predict.py picture.png {file}", language="bash")
    why_not = why_no_card(run)
    st.caption(
        literal(why_not)
        if why_not
        else "With it go `train.py` and `train.ipynb`, which train it again in the lab's folder, "
        "and `recipe.json`, the same on one card: `python -m cnnlab verify recipe.json` repeats it "
        "and stamps it."
    )
