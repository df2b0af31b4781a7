"""The worker against a bare `model.fit` of the same network, data and batch, in the same run.

They train epoch by epoch in turns, and PyTorch with them where it is installed. Set
`CNNLAB_BENCHMARK_DATASET` to another dataset than the built-in digits, such as mnist. Where MNIST
is on this machine, the time to 99 % follows.
"""

import os
from collections.abc import Callable
from typing import Any

from cnnlab import datasets
from cnnlab.benchmarks import torch_fit, turns, until_99

_NETWORKS = ("mnist_approach_1", "mnist_baseline")
_EPOCHS = 40
_START = (
    turns.PROTOCOL
    + """
from cnnlab import datasets

name, dataset, epochs, batch, limit = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
data = datasets.load(dataset, (28, 28, 1), limit=limit or None)
"""
)
# What a worker does from the first step to the last file, but for its lock and its priority.
_WORKER = (
    _START
    + """
import os, tempfile
from cnnlab import recipe, runs, training

settings = {"epochs": epochs, "batch_size": batch, "train_limit": limit, "schedule": "constant"}

def report(phase="", epoch=0, **_):
    if phase == "training":
        if epoch:
            done(run.history[-1]["images_per_s"])
        go()

with tempfile.TemporaryDirectory() as folder:
    os.environ["CNNLAB_RUNS"] = folder
    run = runs.create(recipe.plan(name, dataset, settings))
    training.train(run, report, data)
"""
)
_PLAIN = (
    _START
    + """
import time
import keras
from cnnlab import architectures

x = data.x_train.astype("float32") / 255
y = keras.utils.to_categorical(data.y_train, 10)
model = architectures.build(name, (28, 28, 1), 10, {})
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"],
              steps_per_execution=int(sys.argv[6]))

class Clock(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        go()
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        done(len(x) / (time.perf_counter() - self.started))

model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0, callbacks=[Clock()])
"""
)


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Images per second of the worker and of the faster of two plain fits, per network."""
    dataset = os.environ.get("CNNLAB_BENCHMARK_DATASET", "digits")
    batch, limit = (32, 0) if dataset == "digits" else (128, 12_800)
    figures: dict[str, Any] = {"dataset": dataset, "batch_size": batch, "train_limit": limit}
    for name in _NETWORKS:
        work = (name, dataset, str(_EPOCHS), str(batch), str(limit))
        programs = {
            "worker": (_WORKER, *work),
            **{f"plain {steps}": (_PLAIN, *work, steps) for steps in ("1", "16")},
        }
        if torch_fit.installed():
            programs["torch"] = (torch_fit.program(name), *work)
        found = turns.speeds(programs, _EPOCHS)
        fit, ours = max(found["plain 1"], found["plain 16"]), found["worker"]
        figures[name] = {"plain_fit": fit, "worker": ours, "ratio": ours / fit}
        line = (
            f"{name:20} on {dataset}: plain fit {fit:,.0f} images/s, worker {ours:,.0f} "
            f"({ours / fit:.2f} of it)"
        )
        if "torch" in found:
            figures[name]["torch"] = found["torch"]
            line += f", PyTorch {found['torch']:,.0f}"
        say(line)
    if datasets.available("mnist").ready:
        figures["until_99"] = until_99.measure(say)
    return figures
