"""What a network needs of a chip, as exported in C; nothing is quantized or compiled for it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cnnlab import integer
from cnnlab.errors import LabError


class Finished(Protocol):
    """What is needed of a run: its LiteRT file."""

    @property
    def name(self) -> str: ...
    @property
    def tflite_file(self) -> Path: ...


@dataclass(frozen=True)
class Needs:
    """Costs of one network in int8 C.

    Attributes:
        constant_bytes: Weights, biases, factors and tables; counted.
        ram_bytes: All that flows, the picture included, as planned for the C code; counted.
        macs: Multiplications with a weight for one picture; counted.
        sums: Those that convolutions and dense layers make of them; counted.
        code_bytes, small_code_bytes: Of the program; estimated, for chips of 32 and of 8 bits.
    """

    constant_bytes: int
    ram_bytes: int
    macs: int
    sums: int
    code_bytes: int
    small_code_bytes: int

    def flash_bytes(self, small: bool) -> int:
        """Constants and code; `small` for chips of 8 bits."""
        return self.constant_bytes + (self.small_code_bytes if small else self.code_bytes)


# Bytes of code on 32 and on 8 bits: what every network needs, the numbers that describe an
# operation, and a kind's program. By arm-none-eabi-gcc 12.2 and avr-gcc 5.4 with -Os, within 30 %.
_BASE, _EACH, _CALL = (1400, 3400), (115, 65), 30
_DESCRIBED = (integer.Convolution, integer.Pool, integer.Add, integer.Multiply)
_KINDS: dict[type[integer.Operation], tuple[int, int]] = {
    integer.Pool: (250, 1000),
    integer.Add: (300, 1200),
    integer.Multiply: (250, 1000),
    integer.Mean: (120, 200),
    integer.Lookup: (50, 150),
    integer.Concatenate: (60, 200),
    integer.Tile: (60, 200),
    integer.Pad: (100, 250),
}
STACK_BYTES = 400  # measured in simavr: 230 to 350


def needs(run: Finished) -> Needs:
    """What a run needs, by its LiteRT file of any precision.

    Raises:
        LabError: there is no file, or a layer has no integer version.
    """
    try:
        stamp = run.tflite_file.stat().st_mtime_ns
    except FileNotFoundError:
        raise LabError(f"{run.name} has no LiteRT file yet: it is written when it ends.") from None
    return _counted(run.tflite_file, stamp)


@lru_cache(maxsize=500)
def _counted(file: Path, stamp: int) -> Needs:
    return needs_of(file.read_bytes())


def needs_of(file: bytes) -> Needs:
    """What a network needs, by its LiteRT file of any precision.

    Raises:
        LabError: a layer has no integer version.
    """
    network = integer.sized(file)
    code, small_code = (_code_bytes(network, width) for width in (0, 1))
    return Needs(
        constant_bytes=network.constant_bytes,
        ram_bytes=integer.plan(network).ram_bytes,
        macs=network.macs,
        sums=network.sums,
        code_bytes=code,
        small_code_bytes=small_code,
    )


def _code_bytes(network: integer.Network, width: int) -> int:
    """By place in the pairs above."""
    operations = [op for op in network.operations if not isinstance(op, integer.Reshape)]
    kinds = sum(_KINDS.get(kind, (0, 0))[width] for kind in {type(op) for op in operations})
    described = sum(isinstance(op, _DESCRIBED) for op in operations)
    calls = len(operations) - described
    return _BASE[width] + kinds + _EACH[width] * described + _CALL * calls
