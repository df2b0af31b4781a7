"""Seconds of training until 99 % of MNIST's test pictures are read: Keras' example, and ours.

The example is trained as published (Chollet, "Simple MNIST convnet",
keras.io/examples/vision/mnist_convnet), and looked at after every epoch; its clock stops at the
first one that reads 99.0 % of the test pictures. Ours is trained to its end by a worker, and what
is read there counts, so that chance favors the example. Both clocks start with the first step and
leave out loading; ours holds all a worker does besides: validation, snapshots, checkpoints.
`CNNLAB_BENCHMARK_SEEDS` sets how many seeds of each are trained.
"""

import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from cnnlab import datasets, paths
from cnnlab.benchmarks._workers import trained
from cnnlab.errors import LabError

GOAL = 0.99
NETWORK = "lenet5"
# Strides before wide layers save most of the work, batch-norm most of the epochs.
KNOBS = {
    "activation": "relu",
    "downsampling": "stride",
    "normalization": "batch",
    "width": 1.5,
}
RECIPE = {"epochs": 2, "batch_size": 192, "learning_rate": 0.01, "schedule": "one_cycle"}
_EXAMPLE = """
import json, sys, time
import keras
import numpy as np
from keras import layers
from cnnlab import datasets

keras.utils.set_random_seed(int(sys.argv[1]))
data = datasets.load("mnist", (28, 28, 1))
x = np.concatenate([data.x_train, data.x_val]).astype("float32") / 255
y = keras.utils.to_categorical(np.concatenate([data.y_train, data.y_val]), 10)
x_test = data.x_test.astype("float32") / 255
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Conv2D(64, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Flatten(),
    layers.Dropout(0.5),
    layers.Dense(10, activation="softmax"),
])
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
epochs, tested = [], 0.0

class Look(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        global tested
        now = time.perf_counter()
        predicted = model.predict(x_test, batch_size=500, verbose=0).argmax(1)
        epochs.append([now - started - tested, float((predicted == data.y_test).mean())])
        tested += time.perf_counter() - now
        model.stop_training = epochs[-1][1] >= float(sys.argv[2])

started = time.perf_counter()
model.fit(x, y, batch_size=128, epochs=15, validation_split=0.1, verbose=0, callbacks=[Look()])
print(json.dumps(epochs))
"""


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Both, seed by seed in turn; mean seconds, accuracies, and how many times sooner ours is.

    Raises:
        LabError: MNIST is not on this machine, or a training failed.
    """
    found = datasets.available("mnist")
    if not found.ready:
        raise LabError(found.sentence)
    seeds = range(int(os.environ.get("CNNLAB_BENCHMARK_SEEDS") or 1))
    keras_example, lab_runs = [], []
    for seed in seeds:
        keras_example.append(_example(seed))
        lab_runs.append(_ours(seed))
        (example_s, example_accuracy), (lab_s, lab_accuracy) = keras_example[-1][-1], lab_runs[-1]
        say(
            f"seed {seed}: Keras' example {example_accuracy:.2%} after {len(keras_example[-1])} "
            f"epochs, {example_s:.1f} s; ours {lab_accuracy:.2%}, {lab_s:.1f} s"
        )
    figures = {
        "seeds": len(seeds),
        "example_s": statistics.mean(epochs[-1][0] for epochs in keras_example),
        "example_accuracy": statistics.mean(epochs[-1][1] for epochs in keras_example),
        "ours_s": statistics.mean(seconds for seconds, _ in lab_runs),
        "ours_accuracy": statistics.mean(accuracy for _, accuracy in lab_runs),
    }
    figures["times_sooner"] = figures["example_s"] / figures["ours_s"]
    reached = "" if figures["ours_accuracy"] >= GOAL else f", but ours stays below {GOAL:.1%}"
    say(
        f"mean of {len(seeds)}: Keras' example {figures['example_accuracy']:.2%} in "
        f"{figures['example_s']:.1f} s, ours {figures['ours_accuracy']:.2%} in "
        f"{figures['ours_s']:.1f} s: {figures['times_sooner']:.1f} times sooner{reached}"
    )
    return figures


def _example(seed: int) -> list[tuple[float, float]]:
    """After each epoch: (seconds so far, test accuracy); ends where the goal is reached."""
    command = [sys.executable, "-c", _EXAMPLE, str(seed), str(GOAL)]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"Keras' example failed: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def _ours(seed: int) -> tuple[float, float]:
    """(Seconds, test accuracy) of a worker's whole training."""
    with trained(NETWORK, "mnist", RECIPE | {"seed": seed}, KNOBS) as run:
        match = re.search(r"trained for ([\d.]+) s", run.log(1000))
        accuracy = run.metrics.test_accuracy
        if match is None or accuracy is None:
            raise LabError(f"{run.name} did not say how long it trained, or how well.")
        return float(match[1]), accuracy
