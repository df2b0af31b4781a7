"""Where each block of a network diagram stands: columns along the way, lanes for branches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cnnlab.plots._style import BLUE, GREEN, GREY, OLIVE, ORANGE, PINK, SKY

# Layers that change neither shape nor meaning enough for a block of their own.
FOLLOWERS = (
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "Activation",
    "ReLU",
    "PReLU",
    "LeakyReLU",
    "Softmax",
    "Dropout",
    "SpatialDropout2D",
)
KINDS = {
    "convolution": BLUE,
    "depthwise": SKY,
    "pooling": ORANGE,
    "to a vector": OLIVE,
    "dense": GREEN,
    "join": PINK,
    "other": GREY,
}


@dataclass
class Block:
    """One layer with the normalization, activation and dropout right behind it.

    `reads` are the blocks it reads, by index; -1 is the picture.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    params: int = 0
    macs: int = 0
    reads: list[int] = field(default_factory=list)
    followers: list[str] = field(default_factory=list)
    column: int = 0
    lane: int = 0


def kind_of(layer_type: str) -> str:
    """The kind of block a Keras layer type makes."""
    if layer_type.startswith(("Depthwise", "Separable")):
        return "depthwise"
    if layer_type.startswith("Conv"):
        return "convolution"
    if layer_type.startswith(("Global", "Flatten", "Reshape")):
        return "to a vector"
    if "Pooling" in layer_type:
        return "pooling"
    if layer_type in ("Add", "Concatenate", "Multiply", "Average", "Subtract", "Maximum"):
        return "join"
    return "dense" if "Dense" in layer_type else "other"


def blocks_of(rows: Sequence[Any]) -> list[Block]:
    """The blocks of a layer table (`name`, `type`, `inputs`, `output_shape`, `params`, `macs`)."""
    readers: dict[str, int] = {}
    for row in rows:
        for name in row.inputs:
            readers[name] = readers.get(name, 0) + 1
    blocks: list[Block] = []
    home = {"": -1}  # layer name -> its block
    for row in rows:
        before = home[row.inputs[0]]
        follows = row.type in FOLLOWERS and before >= 0 and readers[row.inputs[0]] == 1
        if follows:
            blocks[before].followers.append(row.name)
        else:
            reads = list(dict.fromkeys(home[name] for name in row.inputs))
            blocks.append(Block(row.name, kind_of(row.type), row.output_shape, reads=reads))
            before = len(blocks) - 1
        home[row.name] = before
        block = blocks[before]
        block.shape = row.output_shape
        block.params += row.params
        block.macs += row.macs
    return _placed(blocks)


def _placed(blocks: list[Block]) -> list[Block]:
    """Columns by the longest way from the picture; a branch keeps its lane until it joins."""
    for block in blocks:
        block.column = 1 + max(0 if read < 0 else blocks[read].column for read in block.reads)
    last_column = {0: 0}  # lane -> column of its last block
    waiting = dict.fromkeys(range(-1, len(blocks)), 0)
    for block in blocks:
        for read in block.reads:
            waiting[read] += 1
    open_lanes: dict[int, int] = {-1: 0}  # block with readers to come -> its lane
    for index in sorted(range(len(blocks)), key=lambda i: blocks[i].column):
        block = blocks[index]
        for read in block.reads:
            waiting[read] -= 1
        wanted = min(open_lanes[read] for read in block.reads)
        for read in block.reads:
            if not waiting[read]:
                del open_lanes[read]
        taken = {lane for lane, column in last_column.items() if column >= block.column}
        busy = set(open_lanes.values())
        free = (n for n in range(len(blocks) + 1) if n not in taken | busy)
        block.lane = wanted if wanted not in taken else next(free)
        last_column[block.lane] = block.column
        open_lanes[index] = block.lane
        if not waiting[index]:
            del open_lanes[index]
    return blocks
