"""Which rungs of a study run on which boards, by the files its runs have written."""

from collections.abc import Sequence
from contextlib import suppress

from cnnlab import boards, runs
from cnnlab.boards import BOARDS, Fit
from cnnlab.errors import LabError
from cnnlab.studies._points import Point

NO = "no"


def on_boards(points: Sequence[Point]) -> list[dict[str, str]]:
    """A line for each finished rung: its network, and what every board says to it.

    Fits with the estimated time of a picture, where somebody measured the board's cycles. Rungs
    whose run is gone, or that have a layer without an integer version, are left out.
    """
    rows = []
    for point in points:
        fits = fits_of(point)
        if fits:
            cells = {one.board.title: _words(one) for one in fits}
            rows.append({"Network": point.network, **cells})
    return rows


def fits_of(point: Point) -> list[Fit]:
    """A rung against every board, the smallest RAM first; empty where nothing is known of it."""
    with suppress(LabError):
        needs = boards.needs(runs.find(point.runs[0]))
        ordered = sorted(BOARDS, key=lambda board: board.chip.ram_bytes)
        return [boards.fit(needs, board) for board in ordered]
    return []


def smallest_board(point: Point) -> str:
    """The board with the least RAM that the rung runs on, in words; "" where none is known."""
    fitting = [one for one in fits_of(point) if one.fits]
    return f"{fitting[0].board.title} ({_words(fitting[0])})" if fitting else ""


def _words(fit: Fit) -> str:
    if not fit.fits:
        return NO
    return "fits" if fit.seconds is None else f"about {fit.seconds:.2g} s"
