"""How small can it get: the best mean accuracy within so many parameters, and how to beat it."""

import streamlit as st

from cnnlab import comparison, lab
from cnnlab.plots.comparison.records import records_chart
from pages.parts.compare.cost import choose_cost, choose_errors
from pages.parts.shared.kept import kept_figure
from pages.parts.shared.links import link
from pages.parts.shared.plainly import cells, literal
from pages.parts.shared.reader import seen
from pages.parts.shared.waiting import counting


def show() -> None:
    """The whole view."""
    titles = {challenge.title: challenge for challenge in comparison.CHALLENGES}
    title = st.selectbox(
        "Challenge",
        list(titles),
        key="challenge",
        bind="query-params",
        help="A dataset and a line drawn under the parameters. Train a network that stays below "
        "it: your own runs compete as well.",
    )
    challenge = titles[title]
    st.write(challenge.description)
    with counting():
        now = comparison.standing(challenge, seen(lab.tested_runs()))
    if not now.all:
        st.info("No network has been tested on these pictures yet: train one.")
        link("train", "Train a network", ":material/show_chart:", dataset=challenge.dataset)
        return
    _holder(now)
    _chart(now)
    if now.ranked:
        _ranking(now)
    for name, why in now.apart.items():
        st.caption(f"{literal(name)} does not count: {literal(why)}.")


def _holder(now: comparison.Standing) -> None:
    """Who holds the record, what is missing to the goals, and the way to beat it."""
    best = now.best
    if best is None:
        st.info("Nobody has trained a network this small on these pictures yet: be the first.")
        link("train", "Train a network", ":material/show_chart:", dataset=now.challenge.dataset)
        return
    with st.container(border=True):
        st.markdown(f"#### **{literal(best.row['title'])}** holds the record")
        with st.container(horizontal=True, gap="large"):
            many = len(best.seeds) > 1
            mean = "Mean test accuracy" if many else "Test accuracy, one seed"
            st.metric(mean, f"{best.mean * 100:.2f} %", width="content")
            st.metric("Parameters", f"{best.row['params']:,}", width="content")
            for goal in now.challenge.goals:
                apart = (best.mean - goal) * 100
                st.metric(
                    f"Goal {goal * 100:g} %",
                    "reached" if goal in now.reached else "not yet",
                    f"{apart:+.2f} points",
                    width="content",
                )
        each = ", ".join(f"{accuracy * 100:.2f} %" for accuracy in best.seeds.values())
        chance = (
            f"Seed by seed: {each}. The mean counts, for the best seed is only the luckiest."
            if many
            else "One seed says little: another may well be half a point better or worse."
        )
        taught = f" Taught by {literal(best.row['parent'])}." if best.row["parent"] else ""
        st.caption(f"On {literal(best.row['variant'])}.{taught} {chance}")
        with st.container(horizontal=True):
            run, teacher = best.row["run"], best.row["parent"]
            if teacher:
                # With the student that holds the record: another may not be within the limit.
                student, view = best.row["architecture"], "Make smaller"
                ways = {"run": teacher, "student": student, "view": view}
                link("compress", "Try to beat it", ":material/compress:", **ways)
            elif best.row["command"]:
                link("train", "Try to beat it", ":material/show_chart:", clone=run)
            link("predict", "Draw for it", ":material/draw:", run=run)
            link("inside", "Look inside", ":material/grid_on:", run=run)
        if best.row["command"]:
            st.code(best.row["command"], language="bash", wrap_lines=True)


def _chart(now: comparison.Standing) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = "What a device has to hold and to compute. The record is about parameters."
        cost = choose_cost(comparison.DEVICE_COSTS, "record-cost", words)
        errors = choose_errors("record-errors", value=True)
    drawn = ("records", repr(now), errors, cost)
    figure = kept_figure(drawn, lambda: records_chart(now, errors, cost))
    st.plotly_chart(figure, key=f"records-{now.challenge.name}-{errors}-{cost}")
    corner = ", left of the dotted line" if cost == "params" else ""
    st.caption(
        f"Get above the dotted goals{corner}. Points are means over seeds, whiskers reach from "
        "the worst seed to the best; the gray line is the front."
    )


def _ranking(now: comparison.Standing) -> None:
    """All within the limit, best mean first."""
    number = st.column_config.NumberColumn
    st.dataframe(
        cells(
            [
                {
                    "place": place,
                    "title": one.row["title"],
                    "mean": one.mean * 100,
                    "seeds": _seeds(one),
                    "params": one.row["params"],
                    "epochs": one.row["epochs"],
                    "made": _whose(one.row),
                }
                for place, one in enumerate(now.ranked, 1)
            ]
        ),
        hide_index=True,
        key="records",
        column_config={
            "place": number("Place", width="small"),
            "title": "Network",
            "mean": number("Mean accuracy", format="%.2f %%"),
            "seeds": st.column_config.TextColumn(
                "Seeds",
                help="How many, and the standard deviation between them in points. Fewer than "
                "three: chance has a large say.",
            ),
            "params": number("Parameters", format="localized"),
            "epochs": "Epochs",
            "made": "Whose",
        },
    )
    st.caption(
        "Runs that differ in their seed alone are one line. To make your record fair, train it "
        "with three seeds."
    )


def _seeds(one: comparison.Training) -> str:
    """Such as "3, ± 0.12"."""
    count = str(len(one.seeds))
    return count if one.deviation is None else f"{count}, ± {one.deviation * 100:.2f}"


def _whose(row: comparison.Row) -> str:
    """Who made it, and the ladder it is a rung of."""
    if not row["shipped"]:
        return "yours"
    return comparison.ladder_title(row["architecture"], row["dataset"], True) or "shipped"
