"""A way to carry a run out in this process, as a worker would."""

from collections.abc import Callable
from typing import Any

import pytest

from cnnlab import runs
from cnnlab.jobs import working
from cnnlab.runs import Run

SHORT = {"epochs": 2, "train_limit": 200, "batch_size": 32, "seed": 3}


@pytest.fixture
def done() -> Callable[[dict[str, Any]], Run]:
    """Makes a run of a config and carries it out to its end."""

    def carry_out(config: dict[str, Any]) -> Run:
        run = runs.create(config)
        status: dict[str, Any] = {"state": "running"}

        def report(**fields: Any) -> None:
            status.update(fields)
            runs.write_json(run.path / "status.json", status)

        working.work(run, report)
        assert run.status.state == "done"
        return run

    return carry_out
