"""All a pause must keep: weights, optimizer, random states, epoch; in one file, replaced whole."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cnnlab import schema
from cnnlab.errors import DAMAGED, LabError
from cnnlab.runs import ANSWERS_FILE, HISTORY_FILE, NORMS_FILE, PROGRESS_FILE, Run
from cnnlab.schema import ExampleAnswers, LayerNorms, ProgressPoint


def save(path: Path, model: keras.Model, epoch: int, fingerprint: str = "") -> None:
    """Write the state after `epoch` finished epochs on the data of that fingerprint."""
    # `model.variables` holds the seeds of dropout layers too; `optimizer.variables` the averages.
    state: dict[str, Any] = {f"model{i}": np.asarray(v) for i, v in enumerate(model.variables)}
    state |= {f"optimizer{i}": np.asarray(v) for i, v in enumerate(model.optimizer.variables)}
    with schema.replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, epoch=np.array(epoch), data=np.array(fingerprint), **state)


def restore(run: Run, model: keras.Model, fingerprint: str = "") -> int:
    """Put a run's saved state back into its freshly compiled `model`.

    Args:
        run: The run that is taken up again.
        model: What is fitted.
        fingerprint: Of the data it is to go on with.

    Returns:
        How many epochs are done; 0: there is no state, or the history that belongs to it is lost.

    Raises:
        LabError: the checkpoint is damaged, or the run began on other data.
    """
    if not run.checkpoint_file.exists():
        return 0
    try:
        with np.load(run.checkpoint_file) as state:
            epoch = int(state["epoch"])
            if epoch > len(run.history):
                return 0
            _same_data(run, str(state["data"]) if "data" in state else "", fingerprint)
            _assign(model.variables, state, "model")
            _assign(model.optimizer.variables, state, "optimizer")
    except DAMAGED as error:
        raise LabError(
            f"The checkpoint of {run.name} is damaged or belongs to another network: clone the run "
            "to train it anew."
        ) from error
    return epoch


def _same_data(run: Run, before: str, now: str) -> None:
    """Raise a `LabError` where a training would go on with other pictures than it began with."""
    if before and now and before != now:
        raise LabError(
            f"{run.name} began on other pictures than {run.config.dataset} holds now "
            f"(fingerprint {before[:12]}, now {now[:12]}): bring the earlier ones back, or clone "
            "the run to train it anew on these."
        )


def _assign(
    variables: "list[keras.Variable]", state: Mapping[str, np.ndarray], prefix: str
) -> None:
    for i, variable in enumerate(variables):
        variable.assign(state[f"{prefix}{i}"])


def rewind(run: Run, epoch: int) -> None:
    """Forget what was logged after the checkpoint: those epochs are trained again."""
    _sweep(run)
    rows = run.history[:epoch]
    if rows:
        schema.write_history(run.path / HISTORY_FILE, rows)
    else:
        (run.path / HISTORY_FILE).unlink(missing_ok=True)
    # Points count epochs from 0, the others from 1.
    _keep(run.path / PROGRESS_FILE, [p for p in run.progress(1 << 24) if p.epoch < epoch])
    _keep(run.path / NORMS_FILE, [line for line in run.norms if line.epoch <= epoch])
    _keep(run.path / ANSWERS_FILE, [line for line in run.example_answers if line.epoch <= epoch])


def _keep(
    path: Path, lines: Sequence[ProgressPoint] | Sequence[LayerNorms] | Sequence[ExampleAnswers]
) -> None:
    with schema.replacing(path) as temporary:
        temporary.write_text("".join(map(schema.line_of, lines)))


def _sweep(run: Run) -> None:
    """Remove the half-written files a killed worker left behind."""
    for file in run.path.glob(".*-*"):
        if file.is_file():
            file.unlink(missing_ok=True)
