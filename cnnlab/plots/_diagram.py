"""A network as an SVG picture: blocks to scale, lines between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from cnnlab.markdown import shortened
from cnnlab.plots._blocks import KINDS, Block, blocks_of

TALLEST, WIDEST, SLIMMEST = 110, 52, 4  # pixels of a map's side, of its channels, of anything
SLANT = 0.28  # how far the picture's width recedes, drawn up and to the right
TEXT, GAP, MARGIN = 50, 22, 14


@dataclass(frozen=True)
class Scale:
    """What the largest block stands for, so that several diagrams can be compared by eye.

    Attributes:
        side: Pixels of the largest map's longer side.
        channels: Channels of the map with the most.
        longest: Values of the longest vector.
    """

    side: int
    channels: int
    longest: int


def scale_of(*networks: tuple[Sequence[Any], tuple[int, ...]]) -> Scale:
    """One scale for several networks, each a layer table and its input shape."""
    return _scale([shape for rows, size in networks for shape in _shapes(rows, size)])


def _shapes(rows: Sequence[Any], input_shape: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
    yield tuple(input_shape)
    yield from (block.shape for block in blocks_of(rows))


def _scale(shapes: Sequence[tuple[int, ...]]) -> Scale:
    maps = [shape for shape in shapes if len(shape) == 3]
    vectors = [shape[-1] for shape in shapes if len(shape) != 3]
    return Scale(
        side=max((max(shape[:2]) for shape in maps), default=1),
        channels=max((shape[2] for shape in maps), default=1),
        longest=max([*vectors, 128]),  # a handful of classes is a short bar everywhere
    )


def diagram(rows: Sequence[Any], input_shape: tuple[int, ...], scale: Scale | None = None) -> str:
    """The network as an SVG picture, left to right, drawn to scale.

    Height and depth of a block are the height and width of its maps, its breadth the number of
    channels; a vector is a bar whose length grows with the root of its size. Normalization,
    activation and dropout are part of the block before them.

    Args:
        rows: A layer table; see `_blocks.blocks_of`.
        input_shape: (height, width, channels).
        scale: Of `scale_of` several networks that are looked at together; None: its own.

    Returns:
        SVG source; each block is a group with `data-layer`, for scripts that react to it.
    """
    picture = Block("picture", "other", tuple(input_shape))
    blocks = [picture, *blocks_of(rows)]
    for block in blocks[1:]:
        block.reads = [read + 1 for read in block.reads]
    return _Drawing(blocks, scale or scale_of((rows, input_shape))).svg()


class _Drawing:
    """Pixels for blocks that already have a column and a lane."""

    def __init__(self, blocks: list[Block], scale: Scale) -> None:
        self.blocks, self.scale = blocks, scale
        self.sizes = [self._size(block.shape) for block in blocks]
        self.left = self._columns()
        self.middle, self.height = self._lanes()

    def _size(self, shape: tuple[int, ...]) -> tuple[float, float, float]:
        """(breadth, height, recess) in pixels."""
        if len(shape) != 3:
            return 9, max(6, TALLEST * (shape[-1] / self.scale.longest) ** 0.5), 0
        height, width, channels = shape
        breadth = max(SLIMMEST, WIDEST * channels / self.scale.channels)
        tall = max(SLIMMEST, TALLEST * height / self.scale.side)
        return breadth, tall, SLANT * max(SLIMMEST, TALLEST * width / self.scale.side)

    def _columns(self) -> list[float]:
        """Left edge of each column."""
        wide = [0.0] * (max(block.column for block in self.blocks) + 1)
        for block, (breadth, _, recess) in zip(self.blocks, self.sizes, strict=True):
            words = 6.1 * max(len(shortened(block.name, 16)), len(_shape(block.shape)))
            wide[block.column] = max(wide[block.column], breadth + recess, words)
        edges = [float(MARGIN)]
        for width in wide:
            edges.append(edges[-1] + width + GAP)
        return edges

    def _lanes(self) -> tuple[list[float], float]:
        """Vertical middle of each lane's blocks, and the height of the whole."""
        above = [0.0] * (max(block.lane for block in self.blocks) + 1)
        for block, (_, height, recess) in zip(self.blocks, self.sizes, strict=True):
            above[block.lane] = max(above[block.lane], height / 2 + recess)
        middles, top = [], 8.0
        for lane, room in enumerate(above):
            middles.append(top + room)
            top += room + self._lane_half(lane) + TEXT
        return middles, top

    def svg(self) -> str:
        width = self.left[-1]
        lines = "".join(
            self._line(index, read)
            for index in range(len(self.blocks))
            for read in self.blocks[index].reads
        )
        boxes = "".join(self._box(index) for index in range(len(self.blocks)))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="group" width="{width:.0f}" '
            f'height="{self.height:.0f}" aria-label="Diagram of the network, picture to classes" '
            f'font-family="inherit" font-size="10.5" fill="currentColor">{lines}{boxes}</svg>'
        )

    def _line(self, index: int, read: int) -> str:
        """From one block to the next; one that skips columns bends over what lies between."""
        here, there = self.blocks[index], self.blocks[read]
        x1 = self.left[there.column] + self.sizes[read][0] + self.sizes[read][2] / 2
        x2, y1, y2 = self.left[here.column] - 2, self.middle[there.lane], self.middle[here.lane]
        over = here.column - there.column > 1 and here.lane == there.lane
        if over:
            span = range(there.column, here.column + 1)
            tall = max(
                height + 2 * recess
                for block, (_, height, recess) in zip(self.blocks, self.sizes, strict=True)
                if block.lane == here.lane and block.column in span
            )
            top = y1 - 0.62 * tall - 4
            bend = f"C {x1 + 14:.0f} {top:.0f} {x2 - 14:.0f} {top:.0f} {x2:.0f} {y2:.0f}"
        else:  # a branch runs along its own lane as long as it can
            start = max(x1, self.left[here.column - 1] + 12)
            half = (start + x2) / 2
            bend = f"H {start:.0f} C {half:.0f} {y1:.0f} {half:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
        return (
            f'<path d="M {x1:.0f} {y1:.0f} {bend}" fill="none" stroke="currentColor" '
            f'stroke-opacity="0.4" stroke-width="1.3"/>'
        )

    def _box(self, index: int) -> str:
        """The slab of one block, with its name, shape and parameters below."""
        block, (breadth, tall, recess) = self.blocks[index], self.sizes[index]
        x, y = self.left[block.column], self.middle[block.lane] - tall / 2
        color = KINDS[block.kind]
        front = f'<rect x="{x:.1f}" y="{y:.1f}" width="{breadth:.1f}" height="{tall:.1f}"/>'
        top = _polygon((x, y), (breadth, 0), (recess, -recess), 0.55)
        side = _polygon((x + breadth, y), (0, tall), (recess, -recess), 0.75)
        words = [shortened(block.name, 16), _shape(block.shape)]
        if block.params:
            words.append(f"{block.params:,}")
        below = self.middle[block.lane] + self._lane_half(block.lane)
        text = "".join(
            f'<text x="{x:.0f}" y="{below + 13 * (n + 1):.0f}" '
            f'fill-opacity="{1 if n == 0 else 0.7}">{escape(word)}</text>'
            for n, word in enumerate(words)
        )
        about = escape(_about(block), quote=True)
        high = below + TEXT - y + recess
        wide = self.left[block.column + 1] - GAP / 2 - x
        press = (
            f'<rect x="{x:.0f}" y="{y - recess:.0f}" width="{wide:.0f}" height="{high:.0f}" '
            f'fill="transparent"/>'
        )
        return (
            f'<g data-layer="{escape(block.name, quote=True)}" role="button" tabindex="0" '
            f'aria-label="{about}"><title>{about}</title>{press}'
            f'<g fill="{color}" stroke="{color}" stroke-width="0.6">{top}{side}{front}</g>'
            f"{text}</g>"
        )

    def _lane_half(self, lane: int) -> float:
        """From the middle of a lane down to where its words begin."""
        sizes = zip(self.blocks, self.sizes, strict=True)
        return max(height for block, (_, height, _) in sizes if block.lane == lane) / 2


def _polygon(
    corner: tuple[float, float], along: tuple[float, float], back: tuple[float, float], shade: float
) -> str:
    """A face of the slab: a parallelogram from `corner`."""
    (x, y), (a, b), (c, d) = corner, along, back
    points = ((x, y), (x + a, y + b), (x + a + c, y + b + d), (x + c, y + d))
    text = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
    return f'<polygon points="{text}" fill-opacity="{shade}"/>'


def _about(block: Block) -> str:
    """What a reader sees when the pointer rests on a block."""
    words = f"{block.name}: {block.kind}, output {_shape(block.shape)}"
    if block.params:
        words += f", {block.params:,} parameters"
    if block.macs:
        words += f", {block.macs:,} MACs"
    return words + (f"; then {', '.join(block.followers)}" if block.followers else "")


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
