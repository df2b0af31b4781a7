"""Which runs fit on which boards."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab import boards
from cnnlab.boards import BOARDS, Fit
from cnnlab.errors import LabError
from cnnlab.lab.comparable_runs import tested_runs
from cnnlab.runs import Run


@dataclass(frozen=True)
class OnBoard:
    """Runs held against one board: those that fit, and for the others the reason by name."""

    fitting: tuple[Run, ...]
    reasons: dict[str, str]


def fits(run: Run) -> list[Fit]:
    """A run against every board, those it fits on first, the smallest of them in front.

    Raises:
        LabError: a layer has no integer version, or there is no file yet.
    """
    needs = boards.needs(run)
    found = [boards.fit(needs, board) for board in BOARDS]
    return sorted(found, key=lambda one: (not one.fits, one.board.chip.ram_bytes))


def on_board(runs: Sequence[Run], board: str) -> OnBoard:
    """Which of these runs fit on the board of this name."""
    fitting, reasons = [], {}
    for run in runs:
        try:
            fit = boards.fit(boards.needs(run), BOARDS[board])
        except LabError as error:
            reasons[run.name] = str(error)
            continue
        if fit.fits:
            fitting.append(run)
        else:
            reasons[run.name] = fit.words
    return OnBoard(tuple(fitting), reasons)


def best_on(board: str, like: Run) -> Run | None:
    """The most accurate tested run on the data of `like` that fits on a board; None: no such."""
    alike = [
        run
        for run in tested_runs()
        if (run.config.dataset, run.config.labels) == (like.config.dataset, like.config.labels)
    ]
    ranked = sorted(alike, key=lambda run: -(run.metrics.test_accuracy or 0))
    # One after the other: reading all of them takes a second.
    return next((run for run in ranked if on_board([run], board).fitting), None)
