"""Home: what this is, what is trained already, where to start."""

import streamlit as st

from cnnlab import lab, runs
from cnnlab.runs import Run
from pages.parts.home.instrument import browser_state, chosen, instrument
from pages.parts.home.why import why
from pages.parts.shared.header import header
from pages.parts.shared.links import link
from pages.parts.shared.plainly import cells
from pages.parts.shared.reader import may_see
from pages.parts.shared.run_list import search_field
from pages.parts.shared.whose import choose_whose, starter

TITLE, ICON, TURN = "Home", ":material/home:", 10

STEPS = (
    (
        "architectures",
        "1. Choose a network",
        "Read its layers and count its parameters before anything runs.",
    ),
    (
        "train",
        "2. Train it",
        "On 1,797 real handwritten digits that need no download, in half a minute.",
    ),
    ("inside", "3. Look inside", "See the kernels take shape, from noise to edges."),
    ("predict", "4. Draw a digit", "Ask up to three networks at once what they see."),
)
COLUMNS = (
    "run",
    "title",
    "architecture",
    "variant",
    "params",
    "test_accuracy",
    "state",
    "tags",
    "note",
    "damage",
)
LATEST, FEW = 10, 3


def steps() -> None:
    """The four ways in."""
    for (page, title, text), column in zip(STEPS, st.columns(len(STEPS)), strict=True):
        with column, st.container(border=True, height="stretch"):
            link(page, f"**{title}**")
            st.caption(text)


def table(rows: list[lab.RunRow]) -> None:
    """Runs with their figures; only the columns that are shown are sent."""
    shown = [name for name in COLUMNS if _says(rows, name)]
    st.dataframe(
        cells({name: row.get(name) for name in shown} for row in rows),
        hide_index=True,
        column_config={
            "run": "Run",
            "title": "Name",
            "tags": st.column_config.ListColumn("Tags"),
            "note": "Note",
            "architecture": "Network",
            "variant": "Trained on",
            "params": st.column_config.NumberColumn("Parameters", format="localized"),
            "test_accuracy": st.column_config.NumberColumn("Test accuracy", format="percent"),
            "state": "State",
            "damage": "What is damaged",
        },
    )


def _says(rows: list[lab.RunRow], name: str) -> bool:
    """Columns of what one may leave out appear once somebody did not."""
    if name == "title":
        return any(row["title"] != row["run"] for row in rows)
    return name not in ("tags", "note", "damage") or any(row.get(name) for row in rows)


@st.fragment
def cliff(ladder: lab.Ladder) -> None:
    """The instrument; only this part runs again after a stroke."""
    with st.container(key="cliff"):  # a lesson covers it until there is a guess
        _shown(ladder)


def _shown(ladder: lab.Ladder) -> None:
    instrument(ladder)
    why(ladder, chosen(ladder), browser_state().get("raster"))


def newest(found: list[Run]) -> None:
    """The trainings of this machine, the reader's own first; those that hold the words, if any."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        words = search_field() if len(found) > FEW else ""
        names = [run.name for run in choose_whose(found, starter)]
    shown = set(names if words else names[:LATEST])
    rows = lab.shelf(words=words, seen=lambda run: run.name in shown)
    table(sorted(rows, key=lambda row: names.index(row["run"]))[:LATEST])


header("How small can a network get before it stops seeing?", "Draw a digit. Slide the size.")
known = runs.pretrained()
ladders = lab.ladders(known)
ladder = lab.digit_ladder(ladders)
if ladder:
    cliff(ladder)
else:
    steps()
rungs = {run.name: one for one in ladders for run in one.rungs}
shipped = [lab.row(run) for run in known if run.name not in rungs]
if known:
    st.markdown("#### Trained already")
    st.caption(
        "These came with the lab: draw a digit and ask those trained on MNIST right now; show the "
        "others a photograph."
    )
    table(shipped)
    for one in dict.fromkeys(rungs.values()):
        with st.expander(one.words, icon=":material/stairs:"):
            table([lab.row(run) for run in one.rungs])
    link("compare", "How small did it get so far?", ":material/trophy:", view="Records")
latest = [run for run in runs.list_runs(damaged=True) if may_see(run)]
if latest:
    st.markdown("#### Latest trainings")
    newest(latest)
