"""A way to carry a run out in this process, as a worker would."""

from collections.abc import Callable

import pytest

from cnnlab import runs
from cnnlab.jobs import worker
from cnnlab.jobs.__main__ import Reporter
from cnnlab.runs import Run
from cnnlab.schema import RunConfig

SHORT = {"epochs": 2, "train_limit": 200, "batch_size": 32, "seed": 3}


@pytest.fixture
def done() -> Callable[[RunConfig], Run]:
    """Makes a run of a config and carries it out to its end."""

    def carry_out(config: RunConfig) -> Run:
        run = runs.create(config)
        worker.work(run, Reporter(run))
        assert run.status.state == "done"
        return run

    return carry_out
