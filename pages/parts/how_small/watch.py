"""One study: its answer, its curve, how far it is, and what may be done with it."""

import streamlit as st

from cnnlab import studies
from cnnlab.studies import Answer, Study, spoken
from pages.parts.how_small import rungs
from pages.parts.shared.links import link, now_at
from pages.parts.shared.plainly import attempt, cells, literal, plainly
from pages.parts.shared.reader import may_delete
from pages.parts.shared.writing import writing_button

CLOCK_S = 1.0
MOVING = ("running", "stopping")
MOST_COMPARED = 10
KNEE = "The cheapest network within 1 point of the best: below it accuracy falls."


def show(study: Study) -> None:
    """Everything about one study; redrawn every second while it works."""
    state = study.state
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(literal(study.name), anchor=False, width="content")
        st.space("stretch")
        _actions(study, state)
    moving = state in MOVING
    st.fragment(plainly(_live), run_every=CLOCK_S if moving else None)(study.name, state)


def _actions(study: Study, state: str) -> None:
    if state in MOVING:
        stopping = state == "stopping"
        if writing_button("Stop", "stop", disabled=stopping, icon=":material/stop:"):
            attempt(lambda: studies.stop(study))
    elif state != "done" or studies.answer(study).failed:
        words = "Try again" if state == "done" else "Resume"
        if writing_button(words, "resume", type="primary", icon=":material/play_arrow:"):
            attempt(lambda: studies.resume(study))
    st.download_button(
        "Report",
        lambda: studies.report(studies.answer(study)),
        f"{study.name}.html",
        "text/html",
        key="report",
        icon=":material/download:",
        help="Answer, curve and figures as one HTML file that needs nothing else.",
    )
    with st.popover("Delete", icon=":material/delete:", disabled=state in MOVING):
        _delete(study)
    if winners := [point.runs[0] for point in studies.answer(study).points][-MOST_COMPARED:]:
        link("compare", "Compare winners", ":material/leaderboard:", run=winners)
    link("how_small", "New study", ":material/add:")


def _delete(study: Study) -> None:
    """Its figures go; its runs stay unless that is asked for."""
    count = len(study.runs())
    too = st.toggle(
        f"And its {count} runs", key="with-runs", help="Else they stay in the list of trainings."
    )
    mine = may_delete(study)
    if not mine:
        st.caption(f"{literal(study.config.owner)} began it: theirs to delete, or the teacher's.")
    if writing_button("Delete it", "delete", disabled=not mine):

        def gone() -> None:
            studies.delete(study, too)
            now_at({})

        attempt(gone)


def _live(name: str, before: str) -> None:
    """The part that moves. When the study starts or ends, one full rerun changes the rest."""
    found = studies.answer(studies.find(name))
    if found.state != before:
        st.rerun()
    st.markdown(f"**{literal(found.sentence)}**" if found.sentence else _before(found))
    _figures(found)
    st.plotly_chart(studies.curve(found), key="curve", config={"displayModeBar": False})
    _rungs(found)
    _boards(found)
    _details(found)


def _before(found: Answer) -> str:
    """While there is no figure yet."""
    rungs = len(found.study.plan.rungs)
    return f"{rungs} rungs are planned; the first point comes when the first network has learned."


def _figures(found: Answer) -> None:
    """Where it stands, in a line; and how far, as a bar."""
    best = max((point.accuracy for point in found.points), default=None)
    with st.container(horizontal=True, gap="small"):
        st.metric("State", found.state, width="content")
        st.metric("Runs", f"{found.steps_done} of {found.steps}", width="content")
        if found.seconds_left:
            st.metric("Left", f"about {spoken(found.seconds_left)}", width="content")
        knee = next((point for point in found.points if point.rung == found.knee), None)
        if knee and best is not None:
            st.metric("Best", f"{best:.1%}", width="content")
            cost = found.axis.of(knee.costs) or 0
            st.metric("Knee", f"{cost:,} {found.axis.unit}", width="content", help=KNEE)
            low, high = knee.spread
            if len(knee.accuracies) > 1:
                st.metric("Spread there", f"{low:.1%} to {high:.1%}", width="content")
    if found.state in MOVING:
        st.progress(min(1.0, found.steps_done / max(1, found.steps)))


def _rungs(found: Answer) -> None:
    if not found.points:
        return
    st.dataframe(
        cells(rungs.rows(found)),
        key="rungs",
        hide_index=True,
        column_config={
            axis.title: st.column_config.NumberColumn(format="localized")
            for axis in rungs.shown_axes(found.points)
        }
        | {
            "Accuracy": st.column_config.NumberColumn(format="percent"),
            "look": st.column_config.LinkColumn("Inside", display_text="Look inside"),
            "shrink": st.column_config.LinkColumn("Smaller", display_text="Compress"),
        },
    )


def _boards(found: Answer) -> None:
    rows = studies.on_boards(found.points)
    if not rows:
        return
    with st.expander("Which rung runs on which board?", key="boards"):
        st.dataframe(cells(rows), key="on-boards", hide_index=True)
        st.caption(
            "Exported as C in int8, flash and RAM held against the board's, the boards with the "
            "least RAM first. Seconds for one picture are estimates, by cycles somebody measured "
            "on such a chip; where nobody did, none are given."
        )


def _details(found: Answer) -> None:
    config, plan = found.study.config, found.study.plan
    for run, message in found.failed.items():
        st.warning(literal(f"{run} failed: {message}"))
    if found.deleted:
        names = ", ".join(found.deleted[:10])
        more = f" and {len(found.deleted) - 10} more" if len(found.deleted) > 10 else ""
        st.info(literal(f"Deleted meanwhile, their figures are kept: {names}{more}."))
    for note in plan.notes:
        st.caption(literal(note))
    with st.expander("What was asked"):
        st.code(config.command, language=None, wrap_lines=True)
        rounds = f"chosen after {', then '.join(map(str, plan.rounds))} epochs, " * bool(
            plan.rounds
        )
        st.caption(
            f"Networks {rounds}winners trained for {plan.recipe.epochs} epochs under "
            f"{plan.seeds} seed{'s' if plan.seeds > 1 else ''}; planned for "
            f"{spoken(plan.seconds)}."
        )
