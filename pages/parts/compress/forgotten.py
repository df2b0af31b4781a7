"""What did compression forget? Test pictures the parent reads and the child does not."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab, runs
from cnnlab.compression.questions import ForgottenPictures
from cnnlab.errors import LabError
from cnnlab.plots.photos import Photo, photos
from cnnlab.runs import Run
from pages.parts.shared.plainly import cells, literal

if TYPE_CHECKING:
    from cnnlab.compression.forgotten import Forgotten, Lost

_PICTURE_PX = 96


def show(run: Run) -> None:
    """A run beside the one it was made from, or beside any other of its lineage."""
    rivals = _rivals(run)
    if not rivals:
        st.info("Nothing was made from this run yet: make it smaller first.")
        return
    name = st.selectbox(
        "Compared with",
        list(rivals),
        format_func=lambda n: rivals[n],
        key=f"forgot-{run.name}",
        help="Its parent first, then the rest of its lineage.",
    )
    child_first = rivals[name].startswith("its child")
    parent, child = (run, runs.find(name)) if child_first else (runs.find(name), run)
    with st.spinner("Asking both about every test picture"):
        found = _found(parent.name, child.name, _state(parent), _state(child))
    _headline(parent, child, found)
    _pairs(found)


def _rivals(run: Run) -> dict[str, str]:
    """Members of the lineage with a model, by name, in words."""
    words: dict[str, str] = {}
    for member in lab.lineage(run):
        other = member.run
        if other.name == run.name or not other.network_file.is_file():
            continue
        if other.name == run.config.parent:
            words = {other.name: f"its parent {other.name}", **words}
        elif other.config.parent == run.name:
            words[other.name] = f"its child {other.name} ({member.made_by})"
        else:
            words[other.name] = f"{other.name} ({member.made_by})"
    return words


def _state(run: Run) -> str:
    if not run.network_file.is_file():
        raise LabError(f"{run.name} has no model yet: wait until it is done.")
    return lab.state_of(run)


@st.cache_data(max_entries=50, show_spinner=False)
def _found(parent: str, child: str, parent_state: str, child_state: str) -> "Forgotten":
    return lab.ask(ForgottenPictures(runs.find(parent).path, runs.find(child).path))


def _headline(parent: Run, child: Run, found: "Forgotten") -> None:
    cells = {
        "Forgotten": f"{found.lost:,}",
        "Gained": f"{found.gained:,}",
        "Test pictures": f"{found.count:,}",
    }
    with st.container(horizontal=True, gap="small"):
        for label, value in cells.items():
            st.metric(label, value, width=160)
    st.caption(
        f"Forgotten: {literal(parent.name)} reads them and {literal(child.name)} does not. "
        "Gained: the other way round. Where both are many, the two err on "
        "different pictures rather than one less."
    )


def _pairs(found: "Forgotten") -> None:
    """By class pair, the commonest first."""
    if not found.lost:
        st.success("Nothing was forgotten.")
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        chosen = st.dataframe(
            cells({"is": t, "now called": s, "pictures": n} for t, s, n in found.pairs),
            hide_index=True,
            key="pairs",
            on_select="rerun",
            selection_mode="single-row",
        )["selection"]["rows"]
        st.caption("The commonest first. Tick a row to see those pictures.")
    truth, predicted, count = found.pairs[chosen[0] if chosen else 0]
    with right:
        called = f"**{literal(truth)} now called {literal(predicted)}**"
        st.markdown(f"{called}: {count} of them, the surest mistakes first")
        _grid([one for one in found.pictures if (one.truth, one.predicted) == (truth, predicted)])
        st.caption("Under each: what it was called before, and what now, with the probability.")


def _grid(shown: "Sequence[Lost]") -> None:
    found = [
        Photo(
            one.picture,
            f"Test picture of {one.truth}",
            f"{_best(one.parent)} → {_best(one.child)}",
        )
        for one in shown
    ]
    st.html(photos(found, _PICTURE_PX))


def _best(answers: Sequence[tuple[str, float]]) -> str:
    label, probability = answers[0]
    return f"{label} {probability:.0%}"
