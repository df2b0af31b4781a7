"""A run's config in; history, snapshots and weights out. Runs in a worker process, with Keras.

Everything random follows from the recipe's seed, and everything a pause needs is in the run's
checkpoint, so a training taken up again ends with the weights of one never stopped.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras

from cnnlab import architectures, datasets, runs
from cnnlab.recipe import spoiled_and_mended
from cnnlab.runs import Run
from cnnlab.training import precision
from cnnlab.training.batches import Batches
from cnnlab.training.callbacks import EpochEnd, LearningRates, Progress, StopRequested
from cnnlab.training.checkpoint import restore, rewind
from cnnlab.training.compiling import compile_model, stretch
from cnnlab.training.confusion_matrix import ConfusionMatrix
from cnnlab.training.early_stopping import stalled
from cnnlab.training.examples import Examples
from cnnlab.training.fused_batch_norm import fuse
from cnnlab.training.initial_weights import load_initial_weights
from cnnlab.training.input_pipeline import EpochOrder, feed
from cnnlab.training.snapshots import save_snapshot

__all__ = ["StopRequested", "Task", "both_parts", "train", "usual"]

Report = Callable[..., None]
_NO_END = 2**31 - 1


@dataclass
class Task:
    """What a training works on; the usual one is a network, its pictures and their labels.

    Attributes:
        model: The network that is kept; best epoch, snapshots and metrics are its own.
        batches: Training pictures; `validation` those that choose the best epoch.
        wrapper: What is fitted where that is more than `model`: a model around it that shares
            its weights. Its variables, all of them, are what a checkpoint holds.
        loss: In place of the recipe's.
        callbacks: Further hooks; they come before the epoch's end and the learning rate.
        first_stage: After so many epochs the learning rate's plan begins anew.
    """

    model: keras.Model
    batches: Batches
    validation: Batches
    wrapper: keras.Model | None = None
    loss: keras.losses.Loss | None = None
    callbacks: Sequence[keras.callbacks.Callback] = ()
    first_stage: int = 0


def usual(run: Run, data: datasets.Data) -> Task:
    """The config's architecture, to learn the labels of its pictures.

    Its weights are fresh, or those of the run it begins from.
    """
    config = run.config
    model = architectures.build(
        config.architecture, config.input_shape, config.classes, config.knobs
    )
    if config.parent and not config.compression:  # a student of one begins with fresh weights
        taken = load_initial_weights(model, runs.find(config.parent), config.labels)
        print(f"begun with the weights of {config.parent}: {len(taken)} layers")  # noqa: T201
    if precision.precision(config) == "mixed":
        model = precision.mixed(model)
    return Task(model, *both_parts(run, data))


def both_parts(run: Run, data: datasets.Data) -> tuple[Batches, Batches]:
    """Training and validation pictures in the batches of the run's recipe."""
    classes, recipe = run.config.classes, run.config.recipe
    return (
        Batches(data.x_train, data.y_train, classes, recipe),
        Batches(data.x_val, data.y_val, classes, recipe, training=False),
    )


def train(
    run: Run,
    report: Report,
    data: datasets.Data | None = None,
    task: Callable[[Run, datasets.Data], Task] = usual,
    costs: Callable[[Run, datasets.Data], Task] | None = usual,
) -> keras.Model:
    """Train `run` from its config, or go on from its checkpoint; returns the best epoch's model.

    Args:
        run: A run with a config; its files are written as the training goes.
        report: Called with `phase=` and `epoch=` whenever they change.
        data: The dataset, if loaded already.
        task: Makes what is trained. Called once the seed is set: all that is random in it
            follows from the recipe, so that a resumed training gets the very same.
        costs: Makes what a step of it costs, to find the fastest precision with; None to try
            nothing. As `task`, or cheaper to make.

    Returns:
        The model with the weights of the best validation epoch, also in `run.model_file`.

    Raises:
        StopRequested: the run's stop file appeared; the checkpoint holds the last full epoch.
        LabError: the config names something unknown or impossible.
    """
    config = run.config
    if data is None:
        limit = config.recipe.train_limit or None
        report(phase="loading the pictures")
        data = datasets.load(config.dataset, config.input_shape, limit=limit)
        data = spoiled_and_mended(data, config.recipe)
    _stop_if_asked(run)
    report(phase="building the network")
    # One seed for initial weights, dropout and order: the same run twice is the same run.
    built: list[Task] = []
    run = precision.settled(run, data, costs and _kept(costs, built), report)
    config, recipe = run.config, run.config.recipe
    if task is costs and len(built) == 1 and not config.parent:
        made = built[0]  # from the same seed, and too small for more: not once again
    else:
        keras.utils.set_random_seed(recipe.seed)
        made = task(run, data)
    fuse(made.model)
    fitted = made.wrapper or made.model
    # Hooks of a task's own want to hear of every batch.
    batches = len(made.batches)
    steps = 1 if made.wrapper or made.callbacks else stretch(made.model, recipe, batches)
    confusion = compile_model(fitted, recipe, made.loss, batches, steps, data.y_train)
    first_epoch = restore(run, fitted, data.fingerprint)
    rewind(run, first_epoch)
    made.batches.epoch = first_epoch
    if first_epoch == 0:
        save_snapshot(run, made.model, "initial")
    history = run.history[config.best_from - 1 :]
    rates = LearningRates(run, batches, made.first_stage)
    rates.hear(first_epoch)
    if first_epoch < rates.epochs and not stalled(history, recipe):
        _stop_if_asked(run)
        report(phase="training", epoch=first_epoch)
        with precision.computing(precision.precision(run.config)):
            _fit(run, made, report, first_epoch, confusion, data, rates)
    best = keras.models.load_model(run.model_file, compile=False)
    save_snapshot(run, best, "final")
    return best


def _kept(
    task: Callable[[Run, datasets.Data], Task], built: list[Task]
) -> Callable[[Run, datasets.Data], Task]:
    """As `task`, and what it makes is in `built`, too."""

    def made(run: Run, data: datasets.Data) -> Task:
        built.append(task(run, data))
        return built[-1]

    return made


def _stop_if_asked(run: Run) -> None:
    if run.stop_file.exists():
        raise StopRequested


def _fit(
    run: Run,
    made: Task,
    report: Report,
    first_epoch: int,
    confusion: ConfusionMatrix,
    data: datasets.Data,
    rates: LearningRates,
) -> None:
    batches = made.batches
    started = time.time()
    (made.wrapper or made.model).fit(
        feed(batches),
        epochs=_NO_END,  # where it ends may be changed on the way
        initial_epoch=first_epoch,
        validation_data=feed(made.validation),
        shuffle=False,
        verbose=0,
        callbacks=[
            *made.callbacks,
            precision.Rewritten(precision.precision(run.config)),
            EpochOrder(batches),
            Progress(run, len(batches), batches.pictures),
            Examples(run, data, made.model),
            EpochEnd(run, batches.pictures, report, confusion, data.fingerprint, rates, made.model),
            rates,
        ],
    )
    print(f"trained for {time.time() - started:.1f} s")  # noqa: T201 - into the run's log
