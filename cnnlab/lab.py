"""What the pages call: light functions that ask the run store, LiteRT or the engine."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnlab import datasets, engine, jobs, recipe, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run, Status

WARM_BYTES = 8 * 1024 * 1024

# -- training --


def start_training(
    architecture: str,
    dataset: str,
    settings: Mapping[str, Any] | None = None,
    knobs: Mapping[str, Any] | None = None,
    input_shape: Sequence[int] | None = None,
    title: str = "",
) -> Run:
    """Put a new run into the queue and start it if a slot is free; returns at once.

    Raises:
        LabError: an unknown name, an illegal value, a dataset that is not on this machine, or a
            disk that refuses.
    """
    config = recipe.plan(architecture, dataset, settings, knobs, input_shape, title)
    require_data(dataset)
    run = runs.create(config)
    jobs.dispatch()
    return run


def require_data(dataset: str) -> None:
    """Raise a `LabError` with the way out when `dataset` is not on this machine."""
    found = datasets.available(dataset)
    if not found.ready:
        raise LabError(found.sentence)


def resume_training(run: Run) -> None:
    """Let a stopped, failed or interrupted run go on where it was."""
    runs.requeue(run)
    jobs.dispatch()


@dataclass(frozen=True)
class Live:
    """What the page shows of a training, read from its folder at one moment.

    `history` has one row per finished epoch, `points` the batches since the last of them;
    times in seconds, `done` the finished share of all batches (0..1), `key` changes when
    anything drawn does.
    """

    status: Status
    history: list[dict[str, float]]
    points: list[dict[str, float]]
    epochs: int
    done: float
    seconds_left: float | None
    queue_position: int

    @property
    def latest(self) -> dict[str, float] | None:
        """The newest point while it trains, else the last epoch's row."""
        return (self.points or self.history or [None])[-1]

    @property
    def best(self) -> dict[str, float] | None:
        """The row of the epoch whose weights are kept: highest validation accuracy so far."""
        rows = self.history
        return max(rows, key=lambda r: (r["val_accuracy"], -r["val_loss"])) if rows else None

    @property
    def key(self) -> str:
        """Differs whenever there is something new to draw."""
        stamp = self.points[-1]["time"] if self.points else 0
        return f"{self.status.state}-{len(self.history)}-{stamp}"


def live(run: Run) -> Live:
    """How a training stands right now.

    Raises:
        LabError: the folder has gone.
    """
    status, history = run.status, run.history
    epochs = int(run.config["recipe"]["epochs"])
    points = [point for point in run.progress() if point["epoch"] >= len(history)]
    part = points[-1]["batch"] / points[-1]["batches"] if points else 0.0
    done = min(1.0, (len(history) + part) / max(1, epochs))
    return Live(
        status=status,
        history=history,
        points=points,
        epochs=epochs,
        done=1.0 if status.state == "done" else done,
        seconds_left=_seconds_left(status, history, points, epochs),
        # At least 1: it may have been started since the status was read.
        queue_position=max(1, jobs.queue_position(run)) if status.state == "queued" else 0,
    )


def _seconds_left(
    status: Status, history: list[dict], points: list[dict], epochs: int
) -> float | None:
    """From the time an epoch takes; before the first ends, from the batches so far."""
    if status.state != "running" or not (history or points):
        return None
    part = points[-1]["batch"] / points[-1]["batches"] if points else 0.0
    if history:
        seconds = sum(row["seconds"] for row in history[-3:]) / len(history[-3:])
    elif len(points) > 1 and points[-1]["batch"] > points[0]["batch"]:
        share = (points[-1]["batch"] - points[0]["batch"]) / points[-1]["batches"]
        seconds = (points[-1]["time"] - points[0]["time"]) / share
    else:
        return None
    return max(0.0, (epochs - len(history) - part) * seconds)


# -- the shelf of runs --


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


# -- the engine --


def layer_table(
    architecture: str,
    knobs: Mapping[str, Any] | None = None,
    input_shape: Sequence[int] | None = None,
    classes: int | None = None,
) -> Any:
    """A network's `summary.Summary`, computed by the engine before anything is trained."""
    return engine.call(
        "cnnlab.summary:summarize_architecture", architecture, input_shape, classes, knobs
    )


def wait_for_first_point(run: Run, timeout_s: float = 30.0) -> float:
    """Seconds from now until the run's first live point; used by the benchmark."""
    started = time.monotonic()
    while time.monotonic() - started < timeout_s:
        if run.progress():
            return time.monotonic() - started
        time.sleep(0.02)
    raise LabError(f"{run.name} showed no live point within {timeout_s:.0f} s.")


# -- architectures --


def network_script(
    architecture: str,
    knobs: Mapping[str, Any] | None = None,
    input_shape: Sequence[int] | None = None,
    classes: int | None = None,
) -> str:
    """A Keras script of exactly this network, to run without the lab; errors as `layer_table`."""
    return engine.call("cnnlab.architectures:script", architecture, input_shape, classes, knobs)


# -- evaluate --


def evaluation_report(run: Run) -> Any:
    """A run's `evaluation.report.Report`, measured by the engine now."""
    return engine.call("cnnlab.evaluation.report:report", str(run.path), timeout_s=300)


def judged_pictures(run: Run, kind: str, truth: int = 0, said: int = 0) -> Any:
    """Test pictures with the run's answers: `evaluation.report.Shown`, at most 24."""
    return engine.call(
        "cnnlab.evaluation.report:pictures", str(run.path), kind, truth, said, timeout_s=300
    )


def duel(first: Run, second: Run) -> Any:
    """Two runs on the same test pictures: `evaluation.report.Duel`."""
    return engine.call(
        "cnnlab.evaluation.report:duel", str(first.path), str(second.path), timeout_s=300
    )


def only_first_right(first: Run, second: Run) -> Any:
    """Pictures the first run reads and the second does not, with the second's answers."""
    return engine.call(
        "cnnlab.evaluation.report:only_first_right",
        str(first.path),
        str(second.path),
        timeout_s=300,
    )


# -- inside --


def inside(run: Run, question: str, *details: Any) -> Any:
    """Ask the engine something about a run's network: `question` is "module:function" of the
    visualization room; that function's docstring tells what `details` it takes and gives.

    Raises:
        LabError: what the function refuses.
    """
    return engine.call(f"cnnlab.visualization.{question}", str(run.path), *details)


def warm_inside(run: Run) -> None:
    """Let a running engine open the run's network, so that the first view of it finds it warm.

    A large one is opened when it is asked for: it would keep others waiting.
    """
    file = run.model_file
    if engine.running() and file.is_file() and file.stat().st_size < WARM_BYTES:
        engine.begin("cnnlab.visualization.network:warm", str(run.path), run.config["dataset"])


def test_pictures(dataset: str, input_shape: Sequence[int], count: int) -> Any:
    """Some test pictures of a dataset in a network's size: `visualization.samples.Samples`."""
    return engine.call("cnnlab.visualization.samples:samples", dataset, tuple(input_shape), count)


def import_model(data: bytes, name: str, **settings: Any) -> Run:
    """A run of a reader's own `.keras` file; see `importing.import_file` for the settings.

    Raises:
        LabError: why the file is refused.
    """
    with tempfile.TemporaryDirectory(prefix="cnnlab-import-") as folder:
        file = Path(folder) / "model.keras"
        file.write_bytes(data)
        return engine.call(
            "cnnlab.importing:import_upload", str(file), name, settings, timeout_s=300.0
        )
