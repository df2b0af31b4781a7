"""How a network is trained: the settings, their legal ranges, and the learning-rate curve.

Plain data without Keras: the form on the page, the command line and the worker share it.
"""

import math
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cnnlab import augmentation, datasets
from cnnlab.architectures import ARCHITECTURES, ArchitectureCard
from cnnlab.errors import LabError
from cnnlab.flaws import planted
from cnnlab.losses import LOSSES
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.recipe._knobs import KNOBS
from cnnlab.registry import Value, check_knobs
from cnnlab.repairs import repaired
from cnnlab.schedules import SCHEDULES, planned_rate
from cnnlab.schema import Recipe, RunConfig, from_json

# Below so many training pictures, batches of 128 make too few steps for batch-norm to settle.
_FEW_PICTURES, _FEW_PICTURES_EPOCHS = 5000, 30
ENOUGH_STEPS = 1_200  # steps a small network needs until its accuracy stays: 30 epochs of digits
_BATCHES, _STEPS_OF_EPOCH = (32, 16, 8), 8  # the largest batch that leaves an epoch so many steps


def defaults(dataset: str) -> dict[str, Value]:
    """What is set when the reader sets nothing.

    On little data small batches, and as many epochs as `ENOUGH_STEPS` take: with fewer pictures an
    epoch is shorter, but a network needs no fewer steps.
    """
    usual = {knob.name: knob.default for knob in KNOBS}
    count = datasets.DATASETS[dataset].train_count
    if count < _FEW_PICTURES:
        learned = count - math.ceil(count / 10)  # the others are for validation
        fitting = (size for size in _BATCHES if steps_of(learned, size) >= _STEPS_OF_EPOCH)
        batch = next(fitting, _BATCHES[-1])
        epochs = max(_FEW_PICTURES_EPOCHS, epochs_of(ENOUGH_STEPS, learned, batch))
        usual |= {"epochs": epochs, "batch_size": batch}
    return usual


def steps_of(pictures: int, batch_size: int) -> int:
    """Steps of an epoch of so many training pictures; the last batch may be smaller."""
    return max(1, math.ceil(pictures / batch_size))


def epochs_of(steps: int, pictures: int, batch_size: int) -> int:
    """Epochs that so many steps take."""
    return math.ceil(steps / steps_of(pictures, batch_size))


LEVELS = ("quick", "usual", "thorough")


