"""The Predict page's answers, as HTML: an update costs the browser a tenth of a Plotly redraw."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from cnnlab.plots._style import PALETTE

MAX_ROWS = 10
MOST_MAPS = 32
ACROSS = 16
STYLE = """
.board { display: flex; flex-wrap: wrap-reverse; align-items: flex-end; gap: 1.25rem; }
.board .beside { flex: 1 1 320px; min-width: 0; }
.board .seen { flex: 0 0 148px; }
.answers { display: flex; flex-wrap: wrap; gap: 0.9rem; align-items: flex-end; }
.answer { flex: 1 1 104px; min-width: 0; max-width: 420px; container-type: inline-size; }
.answer table { width: 100%; border-collapse: collapse; border: 0; margin: 0; table-layout: fixed; }
.answer p { margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.answer .name { font-weight: 600; white-space: normal; overflow-wrap: anywhere;
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; }
@media (max-width: 640px) {
  .answer .name { font-size: 0.8125rem; line-height: 1.15rem; height: 2.3rem;
    -webkit-line-clamp: 2; }
}
.answer .about { font-size: 0.8125rem; line-height: 1.15rem; opacity: 0.8; }
.answer .big { font-size: 2.25rem; line-height: 2.75rem; height: 2.75rem; font-weight: 700; }
.answer .big span { font-size: 1rem; font-weight: 400; }
.answer td, .answer th { border: 0 !important; padding: 0 !important; height: 24px;
  line-height: 24px; font-weight: 400; text-align: left; font-variant-numeric: tabular-nums;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: inherit; }
.answer .best th, .answer .best td { font-weight: 700; }
.answer td.share { text-align: right; }
.answer .low .share { opacity: 0.65; }
.answer .track { display: block; height: 14px; margin: 5px 6px; border-radius: 3px;
  background: rgba(128,128,128,0.18); }
.answer .bar { display: block; height: 14px; border-radius: 3px; opacity: 0.75; }
.answer .best .bar { opacity: 1; }
.opinion { min-height: 3.2rem; margin: 0.75rem 0 0; }
.seen { display: flex; flex-wrap: wrap; gap: 1rem; }
.seen figure { margin: 0; max-width: 100%; }
.seen img { display: block; image-rendering: pixelated; max-width: 100%; height: auto;
  border: 1px solid rgba(128,128,128,0.5); }
.seen figcaption { font-size: 0.875rem; opacity: 0.85; padding-top: 4px; max-width: 148px; }
.seen.maps { flex-direction: column; }
.seen.maps img { border: 0; }
.seen.maps figcaption { max-width: none; padding: 0 0 4px; }
"""
_STYLE = f"<style>{STYLE}</style>"
Shares = Sequence[tuple[str, float]]


class Model(NamedTuple):
    """One column: the model's name, lines about it, `(class name, probability)` per bar."""

    name: str
    about: Sequence[str]
    shares: Shares


def board(
    pictures: Sequence[tuple[str, np.ndarray]], models: Sequence[Model], sentence: str
) -> str:
    """What the networks see, one bar table per model, and one sentence under them.

    Args:
        pictures: `(caption, uint8 picture)` for each different network input.
        models: In the order to show; a blank picture has shares of 0.
        sentence: What to think of it, for the eye and for a screen reader.
    """
    return _STYLE + bare_board(pictures, models, sentence)


def bare_board(
    pictures: Sequence[tuple[str, np.ndarray]], models: Sequence[Model], sentence: str
) -> str:
    """`board` without its style sheet, for a place that holds `STYLE` already."""
    tables = "".join(_table(model, PALETTE[index]) for index, model in enumerate(models))
    words = f'<p class="opinion" role="status">{html.escape(sentence)}</p>'
    return (
        f'<div class="board">{_pictures(pictures, 148)}'
        f'<div class="beside"><div class="answers">{tables}</div>{words}</div></div>'
    )


def rows(by_class: Mapping[str, float]) -> list[tuple[str, float]]:
    """The bars to draw: all classes in their own order, or the ten best of more than ten."""
    if len(by_class) <= MAX_ROWS:
        return list(by_class.items())
    return sorted(by_class.items(), key=lambda share: -share[1])[:MAX_ROWS]


def _table(model: Model, color: str) -> str:
    name, shares = html.escape(model.name), model.shares
    best = max(shares, key=lambda share: share[1], default=("", 0.0))
    bars = "".join(_row(label, share, (label, share) == best, color) for label, share in shares)
    big = f"{html.escape(best[0])} <span>{_percent(best[1])}</span>" if best[1] else "&nbsp;"
    about = "".join(f'<p class="about">{html.escape(line)}</p>' for line in model.about)
    return (
        f'<div class="answer" style="flex-basis:{_least_px(shares)}px">'
        f'<p class="name" title="{name}">{name}</p>{about}'
        f'<p class="big">{big}</p><table aria-label="Probabilities of {name}">'
        f'<colgroup><col style="width:{_label_width(shares)}"><col><col style="width:50px">'
        f"</colgroup><tbody>{bars}</tbody></table></div>"
    )


def _least_px(shares: Sequence[tuple[str, float]]) -> int:
    """As narrow as a column may be: long names of classes need more beside the bars."""
    longest = max((len(name) for name, _ in shares), default=1)
    return 104 + 7 * min(max(longest - 2, 0), 8)


def _label_width(shares: Sequence[tuple[str, float]]) -> str:
    # At most two fifths of its column, or three networks side by side have no place for the bars.
    longest = max((len(name) for name, _ in shares), default=1)
    return f"min({min(max(longest, 1), 12) * 0.62 + 0.4:.1f}em, 40cqi)"


def _row(name: str, share: float, best: bool, color: str) -> str:
    kind = "best" if best and share else "low" if share < 0.005 else "other"
    return (
        f'<tr class="{kind}"><th scope="row">{html.escape(name)}</th>'
        f'<td><span class="track"><span class="bar" style="width:{share * 100:.1f}%;'
        f'background:{color}"></span></span></td><td class="share">{_percent(share)}</td></tr>'
    )


def _percent(share: float) -> str:
    """Whole per cents, and never 100 % or 0 % for what is not."""
    if not share:
        return ""
    if share > 0.995:
        return "> 99 %"
    return f"{share * 100:.0f} %" if share >= 0.005 else "< 1 %"


def strip(pictures: Sequence[tuple[str, np.ndarray]], side: int = 112) -> str:
    """Small pictures in a row at pixel scale, each with its caption.

    Args:
        pictures: `(caption, uint8 picture)`, grey `(h, w)` or color `(h, w, 3)`.
        side: Shown size of the longer side, in CSS pixels.
    """
    return _STYLE + _pictures(pictures, side)


def feature_strip(layers: Sequence[np.ndarray], tile: int = 50) -> str:
    """Feature maps as small grey tiles, one row of them per layer.

    Args:
        layers: `(height, width, maps)` floats each; a layer shares one scale, black its lowest,
            white its highest hundredth.
        tile: Width of a tile in CSS pixels.
    """
    rows = []
    for number, maps in enumerate(layers, 1):
        height, width, count = maps.shape
        words = f"Convolution {number}: {count} maps of {height}x{width}"
        shown = maps[..., :MOST_MAPS]
        alone = f", the first {MOST_MAPS} shown" if count > MOST_MAPS else ""
        mosaic, across = _mosaic(shown)
        rows.append(
            f'<figure><figcaption>{words}{alone}</figcaption><img src="{_png(mosaic)}" '
            f'alt="{words}" style="width:{across * tile}px"></figure>'
        )
    return f'{_STYLE}<div class="seen maps">{"".join(rows)}</div>'


def _mosaic(maps: np.ndarray) -> tuple[np.ndarray, int]:
    """Tiles with a clear gap of one pixel: uint8 `(h, w, 4)`, and how many stand in a row."""
    height, width, count = maps.shape
    across = min(count, ACROSS)
    down = -(-count // across)
    # One very strong answer shall not leave all others in the dark.
    low, high = np.percentile(maps, (0.5, 99))
    levels = np.rint(np.clip((maps - low) / max(high - low, 1e-9), 0, 1) * 255).astype(np.uint8)
    sheet = np.zeros((down * (height + 1), across * (width + 1), 4), np.uint8)
    for number in range(count):
        top, left = number // across * (height + 1), number % across * (width + 1)
        sheet[top : top + height, left : left + width, :3] = levels[..., number, None]
        sheet[top : top + height, left : left + width, 3] = 255
    return sheet, across


def _pictures(pictures: Sequence[tuple[str, np.ndarray]], side: int) -> str:
    figures = "".join(_figure(caption, picture, side) for caption, picture in pictures)
    return f'<div class="seen">{figures}</div>'


def _figure(caption: str, picture: np.ndarray, side: int) -> str:
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    words = html.escape(caption)
    return (
        f'<figure><img src="{_png(picture, side)}" alt="{words}" width="{round(width * scale)}" '
        f'height="{round(height * scale)}"><figcaption>{words}</figcaption></figure>'
    )


def _png(picture: np.ndarray, side: int = 1024) -> str:
    file = io.BytesIO()
    image = Image.fromarray(picture)
    if max(image.size) > 2 * side:
        image.thumbnail((2 * side, 2 * side))
    image.save(file, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
