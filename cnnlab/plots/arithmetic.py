"""The arithmetic of one value as HTML: grids of numbers, each cell in the color of its value."""

import html
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cnnlab.plots._style import ORANGE
from cnnlab.plots.maps import color

if TYPE_CHECKING:
    from cnnlab.visualization.arithmetic.steps import Share, Step

MOST_SHARES = 6
MOST_TERMS = 14
_NUMBERS_UP_TO = 7  # larger grids show colors, and numbers under the pointer
_STYLE = f"""<style>
.sum {{ font-size: 0.875rem; }}
.sum .stage {{ border-top: 1px solid rgba(128,128,128,0.3); padding: 0.6rem 0 0.5rem; }}
.sum .stage:first-child {{ border-top: 0; }}
.sum h4 {{ font-size: 1rem; margin: 0 0 0.1rem; padding: 0; }}
.sum p {{ margin: 0.15rem 0 0.4rem; }}
.sum .muted {{ opacity: 0.78; }}
.sum .line {{ display: flex; flex-wrap: wrap; align-items: center; gap: 8px 10px; margin: 6px 0; }}
.sum .who {{ flex: 0 0 100%; opacity: 0.8; font-size: 0.8rem; }}
.sum .op {{ font-size: 1.2rem; }}
.sum table {{ border-collapse: collapse; width: auto; margin: 0; }}
.sum td, .sum th {{ border: 1px solid rgba(128,128,128,0.35) !important;
  padding: 2px 5px !important; text-align: right; font-variant-numeric: tabular-nums;
  font-size: 0.75rem; line-height: 1.25; font-weight: 400; white-space: nowrap; }}
.sum table.tiny td {{ padding: 0 !important; width: 11px; height: 11px; min-width: 11px; }}
.sum td.outside {{ opacity: 0.45; border-style: dashed !important; }}
.sum td.own {{ outline: 2px solid {ORANGE}; outline-offset: -2px; font-weight: 700; }}
.sum .formula {{ font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }}
.sum .result {{ font-weight: 700; font-variant-numeric: tabular-nums; }}
</style>"""


def board(stages: Sequence[str]) -> str:
    """Stages below each other."""
    return f'{_STYLE}<div class="sum">{"".join(stages)}</div>'


def stage(title: str, about: str, steps: "Sequence[Step]", labels: Sequence[str] = ()) -> str:
    """One layer's part of the arithmetic.

    Args:
        title: The layer; `about` says in a sentence what it does.
        steps: `title`, `formula`, `total`, `shares`, `window`, `terms`, `chosen` each.
        labels: Class names, where the terms of a softmax are the classes.
    """
    parts = "".join(_step(step, labels) for step in steps)
    return (
        f'<div class="stage"><h4>{html.escape(title)}</h4>'
        f'<p class="muted">{html.escape(about)}</p>{parts}</div>'
    )


def _step(step: "Step", labels: Sequence[str]) -> str:
    body = ""
    if step.shares:
        body = _shares(step.shares)
    elif step.window is not None:
        body = f'<div class="line">{_grid(step.window, _ends(step.window))}</div>'
    elif step.terms:
        body = _terms(step, labels)
    return (
        f'{body}<p class="formula"><b>{html.escape(step.title)}</b>: '
        f"{html.escape(step.formula)}</p>"
    )


def _shares(shares: "Sequence[Share]") -> str:
    """Patch times kernel, channel by channel, the heaviest first; or one list of products."""
    if all(share.weights.size == 1 for share in shares) and len(shares) > 1:
        cells = [(f"channel {s.channel}", s.inputs.item(), s.weights.item()) for s in shares]
        return _products(cells)
    if len(shares) == 1 and shares[0].weights.shape[0] == 1 and shares[0].weights.size > 16:
        pairs = zip(shares[0].inputs[0], shares[0].weights[0], strict=True)
        return _products([(f"input {i}", float(x), float(w)) for i, (x, w) in enumerate(pairs)])
    heavy = list(shares)
    if len(shares) > MOST_SHARES:
        heavy = sorted(shares, key=lambda share: -abs(share.total))[:MOST_SHARES]
    reach = max(float(np.abs(share.weights).max()) for share in shares) or 1.0
    seen = np.concatenate([share.inputs.reshape(-1) for share in shares])
    products = max(float(np.abs(share.products).max()) for share in shares) or 1.0
    lines = "".join(_share(share, _ends(seen), reach, products) for share in heavy)
    rest = len(shares) - len(heavy)
    if rest:
        others = sum(share.total for share in shares) - sum(share.total for share in heavy)
        lines += f'<p class="muted">The other {rest} channels give {_word(others)} together.</p>'
    return lines