def level(dataset: str, name: str) -> dict[str, Value]:
    """The defaults made quick or thorough: a quarter of the epochs, or three times as many on
    pictures that are changed a little each time.
    """
    values = defaults(dataset)
    epochs = int(values["epochs"])
    if name == "quick":
        return values | {"epochs": -(-epochs // 4)}
    if name == "thorough":
        kind = datasets.DATASETS[dataset].preparation
        presets = [card.name for card in augmentation.PRESETS if card.usual_for == kind]
        return values | {"epochs": 3 * epochs, "augmentation": (*presets, "none")[0]}
    return values


def check(values: Mapping[str, Any], dataset: str) -> dict[str, Value]:
    """A complete recipe from the given settings, the dataset's defaults filled in.

    Raises:
        LabError: an unknown setting or an illegal value.
    """
    recipe = check_knobs(KNOBS, defaults(dataset) | dict(values), "Training")
    if not recipe["learning_rate"]:
        recipe["learning_rate"] = OPTIMIZERS[str(recipe["optimizer"])].learning_rate
    loss = LOSSES[str(recipe["loss"])]
    if recipe["label_smoothing"] and not loss.smooths:
        raise LabError(f"{loss.title} takes no label smoothing: set it to 0.")
    _check_augmentation(str(recipe["augmentation"]), dataset)
    return recipe


def _check_augmentation(preset: str, dataset: str) -> None:
    """Raise a `LabError` where an operation of the preset has no meaning for these classes."""
    values = augmentation.settings(preset)
    for card in augmentation.operations():
        if card.on(values) and not card.accepts(datasets.DATASETS[dataset].labels):
            raise LabError(
                f"{card.title} need {card.needs}, and those of {dataset} are others: choose "
                f"another augmentation than {augmentation.PRESETS[preset].title!r}."
            )


def plan(
    architecture: str,
    dataset: str,
    recipe: Mapping[str, Any] | None = None,
    knobs: Mapping[str, Any] | None = None,
    input_shape: Sequence[int] | None = None,
    title: str = "",
) -> RunConfig:
    """The config of a training: every setting checked and written out, defaults included.

    Args:
        architecture: Key of `architectures.ARCHITECTURES`.
        dataset: Key of `datasets.DATASETS`.
        recipe: Some of `KNOBS`; the others keep their defaults.
        knobs: Some of the architecture's knobs.
        input_shape: (height, width, channels); None takes the architecture's own on a dataset
            it was made for, else the dataset's.
        title: A name of the reader's own.

    Raises:
        LabError: an unknown name or an illegal value.
    """
    card, data = ARCHITECTURES[architecture], datasets.DATASETS[dataset]
    asked = own_shape(card, data) if input_shape is None else input_shape
    height, width, channels = datasets.check_shape(data, asked)
    config = RunConfig(
        architecture=card.name,
        knobs=card.check(knobs or {}),
        dataset=dataset,
        input_shape=(height, width, channels),
        classes=len(data.labels),
        labels=tuple(data.labels),
        preparation="digit" if data.preparation == "digit" else "picture",
        recipe=of_settings(check(recipe or {}, dataset)),
        title=title.strip()[:80],
        created=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    )
    return replace(config, command=command(config))


def of_settings(settings: Mapping[str, Value]) -> Recipe:
    """The record of checked settings; those not given keep their usual value."""
    return from_json(Recipe, Recipe().settings | dict(settings))


def usual_dataset(card: ArchitectureCard) -> str:
    """The first dataset a network was made for that is on this machine, else the digits."""
    wanted = map(datasets.stand_in, card.datasets)
    return next((name for name in wanted if datasets.available(name).ready), "digits")


def own_shape(card: ArchitectureCard, data: datasets.DatasetCard) -> tuple[int, int, int]:
    """The network's own size on a dataset it was made for, else the dataset's."""
    return card.input_shape if set(data.kin) & set(card.datasets) else data.input_shape


def parse_shape(text: str) -> tuple[int, int, int]:
    """A size such as "28x28x1" (or with ×) as numbers.

    Raises:
        LabError: it does not read so.
    """
    parts = str(text).lower().replace("×", "x").split("x")
    if len(parts) != 3 or not all(part.strip().isdecimal() for part in parts):
        raise LabError(f"A size reads height x width x channels: 28x28x1. Received: {text!r}.")
    height, width, channels = (int(part) for part in parts)
    return height, width, channels


def command(config: RunConfig) -> str:
    """The shell command that repeats this training: what differs from the defaults, spelled out."""
    card = ARCHITECTURES[config.architecture]
    words = ["python -m cnnlab train", config.architecture, "--dataset", config.dataset]
    usual = check({"optimizer": config.recipe.optimizer}, config.dataset)
    for name, value in config.recipe.settings.items():
        # Epochs and seed always, so that the line says what it does.
        if value != usual[name] or name in ("epochs", "seed", "optimizer"):
            words += [f"--{name.replace('_', '-')}", str(value)]
    for knob in card.knobs:
        if config.knobs[knob.name] != knob.default:
            words += ["--knob", f"{knob.name}={config.knobs[knob.name]}"]
    data = datasets.DATASETS[config.dataset]
    if config.input_shape != own_shape(card, data):
        words += ["--input", config.words_of_shape]
    return " ".join(words[:1] + [shlex.quote(word) for word in words[1:]])


def spoiled_and_mended(data: datasets.Data, recipe: Recipe) -> datasets.Data:
    """The data a training sees: with the recipe's flaw, then its repair; the test part as it was.

    Raises:
        LabError: the flaw or the repair is unknown.
    """
    return repaired(planted(data, recipe), recipe)


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """The planned rate at batch `step` (0-based) of `steps` in the whole training.

    What a schedule makes of the losses as they come in is `rate_factor`.
    """
    return planned_rate(recipe, step / max(1, steps))


def rate_factor(recipe: Recipe, losses: Sequence[float]) -> float:
    """What the planned rate is multiplied by after these validation losses, one per epoch."""
    by_losses = SCHEDULES[recipe.schedule].by_losses
    return by_losses(losses) if by_losses else 1.0


def stalled_epochs(losses: Sequence[float]) -> int:
    """Epochs since the lowest validation loss; what early stopping's patience is held against."""
    return len(losses) - 1 - losses.index(min(losses)) if losses else 0
