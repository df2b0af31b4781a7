"""What stands before a change to a run: it is one's own, nobody trains it, the disk agrees."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from cnnlab.errors import LabError
from cnnlab.runs.files import explained
from cnnlab.runs.lock import hold
from cnnlab.runs.run import Run, gone


def own(run: Run, verb: str) -> None:
    """Raise a `LabError` for a shipped run."""
    if run.read_only:
        raise LabError(
            f"{run.name} is shipped with the lab and cannot be {verb}; clone it instead."
        )


def training(run: Run, verb: str) -> LabError:
    """The error to raise while a worker holds the run."""
    return LabError(f"{run.name} is still training: stop it before it is {verb}.")


@contextmanager
def explained_run(run: Run) -> Iterator[None]:
    """What the disk refuses inside the block in one sentence, also that the folder is gone."""
    try:
        with explained(run.path):
            yield
    except FileNotFoundError:
        raise gone(run.name) from None


@contextmanager
def claimed(run: Run, verb: str) -> Iterator[None]:
    """Hold the run's lock over the block; refuse while a worker holds it."""
    if not run.path.is_dir():
        raise gone(run.name)
    descriptor = hold(run.path)
    if descriptor is None:
        raise training(run, verb)
    try:
        yield
    finally:
        os.close(descriptor)
