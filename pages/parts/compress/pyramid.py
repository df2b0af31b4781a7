"""The form that starts a Pyramid: its ladder, and the plan drawn before anything runs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnlab import lab, recipe, runs
from cnnlab.architectures import ARCHITECTURES
from cnnlab.compression import MethodCard
from cnnlab.compression.distillation.pyramid import LADDERS
from cnnlab.compression.questions import PyramidPlan
from cnnlab.errors import LabError
from cnnlab.plots.silhouettes import silhouettes
from cnnlab.runs import Run
from pages.parts.compress.common import (
    Places,
    attempted,
    method_knobs,
    outlines,
    start_button,
    training_knobs,
)
from pages.parts.shared.plainly import cells, show_error
from pages.parts.shared.reader import reader_name

if TYPE_CHECKING:
    from cnnlab.compression.distillation.pyramid import Level

OWN = "A ladder of your own"


def form(run: Run, card: MethodCard, places: Places) -> None:
    """The levels, what they imitate, how each is trained, and the plan."""
    key = f"pyramid-{run.name}"
    with places.knobs:
        ladder = _ladder(run, key)
        lacking = "" if ladder else "Choose at least one network for the ladder."
        pressed = start_button(run, places.action, "Start the Pyramid", lacking)
        settings = method_knobs(card.knobs, f"set-{key}")
        training = training_knobs(f"recipe-{key}", recipe.defaults(run.config.dataset))
        # Layers are inherited and matched by their size: all levels are built as the teacher was.
        shared = {k.name for name in ladder for k in ARCHITECTURES[name].knobs}
        knobs = {k: v for k, v in run.config.knobs.items() if k in shared}
        alone = st.toggle(
            "Also from scratch",
            value=True,
            key=f"scratch-{key}",
            help="The last student without any teacher, for as many epochs as all levels together.",
        )
        owner = reader_name()
    if pressed:
        attempted(
            lambda: lab.start_pyramid(
                *(run, ladder, settings, training, knobs),
                with_scratch=alone,
                owner=owner,
                tried=True,
            )
        )
    with places.picture:
        _levels(run, ladder)
        if lacking:
            st.info(lacking)
            return
        _plan(run, ladder, settings, training, knobs)


def _ladder(run: Run, key: str) -> list[str]:
    names = [*LADDERS.names(), OWN]
    own = [card.name for card in LADDERS if card.teacher == run.config.architecture]
    chosen = st.selectbox(
        "Ladder",
        names,
        index=names.index(own[0] if own else OWN),
        key=f"ladder-{key}",
        help="\n".join(f"- **{card.title}**: {card.in_short}" for card in LADDERS)
        + "\n\nThey take the teacher's knobs, width among them.",
    )
    if chosen in LADDERS:
        rungs = list(LADDERS[chosen].rungs)
        return st.multiselect(
            "Levels",
            rungs,
            rungs,
            key=f"levels-{key}-{chosen}",
            help="Leave some out for bigger jumps, such as 17, 11, 5.",
        )
    st.caption("The largest first. Layers of the same name and size are inherited.")
    return st.multiselect(
        "Levels", ARCHITECTURES.names(), key=f"levels-{key}-own", help="In the order you choose."
    )


def _levels(run: Run, ladder: Sequence[str]) -> None:
    """The teacher's outline, and under it those of the levels."""
    found = {f"Teacher: {run.label}": silhouettes().get(run.config.architecture, [])}
    for name in ladder:
        found[ARCHITECTURES[name].title] = silhouettes().get(name, [])
    outlines(found, "Each level learns from the one above it. All on one scale.")


@st.cache_data(max_entries=50, show_spinner=False)
def _planned(
    name: str,
    stamp: int,
    ladder: list[str],
    settings: Mapping[str, Any],
    training: Mapping[str, Any],
    knobs: Mapping[str, Any],
) -> "list[Level]":
    folder = runs.find(name).path
    return lab.ask(PyramidPlan(folder, tuple(ladder), settings, training, knobs))


def _plan(run: Run, ladder: list[str], settings: Any, training: Any, knobs: Any) -> None:
    """Level by level: network, what is matched, parameters, time."""
    if not run.model_file.is_file():
        st.caption("The plan is drawn once the teacher has a model.")
        return
    try:
        with st.spinner("Building every level once and timing a batch"):
            stamp = run.model_file.stat().st_mtime_ns
            levels = _planned(run.name, stamp, ladder, settings, training, knobs)
    except LabError as error:
        show_error(error)
        return
    st.markdown("**The plan**")
    st.dataframe(
        cells(
            [
                {
                    "level": level.number,
                    "network": level.architecture,
                    "teacher": level.teacher,
                    "matched": level.matched,
                    "new layers": ", ".join(level.fresh) or "none",
                    "inherited": len(level.taken),
                    "parameters": level.params,
                    "MACs": level.macs,
                    "epochs": level.epochs,
                    "about (min)": round(level.seconds / 60, 1),
                }
                for level in levels
            ]
        ),
        hide_index=True,
        column_config={
            "parameters": st.column_config.NumberColumn(format="localized"),
            "MACs": st.column_config.NumberColumn(format="localized"),
        },
    )
    total = sum(level.seconds for level in levels) / 60
    st.caption(
        f"One run for each level, each waiting for its teacher; about {total:.0f} minutes on this "
        "machine if nothing else runs, by the time one batch of each level took just now."
    )