def _share(share: "Share", ends: tuple[float, float], reach: float, products: float) -> str:
    outside = share.outside
    return (
        f'<div class="line"><span class="who">Input channel {share.channel}: what is seen of it, '
        "times its kernel</span>"
        f"{_grid(share.inputs, ends, outside)}<span class='op'>×</span>"
        f"{_grid(share.weights, (-reach, reach))}<span class='op'>=</span>"
        f"{_grid(share.products, (-products, products), outside)}"
        f"<span class='op'>Σ</span><span class='result'>{_word(share.total)}</span></div>"
    )


def _products(cells: Sequence[tuple[str, float, float]]) -> str:
    """The heaviest products as a table."""
    heavy = sorted(cells, key=lambda cell: -abs(cell[1] * cell[2]))[:MOST_TERMS]
    reach = abs(heavy[0][1] * heavy[0][2]) or 1.0
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{_word(x)}</td><td>{_word(w)}</td>"
        f"{_cell(x * w, (-reach, reach))}</tr>"
        for name, x, w in heavy
    )
    words = ""
    if len(cells) > len(heavy):
        others = sum(x * w for _, x, w in cells) - sum(x * w for _, x, w in heavy)
        words = f'<p class="muted">The other {len(cells) - len(heavy)} give {_word(others)}.</p>'
    return (
        "<div class='line'><table><tr><th></th><th>value</th><th>weight</th><th>product</th></tr>"
        f"{rows}</table></div>{words}"
    )


def _terms(step: "Step", labels: Sequence[str]) -> str:
    """Scores and their shares, or the values that are joined."""
    softmax = step.chosen >= 0
    names = list(labels) if softmax and len(labels) == len(step.terms) else None
    order: Sequence[int] = range(len(step.terms))
    if softmax and len(step.terms) > MOST_TERMS:
        order = sorted(order, key=lambda i: -step.terms[i][1])[:MOST_TERMS]
    top = max(value for _, value in step.terms)
    total = sum(math.exp(value - top) for _, value in step.terms)
    rows = ""
    for i in order:
        name, value = step.terms[i]
        own = " class='own'" if i == step.chosen else ""
        share = f"<td{own}>{math.exp(value - top) / total:.4f}</td>" if softmax else ""
        title = html.escape(names[i] if names else name)
        rows += f"<tr><th>{title}</th><td{own}>{_word(value)}</td>{share}</tr>"
    head = "<tr><th></th><th>score</th><th>e^score, as a share</th></tr>" if softmax else ""
    return f'<div class="line"><table>{head}{rows}</table></div>'


def _grid(values: np.ndarray, ends: tuple[float, float], outside: np.ndarray | None = None) -> str:
    tiny = max(values.shape) > _NUMBERS_UP_TO
    rows = "".join(
        "<tr>"
        + "".join(
            _cell(value, ends, tiny, bool(outside is not None and outside[i, j]))
            for j, value in enumerate(row)
        )
        + "</tr>"
        for i, row in enumerate(values.tolist())
    )
    return f"<table class='{'tiny' if tiny else ''}'>{rows}</table>"


def _cell(
    value: float, ends: tuple[float, float], tiny: bool = False, outside: bool = False
) -> str:
    if not math.isfinite(value):
        return "<td class='outside' title='outside the map'></td>"
    back, dark = color(value, *ends)
    ink = "#fff" if dark else "#111"
    word = _word(value)
    inside = "" if tiny else word
    name = "outside" if outside else ""
    title = "outside: a zero" if outside else word
    return f"<td class='{name}' title='{title}' style='background:{back};color:{ink}'>{inside}</td>"


def _ends(values: np.ndarray) -> tuple[float, float]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    reach = max(abs(low), abs(high))
    return (-reach, reach) if low < 0 else (0.0, high)


def _word(value: float) -> str:
    word = f"{value:.3f}" if abs(value) < 1000 else f"{value:.4g}"
    return word.replace("-", "−") if float(word) else "0"
