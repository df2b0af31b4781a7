"""The shelf: one light row per run, read from small files only."""

from typing import Any

from cnnlab import runs
from cnnlab.errors import LabError
from cnnlab.runs import Run


def shelf(limit: int | None = None) -> list[dict[str, Any]]:
    """One light row per own run, newest first; one deleted meanwhile is left out.

    A run whose files cannot be read stays in the list as "damaged": nothing is lost in silence.
    """
    rows = []
    for run in runs.list_runs(damaged=True)[:limit]:
        try:
            rows.append(row(run))
        except runs.Gone:
            continue
        except LabError:
            rows.append(_damaged(run))
    return rows


def _damaged(run: Run) -> dict[str, Any]:
    empty = dict.fromkeys(("architecture", "dataset", "variant", "epochs", "created"), "")
    figures = {"params": None, "test_accuracy": None}
    return empty | figures | {"run": run.name, "title": run.name, "state": "damaged"}


def row(run: Run) -> dict[str, Any]:
    """A run's line in a table: name, state, network, data and figures (None until measured)."""
    config, metrics, status = run.config, run.metrics, run.status
    epochs = config["recipe"]["epochs"]
    return {
        "run": run.name,
        "title": run.title,
        "state": status.state,
        "architecture": config["architecture"],
        "dataset": config["dataset"],
        "variant": metrics.get("variant") or config["dataset"],
        "epochs": f"{status.epoch}/{epochs}" if epochs else "imported",
        "params": metrics.get("params"),
        "test_accuracy": metrics.get("test_accuracy"),
        "created": config.get("created", ""),
        "shipped": run.read_only,
    }


def ready_runs() -> list[Run]:
    """Runs that can predict: shipped ones first, then one's own finished ones, newest first."""
    own = [run for run in runs.list_runs() if run.tflite_file.is_file()]
    return [run for run in runs.pretrained() if run.tflite_file.is_file()] + own
