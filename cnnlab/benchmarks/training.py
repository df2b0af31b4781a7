"""The worker against a bare `model.fit` of the same network, data and batch, in the same run.

They train in processes of their own, one after the other, several rounds; medians count. Set
`CNNLAB_BENCHMARK_DATASET` to another dataset than the built-in digits, such as mnist. PyTorch
trains along where it is installed. Where MNIST is on this machine, the time to 99 % follows.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from cnnlab import datasets, paths
from cnnlab.benchmarks import torch_fit, until_99
from cnnlab.benchmarks.workers import trained
from cnnlab.errors import LabError

_ROUNDS = 3
_NETWORKS = ("mnist_approach_1", "mnist_baseline")
_PLAIN = """
import json, sys, time
import keras
from cnnlab import architectures, datasets

name, dataset, epochs, batch, steps = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
data = datasets.load(dataset, (28, 28, 1))
x = data.x_train.astype("float32") / 255
y = keras.utils.to_categorical(data.y_train, 10)
model = architectures.build(name, (28, 28, 1), 10, {})
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"],
              steps_per_execution=steps)
speeds = []

class Clock(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.perf_counter()
    def on_epoch_end(self, epoch, logs=None):
        speeds.append(len(x) / (time.perf_counter() - self.started))

model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0, callbacks=[Clock()])
print(json.dumps(speeds))
"""


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Images per second of the worker and of the faster of two plain fits, per network."""
    dataset = os.environ.get("CNNLAB_BENCHMARK_DATASET", "digits")
    epochs, batch = (12, 32) if dataset == "digits" else (3, 128)
    figures: dict[str, Any] = {"dataset": dataset, "batch_size": batch}
    for name in _NETWORKS:
        plain, worker, torch = [], [], []
        for _ in range(_ROUNDS):
            plain.append(max(_plain(name, dataset, epochs, batch, steps) for steps in (1, 16)))
            worker.append(_worker(name, dataset, epochs, batch))
            torch += torch_fit.images_per_s(name, dataset, epochs, batch)
        fit, ours = statistics.median(plain), statistics.median(worker)
        figures[name] = {"plain_fit": fit, "worker": ours, "ratio": ours / fit}
        line = (
            f"{name:20} on {dataset}: plain fit {fit:,.0f} images/s, worker {ours:,.0f} "
            f"({ours / fit:.2f} of it)"
        )
        if torch:
            figures[name]["torch"] = statistics.median(torch)
            line += f", PyTorch {figures[name]['torch']:,.0f}"
        say(line)
    if datasets.available("mnist").ready:
        figures["until_99"] = until_99.measure(say)
    return figures


def _plain(name: str, dataset: str, epochs: int, batch: int, steps: int) -> float:
    command = [sys.executable, "-c", _PLAIN, name, dataset, str(epochs), str(batch), str(steps)]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"The plain training failed: {done.stderr.strip().splitlines()[-1]}")
    # The first epoch builds the graph: it is left out on both sides.
    return statistics.median(json.loads(done.stdout.splitlines()[-1])[1:])


def _worker(name: str, dataset: str, epochs: int, batch: int) -> float:
    settings = {"epochs": epochs, "batch_size": batch, "schedule": "constant"}
    with trained(name, dataset, settings) as run:
        return statistics.median(row["images_per_s"] for row in run.history[1:])
