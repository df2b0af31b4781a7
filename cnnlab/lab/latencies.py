"""Latencies measured anew, on one machine in one go, so that they may stand beside each other."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from cnnlab import prediction, runs, schema
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import Latency


def measure_latencies(
    chosen: Sequence[Run], progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, Latency]:
    """Measure what has a file to ask and keep it for comparisons; by the run's name.

    Args:
        chosen: Finished runs; others are passed over.
        progress: Called with (done, total).

    Raises:
        LabError: the disk refuses.
    """
    found = {}
    for done, run in enumerate(chosen):
        progress(done, len(chosen))
        with suppress(LabError):  # no file to ask yet, or a damaged one, which its row says
            found[run.name] = prediction.latency(run)
            _keep(run, found[run.name])
    return found


def _keep(run: Run, measured: Latency) -> None:
    with runs.explained(run.latency_file):
        run.latency_file.parent.mkdir(parents=True, exist_ok=True)
        schema.write(run.latency_file, measured)
