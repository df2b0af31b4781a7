"""All a pause must keep: weights, optimizer, random states, epoch; in one file, replaced whole."""

import csv
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cnnlab.errors import LabError
from cnnlab.runs import NORMS_FILE, Run, replacing

_DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


def save(path: Path, model: keras.Model, epoch: int) -> None:
    """Write the state after `epoch` finished epochs."""
    # `model.variables` holds the seeds of dropout layers too; `optimizer.variables` the averages.
    state: dict[str, Any] = {f"model{i}": np.asarray(v) for i, v in enumerate(model.variables)}
    state |= {f"optimizer{i}": np.asarray(v) for i, v in enumerate(model.optimizer.variables)}
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, epoch=np.array(epoch), **state)


def restore(run: Run, model: keras.Model) -> int:
    """Put a run's saved state back into its freshly compiled `model`.

    Returns:
        How many epochs are done; 0: there is no state, or the history that belongs to it is lost.

    Raises:
        LabError: the checkpoint is damaged.
    """
    if not run.checkpoint_file.exists():
        return 0
    try:
        with np.load(run.checkpoint_file) as state:
            epoch = int(state["epoch"])
            if epoch > len(run.history):
                return 0
            _assign(model.variables, state, "model")
            _assign(model.optimizer.variables, state, "optimizer")
    except _DAMAGED as error:
        raise LabError(
            f"The checkpoint of {run.name} is damaged or belongs to another network: clone the run "
            "to train it anew."
        ) from error
    return epoch


def _assign(
    variables: "list[keras.Variable]", state: Mapping[str, np.ndarray], prefix: str
) -> None:
    for i, variable in enumerate(variables):
        variable.assign(state[f"{prefix}{i}"])


def rewind(run: Run, epoch: int) -> None:
    """Forget what was logged after the checkpoint: those epochs are trained again."""
    _sweep(run)
    rows = run.history[:epoch]
    history = run.path / "history.csv"
    if rows:
        with replacing(history) as temporary, temporary.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    else:
        history.unlink(missing_ok=True)
    # Points count epochs from 0, norms from 1.
    _keep(run.path / "progress.jsonl", [p for p in run.progress(1 << 24) if p["epoch"] < epoch])
    _keep(run.path / NORMS_FILE, [line for line in run.norms if line["epoch"] <= epoch])


def _keep(path: Path, lines: list[dict[str, Any]]) -> None:
    with replacing(path) as temporary:
        temporary.write_text("".join(json.dumps(line) + "\n" for line in lines))


def _sweep(run: Run) -> None:
    """Remove the half-written files a killed worker left behind."""
    for name in ("checkpoint", "history", "metrics", "model", "progress", "status"):
        for file in run.path.glob(f".{name}-*"):
            file.unlink(missing_ok=True)
