"""What a dataset is, where it comes from, and how it gets onto this machine."""

import streamlit as st

from cnnlab import datasets
from cnnlab.datasets import DatasetCard, Download
from cnnlab.errors import LabError
from pages.parts.shared.links import link, now_at
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import may_delete_dataset
from pages.parts.shared.writing import writing_button

CLOCK_S = 1.0
WHOLE = 0.99  # share of the pictures from which a dataset counts as whole; a few may be broken


def describe(card: DatasetCard) -> None:
    """What it is in a line or two; facts, rights and the rest folded away below."""
    words = card.description if card.url else literal(card.description)
    first, _, rest = words.partition("\n\n")
    shape = "x".join(map(str, card.input_shape))
    learned, tested = datasets.counts_here(card.name)
    st.markdown(
        f"{first} **{learned:,}** pictures to learn from, **{tested:,}** to test. "
        f"Networks get them as **{shape}**."
    )
    if card.part_of:
        whole = card.part_of
        st.caption(
            f"A part of {whole.title}, which has {whole.train_count:,} and "
            f"{whole.test_count:,}. Networks that learned from all of it may be tested on "
            "these test pictures, never on these training pictures."
        )
    elif learned + tested < WHOLE * (card.train_count + card.test_count):
        st.caption(
            f"This machine holds a part: the whole has {card.train_count:,} and "
            f"{card.test_count:,}."
        )
    with st.expander("Source, license, and more"):
        if rest:
            st.markdown(rest)
        if card.url:
            st.caption(
                f"Source: [{card.source}]({card.url})  \nLicense: {card.license}  \n"
                f"To cite: {card.citation}"
            )
        else:
            st.caption("Your own pictures: yours to use, and seen by everybody on this server.")
    for note in card.notes:
        st.text(note)


def get_ready(card: DatasetCard) -> bool:
    """True when the dataset can be read; else offers what is to be done."""
    state = datasets.available(card.name)
    if state.ready:
        _ready(card, state)
    else:
        download = datasets.fetching(card.name)
        running = download is not None and download.running
        st.fragment(_download, run_every=CLOCK_S if running else None)(card, running)
    return state.ready


def _ready(card: DatasetCard, state: datasets.Availability) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(literal(state.sentence), width="content")
        st.space("stretch")
        link("train", "Train on it", ":material/show_chart:", dataset=card.name)
        link("how_small", "How small can it get?", ":material/trending_down:", dataset=card.name)


def _download(card: DatasetCard, was_running: bool) -> None:
    """The part that moves while a download runs; one full rerun when it ends."""
    download = datasets.fetching(card.name)
    running = download is not None and download.running
    if running != was_running:
        st.rerun()
    if download and running:
        _progress(download)
        return
    state = datasets.available(card.name)
    if download and download.error:
        show_error(download.error)
    else:
        st.info(literal(state.sentence))
    if state.state != "downloadable":
        return
    st.caption("From " + ", ".join(state.addresses))
    words = f"Download {datasets.size(card)}"
    if writing_button(words, "download", icon=":material/download:"):
        datasets.start_fetch(card.name)
        st.rerun()
    link("datasets", "Look at the built-in digits instead", dataset="digits")


def _progress(download: Download) -> None:
    share = min(1.0, download.done / max(1, download.total))
    words = f"{download.done / 1e6:,.1f} of {download.total / 1e6:,.1f} MB"
    st.progress(share, f"Downloading: {words}. You may look at other pages meanwhile.")
    if writing_button("Stop", "stop-download"):
        datasets.stop_fetch(download.name)


def show_damaged() -> None:
    """Own datasets that cannot be read, each with the reason and the way to be rid of it."""
    for found in datasets.damaged_own():
        with st.container(horizontal=True, vertical_alignment="center"):
            show_error(f"{found.reason} Delete it, then import the pictures again.")
            theirs = not may_delete_dataset(found.name)
            if writing_button("Delete", f"delete-{found.name}", theirs):
                datasets.delete_own(found.name)
                st.rerun()


def delete_button(card: DatasetCard) -> None:
    """Deletes an own dataset, after a second press."""
    with st.popover("Delete these pictures"):
        st.write("The imported copies are deleted. Your own files and trained runs stay.")
        why_not = None if may_delete_dataset(card.name) else "Another reader imported them."
        if why_not:
            st.caption(f"{why_not} Who did, or the teacher, may delete them.")
        if writing_button("Delete", "delete-own", bool(why_not), why_not, type="primary"):
            try:
                datasets.delete_own(card.name)
            except LabError as error:
                show_error(error)
                return
            now_at({"dataset": "digits"})
            st.rerun()
