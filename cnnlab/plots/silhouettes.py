"""A network as a small outline on one scale for all: what stands on a card beside its name.

What is drawn was counted once and is kept beside this file, for building forty networks takes half
a minute and a gallery must stand at once. A network that is not in the file has no outline;
`python -m cnnlab.plots.silhouettes` writes all anew, and a test recounts them.
"""

import functools
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cnnlab.architectures import ARCHITECTURES
from cnnlab.plots._blocks import KINDS, blocks_of

FILE = Path(__file__).with_name("silhouettes.json")
_TALL, _LARGEST = 44.0, 227  # pixels of a picture of so many pixels a side
_GAP = 1.0
_MOST = 300.0  # pixels across; what is longer is drawn closer together

Column = tuple[str, int, int]  # kind of block, side of its maps (1 for a vector), channels


def columns_of(rows: Sequence[Any], input_shape: Sequence[int]) -> list[Column]:
    """Of a layer table the widest block of each step, front to back; the picture comes first."""
    height, width, channels = input_shape
    found: dict[int, Column] = {}
    for block in blocks_of(rows):
        side = max(block.shape[:2]) if len(block.shape) == 3 else 1
        column = (block.kind, side, block.shape[-1])
        if block.column not in found or found[block.column][2] < column[2]:
            found[block.column] = column
    return [("other", max(height, width), channels), *(found[place] for place in sorted(found))]


def silhouette(columns: Sequence[Column]) -> str:
    """An SVG picture: height grows with the root of a map's side, breadth with the channels.

    Vectors are low bars. All networks share the scale, so that large ones look large.
    """
    boxes = [
        (kind, _height(side, channels), _breadth(channels)) for kind, side, channels in columns
    ]
    whole = sum(breadth + _GAP for *_, breadth in boxes)
    squeeze = min(1.0, _MOST / whole)
    left, parts = 0.0, []
    for kind, height, breadth in boxes:
        wide = max(0.5, breadth * squeeze)
        parts.append(
            f'<rect x="{left:.1f}" y="{(_TALL - height) / 2:.1f}" width="{wide:.1f}" '
            f'height="{height:.1f}" rx="0.8" fill="{KINDS.get(kind, KINDS["other"])}"/>'
        )
        left += (breadth + _GAP) * squeeze
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left:.0f}" height="{_TALL:.0f}" '
        f'viewBox="0 0 {left:.0f} {_TALL:.0f}" aria-hidden="true">{"".join(parts)}</svg>'
    )


def _height(side: int, channels: int) -> float:
    if side == 1:  # a vector, or maps of one value
        return 3.0 + 2.0 * math.log10(max(1, channels))
    return max(4.0, _TALL * math.sqrt(min(side, _LARGEST) / _LARGEST))


def _breadth(channels: int) -> float:
    return 2.0 + 1.1 * math.log2(max(1, channels))


@functools.cache
def silhouettes() -> dict[str, list[Column]]:
    """Of each architecture's own network its columns, as `silhouette` draws them."""
    kept = json.loads(FILE.read_text())
    return {
        name: [(kind, side, channels) for kind, side, channels in columns]
        for name, columns in kept.items()
    }


def main() -> None:
    """Count them all and write the file."""
    from cnnlab.summary import summarize_architecture

    lines = []
    for card in sorted(ARCHITECTURES, key=lambda card: card.name):
        columns = columns_of(summarize_architecture(card.name).layers, card.input_shape)
        lines.append(f"{json.dumps(card.name)}: {json.dumps(columns)}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
