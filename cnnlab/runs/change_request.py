"""What a reader wants changed in a training that runs: asked for here, taken up by its worker.

The page or the terminal leaves `change.json`; the worker takes it away between two batches and
writes what it makes of it into the config, before it acts: a training taken up again after a cut
finds the very same changes at the very same batches.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from cnnlab import schema
from cnnlab.errors import LabError
from cnnlab.runs.guards import explained_run, own
from cnnlab.runs.run import CONFIG_FILE, Run
from cnnlab.schema import ChangeRequest, Intervention, RunConfig

MOST_EPOCHS = 2000
MOST_RATE = 100.0
_REQUESTED, _TAKEN = "change.json", ".change-taken.json"


def request_change(run: Run, learning_rate: float | None = None, epochs: int | None = None) -> None:
    """Ask the worker for another learning rate, another number of epochs in all, or both.

    Raises:
        LabError: nothing is asked or it makes no sense, the run has ended, or the disk refuses.
    """
    own(run, "changed")
    _sensible(run, learning_rate, epochs)
    with explained_run(run), _alone(run):
        waiting = requested_change(run) or ChangeRequest()
        rate = waiting.learning_rate if learning_rate is None else learning_rate
        request = ChangeRequest(rate, waiting.epochs if epochs is None else epochs)
        schema.write(run.path / _REQUESTED, request)


def requested_change(run: Run) -> ChangeRequest | None:
    """What was asked and not taken up yet; what cannot be read counts for nothing."""
    try:
        return schema.read(run.path / _REQUESTED, ChangeRequest)
    except LabError:
        return None


@contextmanager
def _alone(run: Run) -> Iterator[None]:
    """One process at a time asks or takes: of two readers who ask at once both are heard."""
    descriptor = os.open(run.path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sensible(run: Run, learning_rate: float | None, epochs: int | None) -> None:
    config, done = run.config, len(run.history)
    if run.status.state in ("done", "failed") or not config.recipe.trains:
        raise LabError(f"{run.name} does not train any more: clone it with other settings.")
    if learning_rate is None and epochs is None:
        raise LabError("Nothing to change: give a learning rate, or the epochs in all.")
    if learning_rate is not None and not 0 < learning_rate <= MOST_RATE:
        raise LabError(
            f"A learning rate is above 0 and at most {MOST_RATE:g}. Received: {learning_rate:g}."
        )
    if epochs is not None and not done < epochs <= MOST_EPOCHS:
        raise LabError(
            f"{done} epochs are done, so there may be {done + 1} to {MOST_EPOCHS} in all. "
            f"Received: {epochs}."
        )


def take_change(run: Run, epoch: int, batch: int = 0, batches: int = 1) -> RunConfig | None:
    """For the worker: the config with what was asked, in force from that batch on; None: nothing.

    Args:
        run: The run whose lock the caller holds.
        epoch: Counted from 0; `batch` of `batches` in it likewise, 0 where it begins.
        batch: See `epoch`.
        batches: See `epoch`.
    """
    if not (run.path / _REQUESTED).exists():
        return None
    taken = run.path / _TAKEN
    try:
        with _alone(run):
            os.replace(run.path / _REQUESTED, taken)
    except FileNotFoundError:
        return None  # the run was deleted in this moment
    try:
        request = schema.read(taken, ChangeRequest) or ChangeRequest()
    except LabError as error:
        print(f"not changed: {error}")  # noqa: T201 - into the run's log
        return None
    epochs = request.epochs and max(request.epochs, epoch + (batch > 0))
    change = Intervention(epoch, batch, batches, request.learning_rate, epochs)
    before = schema.read(run.path / CONFIG_FILE, RunConfig) or run.config
    changes = sorted([*before.interventions, change], key=lambda one: one.moment)
    config = replace(before, interventions=tuple(changes))
    schema.write(run.path / CONFIG_FILE, config)
    taken.unlink(missing_ok=True)
    print(f"changed by hand {change.words}")  # noqa: T201 - into the run's log
    return config
