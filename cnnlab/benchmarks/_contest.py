"""A worker's training and plain fits of the same network, in one process, epoch by epoch in turns.

Two processes of one program can differ by a tenth for as long as they live, by where their memory
happens to lie; trainings that share a process share that.
"""

import os
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import keras

from cnnlab import architectures, datasets, recipe, runs, training
from cnnlab.training.precision import fastest, tried

WORKER, CHOSEN = "worker ", "worker's choice "
_STEPS = (1, 16)  # at a stretch, for the plain fits: whichever is faster is the one to reach
_READY, _END = "ready", "end"


class Seat:
    """A training in a thread of its own that waits for its turn before every epoch."""

    def __init__(self, work: Callable[["Seat"], None]) -> None:
        self._free = threading.Semaphore(0)
        self._reports: queue.Queue[str | float | BaseException] = queue.Queue()
        threading.Thread(target=self._run, args=(work,), daemon=True).start()
        self._hear()

    def go(self) -> None:
        """The training is ready for an epoch: wait until it may begin."""
        self._reports.put(_READY)
        self._free.acquire()

    def done(self, speed: float) -> None:
        """The epoch is over."""
        self._reports.put(speed)

    def turn(self) -> float:
        """Let it train an epoch and do what follows one; its images per second."""
        self._free.release()
        speed = self._hear()
        self._hear()
        return speed

    def _run(self, work: Callable[["Seat"], None]) -> None:
        try:
            work(self)
        finally:
            self._reports.put(sys.exception() or _END)

    def _hear(self) -> Any:
        report = self._reports.get()
        if isinstance(report, BaseException):
            raise report
        return report


def turns(
    name: str, dataset: str, epochs: int, batch: int, limit: int, precision: str
) -> Iterator[dict[str, float]]:
    """Images per second epoch after epoch, by who trained.

    Args:
        name: An architecture.
        dataset: With pictures of its kind, or the digits in its size.
        epochs: How many each of them trains.
        batch: Pictures in a batch.
        limit: How many training pictures; 0: all.
        precision: The worker's: "float32" beside plain fits ("plain 1", "plain 16"); "auto" alone,
            and named by what it chose: a precision is one for a whole process.
    """
    shape = architectures.ARCHITECTURES[name].input_shape
    data = datasets.load(dataset, shape, limit=limit or None)
    settings = {
        "epochs": epochs,
        "batch_size": batch,
        "train_limit": limit,
        "schedule": "constant",
        "precision": precision,
    }
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNNLAB_RUNS"] = folder
        run = runs.create(recipe.plan(name, dataset, settings, input_shape=shape))
        who = WORKER + precision
        if precision == "auto":
            found = fastest(tried(run, data, training.usual))
            run, who = runs.settle_precision(run, found), CHOSEN + found
        seats = {who: Seat(lambda seat: _worker(seat, run, data))}
        for steps in _STEPS if precision == "float32" else ():
            work = partial(_plain, name=name, data=data, epochs=epochs, batch=batch, steps=steps)
            seats[f"plain {steps}"] = Seat(work)
        names = list(seats)
        for turn in range(epochs):
            # Everybody begins equally often: what ran before warms or empties the caches.
            first = turn % len(names)
            yield {who: seats[who].turn() for who in names[first:] + names[:first]}


def _worker(seat: Seat, run: runs.Run, data: datasets.Data) -> None:
    """What a worker does from the first step to the last file, but for its lock and priority."""

    def report(phase: str = "", epoch: int = 0, **_: Any) -> None:
        if phase != "training":
            return
        if epoch:
            seat.done(run.history[-1].images_per_s)
        if epoch < run.config.recipe.epochs:
            seat.go()

    training.train(run, report, data)


def _plain(seat: Seat, name: str, data: datasets.Data, epochs: int, batch: int, steps: int) -> None:
    class Clock(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            seat.go()
            self.started = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            seat.done(len(x) / (time.perf_counter() - self.started))

    x = data.x_train.astype("float32") / 255
    y = keras.utils.to_categorical(data.y_train, 10)
    model = architectures.build(name, x.shape[1:], 10)
    model.compile(
        "adam", "categorical_crossentropy", metrics=["accuracy"], steps_per_execution=steps
    )
    model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0, callbacks=[Clock()])
