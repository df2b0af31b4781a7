"""What a board is."""

from dataclasses import dataclass

from cnnlab.registry import Card, Registry

KB = 1024
MB = 1024 * KB


@dataclass(frozen=True)
class Timing:
    """Clock cycles for one multiplication with its addition, and who measured it with which code.

    `small`: a chip of 8 bits, on which the exported C goes other ways.
    """

    cycles_per_mac: float | None = None
    source: str = ""
    small: bool = False


@dataclass(frozen=True)
class Chip:
    """A microcontroller: bytes of flash for a program and its constants, of RAM, and its clock."""

    name: str
    flash_bytes: int
    ram_bytes: int
    clock_hz: float
    timing: Timing = Timing()


@dataclass(frozen=True, kw_only=True)
class Board(Card):
    """A board as its maker describes it at `url`."""

    chip: Chip


BOARDS: Registry[Board] = Registry("board", Board, "cnnlab.boards.cards")


def board(name: str, title: str, chip: Chip, url: str) -> None:
    """Put a board in."""
    words = f"{chip.name} at {chip.clock_hz / 1e6:g} MHz"
    BOARDS.add(Board(name=name, title=title, description=words, url=url, source=url, chip=chip))


# Counted by simavr for the exported C of ladder_07 (45,134 MACs), compiled by avr-gcc -Os.
AVR = Timing(284, "the exported C of ladder_07, its cycles counted by simavr", small=True)
# 99.1 ms at 216 MHz for a network of 12.3 million MACs.
CMSIS_NN = Timing(1.74, "CMSIS-NN (Lai et al., 2018, arXiv:1801.06601); plain C takes longer")
