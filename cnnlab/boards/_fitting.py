"""Whether a network fits on a board, in bytes."""

from dataclasses import dataclass

from cnnlab.boards._cards import Board, Chip
from cnnlab.boards._needs import STACK_BYTES, Needs


@dataclass(frozen=True)
class Fit:
    """One network on one board.

    Attributes:
        flash_bytes, ram_bytes: Needed: constants and code; what flows, the picture and the stack.
        flash_over, ram_over: Bytes more than the board has; 0 where it fits.
        seconds: For one picture, an estimate; None where nobody measured the board's cycles.
    """

    board: Board
    flash_bytes: int
    ram_bytes: int
    flash_over: int
    ram_over: int
    seconds: float | None

    @property
    def fits(self) -> bool:
        """Whether it runs there."""
        return not self.flash_over and not self.ram_over

    @property
    def words(self) -> str:
        """Yes, or what is missing and what would help."""
        if self.fits:
            return "fits"
        return "; ".join(filter(None, (self._ram_words, self._flash_words)))

    @property
    def _ram_words(self) -> str:
        if not self.ram_over:
            return ""
        share = self.board.chip.ram_bytes / self.ram_bytes
        return (
            f"needs {self.ram_bytes:,} bytes of RAM where the board has "
            f"{self.board.chip.ram_bytes:,}: {self.ram_over:,} too many. Filters of the widest "
            f"maps at {share:.0%} would do: prune them, or turn the width down"
        )

    @property
    def _flash_words(self) -> str:
        if not self.flash_over:
            return ""
        return (
            f"needs {self.flash_bytes:,} bytes of flash where the board has "
            f"{self.board.chip.flash_bytes:,}: {self.flash_over:,} too many. "
            f"With {self.flash_over:,} weights fewer it would do: prune filters, or train a "
            "narrower student"
        )


def fit(needs: Needs, board: Board) -> Fit:
    """Hold what a network needs against a board."""
    chip = board.chip
    flash, ram = needs.flash_bytes(chip.timing.small), needs.ram_bytes + STACK_BYTES
    return Fit(
        board,
        flash,
        ram,
        max(0, flash - chip.flash_bytes),
        max(0, ram - chip.ram_bytes),
        _seconds(needs, chip),
    )


def _seconds(needs: Needs, chip: Chip) -> float | None:
    """For one picture, by the chip's clock; None where nobody measured its cycles."""
    timing = chip.timing
    if timing.cycles_per_mac is None:
        return None
    cycles = needs.macs * timing.cycles_per_mac + needs.sums * timing.cycles_per_sum
    return cycles / chip.clock_hz
