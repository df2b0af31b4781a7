"""What the heavier shipped networks answered to every test picture, written down once.

`python -m tests.shipped_answers`, with `CNNLAB_DATA` at the datasets, asks them all again. An
answer holds for one file of a network and one set of pictures, whose digests are kept with it.
"""

import hashlib
from pathlib import Path

import numpy as np

from cnnlab import datasets, evaluation, runs
from cnnlab.runs import Run

FILE = Path(__file__).parent / "cases" / "shipped_answers.npz"
HEAVY = 10e9  # multiply-adds for the whole test part; below, it is asked whole every time


def heavy(run: Run) -> bool:
    """Whether asking this network for all test pictures takes seconds."""
    return run.metrics.macs * run.metrics.test_count > HEAVY


def digest(run: Run) -> str:
    """That of the network's file."""
    return hashlib.sha256(run.network_file.read_bytes()).hexdigest()


def kept(run: Run, data: datasets.Data) -> np.ndarray | None:
    """The answers of exactly this file to exactly these pictures, if they were written down."""
    with np.load(FILE) as file:
        if run.name not in file:
            return None
        same = file[f"{run.name}/of"].tolist() == [digest(run), data.fingerprint]
        return file[run.name] if same else None


def digests() -> dict[str, str]:
    """By name, the digest of each network's file whose answers are here."""
    with np.load(FILE) as file:
        return {name: str(file[f"{name}/of"][0]) for name in file if "/" not in name}


def some(truth: np.ndarray, called: np.ndarray) -> np.ndarray:
    """Places `(m,)` of a tenth of the pictures, classes and their errors in proportion."""
    return np.lexsort((called, truth))[::10]


def write() -> None:
    """Ask every heavy network and write down what it says."""
    said: dict[str, np.ndarray] = {}
    for run in filter(heavy, runs.pretrained()):
        data = datasets.load(datasets.stand_in(run.config.dataset), tuple(run.config.input_shape))
        data = evaluation.fitting(run, data)
        said[run.name] = evaluation.answer(run, data.x_test).argmax(axis=1).astype(np.uint8)
        said[f"{run.name}/of"] = np.array([digest(run), data.fingerprint])
    np.savez_compressed(FILE, **said)


if __name__ == "__main__":
    write()
