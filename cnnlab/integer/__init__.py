"""A quantized network as a list of integer operations, and NumPy as the reference that runs it.

Made from a full int8 LiteRT file. The reference defines every rounding; the C code answers bit
for bit alike, and LiteRT itself within one step an operation.
"""

from cnnlab.integer import _fusing, _lowering, _makers
from cnnlab.integer._operations import (
    Add,
    Concatenate,
    Convolution,
    Lookup,
    Mean,
    Multiply,
    Network,
    Operation,
    Pad,
    Pool,
    Reshape,
    Softmax,
    Tensor,
    Tile,
)
from cnnlab.integer._packing import steps_of
from cnnlab.integer._planning import Plan, plan
from cnnlab.integer._reference import answer_of, probabilities, run, trace
from cnnlab.litert_graph import read

__all__ = [
    "Add",
    "Concatenate",
    "Convolution",
    "Lookup",
    "Mean",
    "Multiply",
    "Network",
    "Operation",
    "Pad",
    "Plan",
    "Pool",
    "Reshape",
    "Softmax",
    "Tensor",
    "Tile",
    "answer_of",
    "network",
    "one_for_one",
    "plan",
    "probabilities",
    "run",
    "sized",
    "steps_of",
    "trace",
]


def one_for_one(file: bytes) -> Network:
    """The operations of a full int8 LiteRT file, one for each step.

    Raises:
        LabError: a step that has no integer version, or values that are not int8.
    """
    return _lowering.lowered(read(file), _makers.MAKERS, sized=False)


def network(file: bytes) -> Network:
    """As `one_for_one`, with operations joined: what is exported.

    Raises:
        LabError: as `one_for_one`.
    """
    return _fusing.fused(one_for_one(file))


def sized(file: bytes) -> Network:
    """What any LiteRT file would be in int8: sizes and costs are right, answers mean nothing.

    Raises:
        LabError: a step that has no integer version.
    """
    return _fusing.fused(_lowering.lowered(read(file), _makers.MAKERS, sized=True))
