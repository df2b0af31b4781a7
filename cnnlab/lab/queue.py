"""The queue as a table: who trains, who waits, in which order and for what."""

from contextlib import suppress
from typing import TypedDict

from cnnlab import jobs
from cnnlab.errors import LabError
from cnnlab.runs import Run


class QueueRow(TypedDict):
    """One run that trains or waits. `position` 0 trains; `words` say what it does or waits for."""

    run: str
    title: str
    owner: str
    position: int
    state: str
    priority: bool
    words: str


def queue() -> list[QueueRow]:
    """One row for each run that trains or waits, in starting order; position 0 trains already.

    Raises:
        LabError: a setting of the queue is no number.
    """
    now = jobs.queue()
    rows = []
    for run, status in now.busy:
        with suppress(LabError):  # damaged, or deleted meanwhile
            rows.append(_row(run, 0, status.state, f"epoch {status.epoch}"))
    for waiting in now.waiting:
        with suppress(LabError):
            rows.append(_row(waiting.run, waiting.position, "queued", waiting.sentence))
    return rows


def _row(run: Run, position: int, state: str, words: str) -> QueueRow:
    return {
        "run": run.name,
        "title": run.title,
        "owner": jobs.owner_of(run),
        "position": position,
        "state": state,
        "priority": run.priority_file.exists(),
        "words": words,
    }


def positions() -> dict[str, int]:
    """Where each waiting run stands, by its name; empty when a setting keeps the queue still."""
    try:
        return {waiting.run.name: waiting.position for waiting in jobs.queue().waiting}
    except LabError:
        return {}
