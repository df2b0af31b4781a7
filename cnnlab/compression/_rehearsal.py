"""A long piece of work tried once, from end to end, before hours are spent on it.

Two epochs at most, on a few made-up pictures: networks are built, teacher and student matched,
both stages trained, checkpoint and model saved and read again, pruned filters taken out, the
LiteRT file written and asked. What would fail at the end fails now, in its own words.
"""

import gc
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np

from cnnlab import (
    architectures,
    compression,
    evaluation,
    export,
    prediction,
    progress,
    runs,
    training,
)
from cnnlab.architectures import ARCHITECTURES
from cnnlab.compression.distillation import distillation_task
from cnnlab.datasets import Data
from cnnlab.errors import LabError
from cnnlab.runs import CONFIG_FILE, Run
from cnnlab.schema import Compression, RunConfig, write
from cnnlab.training.compiling import macs_of

LONG_WORK = 3e12  # some five minutes on two cores: below, the work itself tells soon enough
_REFUSED = (ValueError, TypeError, KeyError, AttributeError, RuntimeError)
_BATCH = 8
_MOST_PICTURES = 32
_RATE = 1e-6  # nothing shall explode here that would not in earnest


@dataclass(frozen=True)
class _Trial(Run):
    """A run that is tried: in a folder of its own, stopped by the stop file of the real one."""

    stop: Path = Path("stop")

    @property
    def stop_file(self) -> Path:
        """The real run's."""
        return self.stop


def rehearse(run: Run, data: Data, report: Callable[..., None]) -> None:
    """Try all that a run's work needs, where that work is long and has not begun.

    Args:
        run: In a worker, with Keras; nothing in its folder changes.
        data: What it will be trained on; only its number of pictures counts here.
        report: Called with `phase=`.

    Raises:
        training.StopRequested: the run's stop file appeared.
        LabError: what the work would end with.
    """
    if run.history or work_of(run.config, len(data.x_train)) < LONG_WORK:
        return
    report(phase="trying every step once")
    with TemporaryDirectory(dir=run.path, prefix=".rehearsal-") as folder:
        made, pictures = _trial(run.config, Path(folder), run.stop_file), _pictures(run.config)
        make = compression.make if run.config.compression else training.train
        with redirect_stdout(StringIO()):  # the work itself will say so in the run's log
            _converted(made, make(made, _silent, pictures), pictures)
    gc.collect()


def rehearse_chain(teacher: Run, configs: Sequence[RunConfig]) -> None:
    """Try distillations before any is queued: each student may teach the next.

    Args:
        teacher: The first teacher; one that waits in the queue itself is built anew.
        configs: The distilled runs, in their order. Where one's parent is another run than
            `teacher`, it is the one before it.

    Raises:
        LabError: what one of them would end with, and which.
    """
    if not teacher.model_file.is_file() and teacher.config.architecture not in ARCHITECTURES:
        return  # a network that is only being made: nothing to try yet
    first = before = _network(teacher)
    for number, config in enumerate(configs):
        progress.tell(number, len(configs), "trainings tried")
        parent = first if config.parent == teacher.name else before
        with TemporaryDirectory(prefix="cnnlab-rehearsal-") as folder:
            before = _taught(_trial(config, Path(folder), Path(folder) / "stop"), parent)


def work_of(config: RunConfig, pictures: int) -> float:
    """Multiply-accumulates of a whole training, forward and backward, its teacher's left out."""
    if not config.recipe.trains:
        return 0.0
    if config.architecture in ARCHITECTURES:
        shape = config.input_shape
        model = architectures.build(config.architecture, shape, config.classes, config.knobs)
    else:
        model = evaluation.load_model(runs.find(config.parent or ""))
    return 3.0 * macs_of(model) * pictures * config.recipe.epochs


def _network(teacher: Run) -> keras.Model:
    config = teacher.config
    if teacher.model_file.is_file():
        return evaluation.load_model(teacher)
    return architectures.build(
        config.architecture, config.input_shape, config.classes, config.knobs
    )


def _taught(made: Run, parent: keras.Model) -> keras.Model:
    pictures = _pictures(made.config)
    try:
        with redirect_stdout(StringIO()):
            model = training.train(
                made, _silent, pictures, lambda run, data: distillation_task(run, data, parent)
            )
            _converted(made, model, pictures)
    except LabError as error:
        raise LabError(f"{made.config.architecture} cannot be taught so: {error}") from error
    except _REFUSED as error:  # by Keras, of a network that nobody foresaw
        words = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise LabError(
            f"{made.config.architecture} cannot be taught so ({words}): choose another student "
            "or method."
        ) from error
    return model


def _trial(config: RunConfig, folder: Path, stop: Path) -> Run:
    """The run to try: as asked, in its shortest form."""
    made = _Trial(folder / "run", stop)
    made.path.mkdir()
    staged = config.compression is not None and config.compression.settings.get("first_stage")
    recipe = replace(
        config.recipe,
        epochs=2 if staged and config.recipe.epochs > 1 else 1,
        batch_size=min(config.recipe.batch_size, _BATCH),
        learning_rate=_RATE,
        patience=0,
        train_limit=0,
    )
    short = replace(config, recipe=recipe, best_from=1, compression=_short(config.compression))
    write(made.path / CONFIG_FILE, short)
    return made


def _short(made: Compression | None) -> Compression | None:
    """All that is pruned goes in the one epoch there is."""
    if made is None or "ramp" not in made.settings:
        return made
    return replace(
        made, settings=dict(made.settings) | {"ramp": min(int(made.settings["ramp"]), 1)}
    )


def _pictures(config: RunConfig) -> Data:
    """Made-up pictures in the run's shape: a batch or a few, of the first classes."""
    count = min(max(_BATCH, config.classes), _MOST_PICTURES)
    truth = np.arange(count) % config.classes
    noise = np.random.default_rng(0).integers(0, 256, (count, *config.input_shape), "uint8")
    part = (noise, truth)
    return Data(config.dataset, *part, *part, *part, config.labels, "made up", "")


def _converted(made: Run, model: keras.Model, pictures: Data) -> None:
    """What follows the last epoch: the file that answers, read and asked."""
    export.save_tflite(made, model)
    prediction.answer_all(made.tflite_file.read_bytes(), pictures.x_test[:1], 1)


def _silent(**_progress: object) -> None:
    """Nobody needs to hear of a rehearsal's epochs."""
