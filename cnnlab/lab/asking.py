"""Questions to the engine: everything that needs Keras."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cnnlab import engine
from cnnlab.runs import Run

WARM_BYTES = 8 * 1024 * 1024


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


def network_script(
    architecture: str,
    knobs: Mapping[str, Any] | None = None,
    input_shape: Sequence[int] | None = None,
    classes: int | None = None,
) -> str:
    """A Keras script of exactly this network, to run without the lab; errors as `layer_table`."""
    return engine.call("cnnlab.architectures:script", architecture, input_shape, classes, knobs)


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
