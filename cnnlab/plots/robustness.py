"""What Break it and Surgery draw: answers over the strength of a transform, a filter's classes."""

import html
from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from cnnlab.plots._style import GREY, PALETTE, brief, brief_each, figure, plain

HEIGHT = 300
_DASHES = ("solid", "dash", "dot", "dashdot")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up")


class Line(NamedTuple):
    """One network over the strengths: its name, a share (0..1) each, and words for the pointer.

    `fallen` says where its answer is another than the first.
    """

    name: str
    strengths: Sequence[float]
    shares: Sequence[float]
    words: Sequence[str]
    fallen: Sequence[bool] = ()


def color_of(number: int) -> str:
    """The color of a network by its place."""
    return PALETTE[number % len(PALETTE)]


def curves(lines: Sequence[Line], unit: str, unchanged: float, title: str) -> go.Figure:
    """Shares over the strength of a transform.

    Args:
        lines: One for each network.
        unit: Of the strength.
        unchanged: Where the picture is as it was; a thin line stands there.
        title: Of the vertical axis.

    Hollow marks stand where the answer is another one.
    """
    drawn = figure(
        [_line(number, line) for number, line in enumerate(lines)],
        HEIGHT,
        xaxis={"title": unit},
        yaxis={"title": title, "tickformat": ".0%", "range": [-0.03, 1.05]},
        hovermode="closest",
        showlegend=True,
    )
    drawn.add_vline(x=unchanged, line={"color": GREY, "width": 1, "dash": "dot"})
    return drawn


def _line(number: int, line: Line) -> dict[str, Any]:
    symbol = _SYMBOLS[number % len(_SYMBOLS)]
    fallen = line.fallen or [False] * len(line.strengths)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": brief(line.name),
        "x": list(line.strengths),
        "y": list(line.shares),
        "line": {"color": color_of(number), "width": 2, "dash": _DASHES[number % len(_DASHES)]},
        "marker": {
            "size": 8,
            "color": color_of(number),
            "symbol": [f"{symbol}-open" if fell else symbol for fell in fallen],
        },
        "text": [plain(words) for words in line.words],
        "hovertemplate": "%{text}",
    }


TABLE = """<style>
.flips { overflow-x: auto; }
.flips table { border-collapse: collapse; width: 100%; }
.flips th, .flips td { text-align: left; padding: 4px 14px 4px 0; font-weight: 400;
  vertical-align: top; border-bottom: 1px solid rgba(128,128,128,0.25); }
.flips thead th, .flips tbody th { font-weight: 600; }
.flips .never { opacity: 0.75; }
</style>"""


def flips_table(
    titles: Sequence[str], rows: Sequence[tuple[str, Sequence[tuple[str, str] | None]]]
) -> str:
    """What flips each network's answer, as HTML.

    Args:
        titles: The networks.
        rows: A transform's title, and for each network (what was done, the new answer); None
            where nothing flips it.
    """
    head = "".join(f'<th scope="col">{html.escape(title)}</th>' for title in titles)
    body = "".join(
        f'<tr><th scope="row">{html.escape(title)}</th>{"".join(map(_flip_cell, flips))}</tr>'
        for title, flips in rows
    )
    return (
        f'{TABLE}<div class="flips" tabindex="0" role="region" aria-label="Smallest changes">'
        f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _flip_cell(flip: tuple[str, str] | None) -> str:
    if flip is None:
        return '<td class="never">nothing within its range</td>'
    words, label = map(html.escape, flip)
    return f"<td>{words}: <b>{label}</b></td>"


def bars(values: Sequence[tuple[str, float]], title: str) -> go.Figure:
    """A bar for each named value, in their order; `title` of the horizontal axis."""
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": [value for _, value in values],
        "y": brief_each([name for name, _ in values], 40),
        "marker": {"color": color_of(0)},
        "hovertemplate": "%{y}: %{x:.3g}<extra></extra>",
    }
    return figure(
        [bar],
        max(160, 70 + 20 * len(values)),
        showlegend=False,
        xaxis={"title": title},
        yaxis={"type": "category", "autorange": "reversed"},
    )
