"""What a board is."""

from dataclasses import dataclass

from cnnlab.registry import Card, Registry

KB = 1024
MB = 1024 * KB


@dataclass(frozen=True)
class Timing:
    """Clock cycles for one multiplication with its addition, and who measured it with which code.

    Attributes:
        cycles_per_sum: What each sum costs beside its products, where that was told apart.
        small: A chip of 8 bits, on which the exported C goes other ways.
    """

    cycles_per_mac: float | None = None
    source: str = ""
    small: bool = False
    cycles_per_sum: float = 0


@dataclass(frozen=True)
class Chip:
    """A microcontroller: bytes of flash for a program and its constants, of RAM, and its clock.

    They are the maker's, less what a boot loader or the vendor's system takes of them, as the files
    by which programs are built for the board say: Debian's arduino-core-avr (Uno, Leonardo),
    PlatformIO's (Nucleos, micro:bit v2, Nano 33 BLE, XIAO, ESP32-S3) and arduino-pico's; the
    micro:bit v1 by rmicrobit's linker file, the MAX78000 by QEMU's model. Read in November 2026.
    """

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


# Counted by simavr for the exported C, compiled by avr-gcc -Os: 24 in the innermost loop, and a sum
# 1,030 in uno_mnist, 1,600 in ladder_06 and ladder_07, which pool, 1,850 in ladder_05.
AVR = Timing(
    24,
    "the exported C of uno_mnist and ladder_05 to ladder_07, its cycles counted by simavr, within "
    "a quarter",
    small=True,
    cycles_per_sum=1500,
)
# 99.1 ms at 216 MHz for a network of 12.3 million MACs.
CMSIS_NN = Timing(1.74, "CMSIS-NN (Lai et al., 2018, arXiv:1801.06601); plain C takes longer")
