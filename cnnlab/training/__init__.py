"""A run's config in; history, snapshots and weights out. Runs in a worker process, with Keras.

Everything random follows from the recipe's seed, and everything a pause needs is in the run's
checkpoint, so a training taken up again ends with the weights of one never stopped.
"""

import time
from collections.abc import Callable

import keras

from cnnlab import architectures, datasets
from cnnlab.runs import Run
from cnnlab.training.batches import Batches
from cnnlab.training.callbacks import EpochEnd, LearningRate, Progress, StopRequested, stalled
from cnnlab.training.checkpoint import restore, rewind
from cnnlab.training.compiling import compile_model
from cnnlab.training.snapshots import save_snapshot

__all__ = ["StopRequested", "train"]

Report = Callable[..., None]


def train(run: Run, report: Report, data: datasets.Data | None = None) -> keras.Model:
    """Train `run` from its config, or go on from its checkpoint; returns the best epoch's model.

    Args:
        run: A run with a config; its files are written as the training goes.
        report: Called with `phase=` and `epoch=` whenever they change.
        data: The dataset, if loaded already.

    Returns:
        The model with the weights of the best validation epoch, also in `run.model_file`.

    Raises:
        StopRequested: the run's stop file appeared; the checkpoint holds the last full epoch.
        LabError: the config names something unknown or impossible.
    """
    config, recipe = run.config, run.config["recipe"]
    if data is None:
        report(phase="loading the pictures")
        data = datasets.load(
            config["dataset"], tuple(config["input_shape"]), limit=recipe["train_limit"] or None
        )
    _stop_if_asked(run)
    report(phase="building the network")
    # One seed for initial weights, dropout and order: the same run twice is the same run.
    keras.utils.set_random_seed(int(recipe["seed"]))
    model = architectures.build(
        config["architecture"], tuple(config["input_shape"]), config["classes"], config["knobs"]
    )
    batches = Batches(data.x_train, data.y_train, config["classes"], recipe)
    compile_model(model, recipe)
    first_epoch = restore(run, model)
    rewind(run, first_epoch)
    batches.epoch = first_epoch
    if first_epoch == 0:
        save_snapshot(run, model, "initial")
    if first_epoch < recipe["epochs"] and not stalled(run.history, recipe):
        _stop_if_asked(run)
        report(phase="training", epoch=first_epoch)
        _fit(run, model, batches, data, report, first_epoch)
    best = keras.models.load_model(run.model_file, compile=False)
    save_snapshot(run, best, "final")
    return best


def _stop_if_asked(run: Run) -> None:
    if run.stop_file.exists():
        raise StopRequested


def _fit(run, model, batches, data, report, first_epoch) -> None:
    recipe = run.config["recipe"]
    validation = Batches(data.x_val, data.y_val, run.config["classes"], recipe, training=False)
    started = time.time()
    model.fit(
        batches,
        epochs=recipe["epochs"],
        initial_epoch=first_epoch,
        validation_data=validation,
        shuffle=False,
        verbose=0,
        callbacks=[
            LearningRate(run, recipe, len(batches)),
            Progress(run, recipe, len(batches), batches.pictures),
            EpochEnd(run, recipe, batches.pictures, report),
        ],
    )
    print(f"trained for {time.time() - started:.1f} s")  # noqa: T201 - into the run's log
