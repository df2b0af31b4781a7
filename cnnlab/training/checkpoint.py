"""All a pause must keep: weights, optimizer, random states, epoch; in one file, replaced whole."""

import csv
import json
from pathlib import Path

import keras
import numpy as np

from cnnlab.runs import Run, replacing


def save(path: Path, model: keras.Model, epoch: int) -> None:
    """Write the state after `epoch` finished epochs."""
    # `model.variables` holds the seeds of dropout layers too; `optimizer.variables` the averages.
    state = {f"model{i}": np.asarray(v) for i, v in enumerate(model.variables)}
    state |= {f"optimizer{i}": np.asarray(v) for i, v in enumerate(model.optimizer.variables)}
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, epoch=np.array(epoch), **state)


def restore(path: Path, model: keras.Model) -> int:
    """Put a saved state back into a freshly compiled `model`; the epochs done (0: no state)."""
    model.optimizer.build(model.trainable_variables)
    if not path.exists():
        return 0
    with np.load(path) as state:
        for prefix, variables in (
            ("model", model.variables),
            ("optimizer", model.optimizer.variables),
        ):
            for i, variable in enumerate(variables):
                variable.assign(state[f"{prefix}{i}"])
        return int(state["epoch"])


def rewind(run: Run, epoch: int) -> None:
    """Forget what was logged after the checkpoint: those epochs are trained again."""
    rows = run.history[:epoch]
    history = run.path / "history.csv"
    if rows:
        with replacing(history) as temporary, temporary.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    else:
        history.unlink(missing_ok=True)
    kept = [point for point in run.progress(1 << 24) if point["epoch"] < epoch]
    progress = run.path / "progress.jsonl"
    with replacing(progress) as temporary:
        temporary.write_text("".join(json.dumps(point) + "\n" for point in kept))
