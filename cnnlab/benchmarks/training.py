"""The worker against a bare `model.fit` of the same network, data and batch, in the same run.

They train epoch by epoch in turns, and PyTorch with them where it is installed. Set
`CNNLAB_BENCHMARK_DATASET` to another dataset than the built-in digits, such as mnist. Where MNIST
is on this machine, the time to 99 % follows.
"""

import operator
import os
import statistics
from collections.abc import Callable
from typing import Any

from cnnlab import datasets
from cnnlab.benchmarks import _torch_fit, _turns, _until_99

_NETWORKS = ("mnist_approach_1", "mnist_baseline")
_EPOCHS = 40
_FEW = 12_800  # pictures; of a larger dataset so many are learned
_KERAS = (
    _turns.PROTOCOL
    + """
from cnnlab.benchmarks import _contest

contestants = _contest.turns(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
while True:
    go()
    done(next(contestants))
"""
)


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Images per second of the worker and of plain fits, per network.

    The ratio is the worker's to the plain fit that leaves it less.
    """
    dataset = os.environ.get("CNNLAB_BENCHMARK_DATASET", "digits")
    batch, limit = (32, 0) if datasets.DATASETS[dataset].train_count <= _FEW else (128, _FEW)
    figures: dict[str, Any] = {"dataset": dataset, "batch_size": batch, "train_limit": limit}
    for name in _NETWORKS:
        work = (name, dataset, str(_EPOCHS), str(batch), str(limit))
        programs = {"Keras": (_KERAS, *work)}
        if _torch_fit.installed():
            programs["PyTorch"] = (_torch_fit.program(name), *work)
        found = _turns.speeds(programs, _EPOCHS)
        speed = {who: statistics.median(taken) for who, taken in found.items()}
        fits = [who for who in found if who.startswith("plain")]
        # Each turn beside its neighbors: the machine's speed changes in between.
        ratio = min(
            statistics.median(map(operator.truediv, found["worker"], found[fit])) for fit in fits
        )
        fit = max(speed[who] for who in fits)
        figures[name] = {"plain_fit": fit, "worker": speed["worker"], "ratio": ratio}
        line = (
            f"{name:20} on {dataset}: plain fit {fit:,.0f} images/s, worker "
            f"{speed['worker']:,.0f} ({ratio:.3f} of it, turn by turn)"
        )
        if "torch" in speed:
            figures[name]["torch"] = speed["torch"]
            line += f", PyTorch {speed['torch']:,.0f}"
        say(line)
    if datasets.available("mnist").ready:
        figures["until_99"] = _until_99.measure(say)
    return figures
