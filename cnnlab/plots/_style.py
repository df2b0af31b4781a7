"""The colours and the frame every plot shares; readable on light and dark, color-blind safe.

Source of the palette: Okabe and Ito, "Color Universal Design", 2008.
"""

import html
from collections import Counter
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from cnnlab.markdown import shortened

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C7A00", "#7F7F7F")
BLUE, ORANGE, GREEN, PINK, SKY, RED, OLIVE, GREY = PALETTE
DIVERGING = (
    (0.0, "#B2182B"),
    (0.25, "#F4A582"),
    (0.5, "#F7F7F7"),
    (0.75, "#92C5DE"),
    (1.0, "#2166AC"),
)
_MOST_POINTS = 500
SEQUENTIAL = "Viridis"
# Every color is set here, so the default template of 13 kB would only be copied and sent for
# nothing; the page's theme adds its fonts to whatever template there is, but there must be one.
_TEMPLATE = {"layout": {"paper_bgcolor": "rgba(0,0,0,0)"}}
GRID = "rgba(128,128,128,0.22)"


def plain(words: str) -> str:
    """Words from outside for a chart, which reads HTML's tags and its own placeholders in them."""
    return html.escape(words, quote=False).replace("%{", "% {")


def brief(words: str, most: int = 44) -> str:
    """The same in a legend, where a long name would leave no place for the chart."""
    return plain(shortened(words, most))


def brief_each(names: Sequence[str], most: int = 20) -> list[str]:
    """Names for an axis; those alike when they are cut carry their place."""
    cut = [shortened(name, most) for name in names]
    alike = Counter(cut)
    return [
        plain(name if alike[name] == 1 else f"{name} ({place})")
        for place, name in enumerate(cut, 1)
    ]


class Figure(go.Figure):
    """A Plotly figure; once it is settled it is written out once and must not be changed."""

    _settled: dict[str, Any] | None = None

    def settle(self) -> "Figure":
        """The figure itself, which changes no more."""
        self._settled = super().to_dict()
        return self

    def to_dict(self) -> dict[str, Any]:
        return super().to_dict() if self._settled is None else self._settled


def figure(data: list[dict[str, Any]], height: int, **layout: Any) -> Figure:
    """A figure with the lab's frame: transparent, no title, fixed `height` in pixels.

    `layout` overrides Plotly's layout keys; `uirevision` keeps zoom across redraws.
    """
    base: dict[str, Any] = {
        "height": height,
        "template": _TEMPLATE,
        "margin": {"l": 56, "r": 16, "t": 12, "b": 44},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(PALETTE),
        "uirevision": "keep",
        "hoverlabel": {"namelength": -1},
        "xaxis": {"gridcolor": GRID, "zeroline": False},
        "yaxis": {"gridcolor": GRID, "zeroline": False},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
    }
    for key, value in layout.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            base[key] = {**base[key], **value}
        else:
            base[key] = value
    return Figure(data=data, layout=base)


def thinned(x: Sequence[float], y: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
    """At most some 500 points; each stretch keeps its lowest and highest, so no peak is lost."""
    if len(x) <= _MOST_POINTS:
        return x, y
    stretch = -(-len(x) * 2 // _MOST_POINTS)
    kept = {0, len(x) - 1}
    for start in range(0, len(x), stretch):
        part = range(start, min(start + stretch, len(x)))
        kept |= {min(part, key=y.__getitem__), max(part, key=y.__getitem__)}
    return [x[i] for i in sorted(kept)], [y[i] for i in sorted(kept)]
