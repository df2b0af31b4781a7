"""The worker against a bare `model.fit` of the same network, data and batch, in the same run.

They train epoch by epoch in turns: the worker in the precision that it finds to be the fastest,
Keras' fit in float32, and PyTorch where it is installed. `CNNLAB_BENCHMARK_NETWORKS` names other
networks than `NETWORKS`, with spaces between. Where MNIST is on this machine, the time to 99 %
follows.
"""

import operator
import os
import statistics
from collections.abc import Callable, Mapping
from typing import Any

from cnnlab import datasets
from cnnlab.architectures import ARCHITECTURES, build
from cnnlab.benchmarks import _contest as contest
from cnnlab.benchmarks import _torch_fit, _turns, _until_99
from cnnlab.prediction import processor
from cnnlab.training.compiling import macs_of
from cnnlab.training.device import device

NETWORKS = ("compact_mnist", "lenet5", "compact_cifar_122k", "squeezenet_a", "resnet8")
_EPOCHS, _BATCH = 30, 128
_FEW, _FEWER = 12_800, 1_280  # pictures of an epoch: of a network with few MACs, and with many
_MACS = 2e10  # of an epoch's forward passes, between those two
_CONTEST = (
    _turns.PROTOCOL
    + """
from cnnlab.benchmarks import _contest

contestants = _contest.turns(*sys.argv[1:3], *map(int, sys.argv[3:6]), sys.argv[6])
while True:
    go()
    done(next(contestants))
"""
)


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Images per second of the worker and of plain fits, per network.

    The ratio is the worker's to the fastest of the others, turn by turn; its spread are the
    quartiles over the turns.
    """
    machine = f"{processor()}, {device()}"
    figures: dict[str, Any] = {"batch_size": _BATCH, "machine": machine}
    say(f"{machine}; batches of {_BATCH}; images per second")
    for name in os.environ.get("CNNLAB_BENCHMARK_NETWORKS", "").split() or NETWORKS:
        figures[name] = _contest(name)
        say(_line(name, figures[name]))
    if datasets.available("mnist").ready:
        figures["until_99"] = _until_99.measure(say)
    return figures


def _contest(name: str) -> dict[str, Any]:
    dataset, pictures = _work(name)
    work = (name, dataset, str(_EPOCHS), str(_BATCH), str(pictures))
    # A precision is one for a whole process: who chooses has its own.
    programs: dict[str, tuple[str, ...]] = {
        "Keras": (_CONTEST, *work, "float32"),
        "worker": (_CONTEST, *work, "auto"),
    }
    if _torch_fit.installed() and (program := _torch_fit.program(name)):
        programs["PyTorch"] = (program, *work)
    found = _turns.speeds(programs, _EPOCHS)
    speed = {who: statistics.median(taken) for who, taken in found.items()}
    chosen = next(who for who in found if who.startswith(contest.CHOSEN))
    others = [who for who in found if "worker" not in who]
    best = max(others, key=speed.__getitem__)
    precision = chosen.removeprefix(contest.CHOSEN)
    # Two processes differ by where their memory lies: in float32 one shares it with Keras' fit.
    ours = contest.WORKER + "float32" if precision == "float32" else chosen
    # Each turn beside its neighbor: the machine's speed changes in between.
    ratios = list(map(operator.truediv, found[ours], found[best]))
    low, middle, high = statistics.quantiles(ratios, n=4)
    return {
        "dataset": dataset,
        "pictures": pictures,
        "precision": precision,
        "images_per_s": speed,
        "worker": speed[ours],
        "best_other": best,
        "ratio": middle,
        "quartiles": (low, high),
    }


def _line(name: str, row: Mapping[str, Any]) -> str:
    speed, (low, high) = row["images_per_s"], row["quartiles"]
    others = ", ".join(f"{who} {taken:,.0f}" for who, taken in speed.items() if "worker" not in who)
    return (
        f"{name:20} on {row['pictures']:,} of {row['dataset']}: {others}; worker "
        f"{row['worker']:,.0f} in {row['precision']}, {row['ratio']:.2f} of the fastest "
        f"({low:.2f} to {high:.2f})"
    )


def _work(name: str) -> tuple[str, int]:
    """A dataset of the network's kind of pictures, the digits where there is none; how many."""
    shape = ARCHITECTURES[name].input_shape
    wanted = "mnist" if shape[-1] == 1 else "cifar10"
    dataset = wanted if datasets.available(wanted).ready else "digits"
    pictures = round(_MACS / macs_of(build(name)) / _BATCH) * _BATCH
    most = datasets.DATASETS[dataset].train_count // _BATCH * _BATCH
    return dataset, min(most, max(_FEWER, min(_FEW, pictures)))
