"""Who sits at this browser: a name for the queue, and whether it is the teacher."""

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

import streamlit as st

from cnnlab import datasets, lab, rooms, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.studies import Study
from pages.parts.shared.browser_key import keys
from pages.parts.shared.writing import token

_store = st.components.v2.component(
    "cnnlab_reader", js=(Path(__file__).parent / "reader.js").read_text()
)


def remember_reader() -> None:
    """Know the reader by the name this browser keeps, on pages without a field for it, too.

    For the frame, before the page. The name never stands in an address, and none is taken from
    there: whoever is given a link would be taken for its giver.
    """
    state = st.session_state
    _make_up()
    made_up = bool(state.get("reader-made-up"))
    kept = _store(
        key="reader-store",
        data={"name": state.get("reader", state["reader-kept"]), "made_up": made_up},
        default={"name": None},
        on_name_change=lambda: None,
    ).name
    if made_up and isinstance(kept, str) and kept.strip():
        state["reader-invented"] = state["reader-kept"]
        state["reader"] = state["reader-kept"] = kept.strip()[: lab.OWNER_LENGTH]
        state["reader-made-up"] = False


def reader_name() -> str:
    """The name field. It starts with a made-up one, and follows its reader from page to page.

    In a class's room it is the made-up one there.
    """
    if found := rooms.where(keys()):
        st.text_input(
            "Your name",
            found[1].alias,
            key="reader-alias",
            disabled=True,
            help="What you start in a room carries this name: your own one stands on the page "
            "Class alone, and is deleted with the room.",
        )
        return found[1].alias
    state = st.session_state
    _make_up()
    # A widget's value goes with the widget when another page is opened: the copy stays.
    state.setdefault("reader", state["reader-kept"])
    name = st.text_input(
        "Your name",
        key="reader",
        max_chars=lab.OWNER_LENGTH,
        help="Whoever waits takes turns by this name, and deletes what was started under it. "
        "Made up for this browser, which keeps it: write your own.",
        on_change=_typed,
    ).strip()
    if state.get("reader-made-up"):
        st.caption("Made up for this browser: what are you called?")
    state["reader-kept"] = name
    return name


def _typed() -> None:
    """Another name was typed: but a made-up one that comes late was told before the kept one was.

    A browser that tells the name that stood there before it was answered would overwrite its own.
    """
    state = st.session_state
    if state["reader"] == state.get("reader-invented"):
        state["reader"] = state["reader-kept"]
    else:
        state["reader-made-up"] = False


def _make_up() -> None:
    """A name for who has none yet; thirty pupils share none of 9,000."""
    state = st.session_state
    if "reader-kept" not in state:
        number = 10 + secrets.randbelow(90)
        state["reader-kept"] = (
            f"{secrets.choice(rooms.FIRST)} {secrets.choice(rooms.SECOND)} {number}"
        )
        state["reader-made-up"] = True


def called() -> str:
    """The reader's name, without a field to change it."""
    found = rooms.where(keys())
    return found[1].alias if found else str(st.session_state.get("reader-kept", ""))


def may_see(run: Run) -> bool:
    """Whether this reader may see a run: what was made in a room is its pupil's alone."""
    return run.read_only or lab.may_see(run.path, keys(), token())


def seen(found: Iterable[Run]) -> list[Run]:
    """Those of the runs that this reader may see."""
    return [run for run in found if may_see(run)]


def sign(made: Sequence[Run]) -> None:
    """Make runs, and twins that were started with them, this reader's."""
    twins = [made_by.scratch for run in made if (made_by := run.config.compression)]
    for run in [*made, *(runs.find(name) for name in twins if name)]:
        lab.sign(run.path, run.config.owner, keys()[0])


def sign_study(study: Study) -> None:
    """Make a study this reader's."""
    lab.sign(study.path, study.config.owner, keys()[0])


def sign_dataset(name: str) -> None:
    """Make an own dataset this reader's."""
    lab.sign(datasets.own_folder(name), called(), keys()[0])


def may_delete(one: Run | Study) -> bool:
    """Whether this reader may delete a run or a study: who started it, or the teacher."""
    try:
        owner = one.config.owner
    except LabError:
        owner = ""  # damaged: what was signed stays its reader's, the rest anybody may clear away
    return lab.may_delete(one.path, owner, called(), keys(), token())


def may_delete_dataset(name: str) -> bool:
    """Whether this reader may delete an own dataset: who imported it, or the teacher."""
    return lab.may_delete(datasets.own_folder(name), "", "", keys(), token())


def may_teach() -> bool:
    """Whether this reader may open rooms for a class: who gave the teacher's word."""
    return lab.may_teach(token())


def teacher() -> bool:
    """Whether this reader may move runs ahead: anybody, or who knows the word if one is set."""
    return lab.may_lead(token())
