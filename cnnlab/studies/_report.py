"""A study as one HTML page that needs nothing else: to send, to print, to keep."""

import html
import time
from collections.abc import Iterator

from cnnlab.plots.comparison import scene as scenes
from cnnlab.plots.comparison.charts import Point as Drawn
from cnnlab.plots.comparison.charts import mark
from cnnlab.studies._answer import Answer
from cnnlab.studies._axes import AXES, Axis
from cnnlab.studies._points import Point

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
  color: #1C2733; background: #FFFFFF; }
svg { width: 100%; height: auto; } .note { color: #555; font-size: 0.875rem; }
.answer { font-size: 1.25rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 8px; border-bottom: 1px solid #DCE2E8; text-align: right; }
th:first-child, td:first-child { text-align: left; } tr.knee { background: #E3F0F8; }
div.wide { overflow-x: auto; } pre { white-space: pre-wrap; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } }
"""


def report(found: Answer) -> str:
    """The answer, the curve, a table of the rungs, and what was asked.

    Args:
        found: What `answer` returned; a study that still runs is reported as it stands.
    """
    study, config = found.study, found.study.config
    title = f"Study {study.name}"
    curve = scenes.svg(_drawing(found), "Test accuracy against cost") if found.points else ""
    day = time.strftime("%Y-%m-%d")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>CNN Lab: {html.escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{html.escape(title)}</h1>"
        f'<p class="answer">{html.escape(found.sentence or "No rung is finished yet.")}</p>'
        f'<p class="note">Made with CNN Lab on {day}; the study is {found.state}, '
        f"{found.steps_done} of {found.steps} runs are done. Every figure was measured on test "
        "pictures that had no part in training or choosing.</p>"
        f'{curve}<div class="wide"><table><tr>{"".join(_heads(found))}</tr>'
        f"{''.join(_row(found, point) for point in found.points)}</table></div>"
        f"{''.join(f'<p>{html.escape(note)}</p>' for note in _notes(found))}"
        f"<h2>What was asked</h2><pre>{html.escape(config.command)}</pre></body></html>"
    )


def _drawing(found: Answer) -> list[scenes.Shape]:
    names = {point.rung: _name(found, point) for point in found.points}
    drawn = [
        Drawn(
            names[point.rung],
            found.axis.of(point.costs) or 1,
            point.accuracy,
            point.spread if len(point.accuracies) > 1 else None,
            mark(4 if point.rung == found.knee else 0),
            "",
        )
        for point in found.points
    ]
    return scenes.scene(drawn, [names[rung] for rung in found.front], found.axis.title)


def _name(found: Answer, point: Point) -> str:
    cost = f"{found.axis.of(point.costs) or 0:,}"
    return point.title or (f"{cost}, {point.way}" if point.way else cost)


def _heads(found: Answer) -> Iterator[str]:
    for words in ("network", *(axis.title for axis in _axes(found)), "test accuracy", "seeds"):
        yield f"<th>{html.escape(words)}</th>"
    yield "<th>mixes up most</th>"


def _axes(found: Answer) -> list[Axis]:
    return [axis for axis in AXES.values() if any(axis.of(p.costs) for p in found.points)]


def _row(found: Answer, point: Point) -> str:
    size = "x".join(map(str, point.candidate.input_shape))
    network = point.title or f"{point.network}, {size}"
    low, high = point.spread
    seeds = len(point.accuracies)
    mixed = point.mixed
    cells = [
        network,
        *(f"{axis.of(point.costs):,}" if axis.of(point.costs) else "" for axis in _axes(found)),
        f"{point.accuracy * 100:.2f} %",
        f"{low * 100:.2f} to {high * 100:.2f} % over {seeds}" if seeds > 1 else "1",
        f"{mixed.one} and {mixed.other} ({mixed.share * 100:.0f} %)" if mixed else "",
    ]
    knee = ' class="knee"' if point.rung == found.knee else ""
    return f"<tr{knee}>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


def _notes(found: Answer) -> Iterator[str]:
    plan = found.study.plan
    yield from plan.notes
    settings = ", ".join(f"{name} {value}" for name, value in plan.recipe.settings.items())
    yield f"Winners were trained with: {settings}."
    if plan.rounds:
        rounds = ", then ".join(f"{epochs} epochs" for epochs in plan.rounds)
        yield f"Networks of a rung were chosen on validation pictures after {rounds}."
    for run, message in found.failed.items():
        yield f"{run} failed: {message}"
    if found.deleted:
        yield f"Deleted meanwhile, their figures are kept: {', '.join(found.deleted)}."
