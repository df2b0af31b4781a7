"""The configs of runs that make another run smaller. Plain data, without Keras."""

import shlex
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from cnnlab import augmentation, datasets, recipe
from cnnlab.architectures import ARCHITECTURES
from cnnlab.compression import (
    KINDS,
    METHODS,
    DistillationCard,
    FineTunedQuantizationCard,
    MethodCard,
    PruningCard,
    QuantizationCard,
    first_method,
    methods,
)
from cnnlab.errors import LabError
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.registry import Value
from cnnlab.runs import Run
from cnnlab.schema import Compression, Recipe, RunConfig

THINNED = "thinned"


def check_parent(parent: Run) -> None:
    """Raise a `LabError` where nothing smaller can be made of `parent`."""
    if parent.config.dataset not in datasets.DATASETS:
        raise LabError(
            f"Nobody said what {parent.name} was trained on: import it again and name its "
            "dataset, so that its children can be tested."
        )
    if parent.network_file == parent.tflite_file:
        raise LabError(
            f"{parent.name} is quantized already: choose {parent.config.parent}, "
            "the run it was made from."
        )
    if not parent.status.active and not parent.model_file.is_file():
        raise LabError(f"{parent.name} has no trained model: train it first.")


def distill(
    parent: Run,
    method: str,
    student: str,
    settings: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None,
    knobs: Mapping[str, Any] | None = None,
    title: str = "",
) -> RunConfig:
    """The config of a student that learns from `parent`.

    Args:
        parent: The teacher; done, or still in the queue.
        method: Name of a distillation card; empty: the one to begin with.
        student: Name of an architecture.
        settings: Some of the method's knobs.
        training: Some of `recipe.KNOBS`; over the method's own usual ones.
        knobs: Some of the student's knobs.
        title: A name of the reader's own.

    Raises:
        LabError: an unknown name, an illegal value, or a teacher that cannot teach this student.
    """
    card = _card(method, "distillation", DistillationCard)
    check_parent(parent)
    dataset, shape = datasets.stand_in(parent.config.dataset), parent.config.input_shape
    asked = dict(card.recipe) | dict(training or {})
    config = recipe.plan(student, dataset, asked, knobs, shape, title)
    if config.labels != parent.config.labels:
        raise LabError(f"{parent.name} tells other classes apart than {dataset} has.")
    checked = card.check(settings or {})
    if card.freezes and any(augmentation.settings(config.recipe.augmentation).values()):
        raise LabError("Frozen features are computed once: set augmentation to none.")
    if config.recipe.patience and checked.get("first_stage"):
        raise LabError("Early stopping and two stages do not go together: set patience to 0.")
    usual = recipe.check(dict(card.recipe), dataset)
    return _made_from(parent, card, checked, config, usual)


def made(
    parent: Run,
    method: str,
    settings: Mapping[str, Any],
    training: Mapping[str, Any],
    student: str,
    knobs: Mapping[str, Any],
    title: str = "",
) -> RunConfig:
    """The config of a student of `parent`, or of `parent` pruned, as the method says.

    A pruned network is trained on as its parent was: of `training` only epochs and seed count.
    Other arguments as of `distill`, `student` and `knobs` are for a distillation alone.

    Raises:
        LabError: as `distill`.
    """
    if isinstance(METHODS[method], PruningCard):
        own = {key: training[key] for key in ("epochs", "seed") if key in training}
        return prune(parent, method, settings, own, title)
    return distill(parent, method, student, settings, training, knobs, title)


def scratch(config: RunConfig) -> RunConfig:
    """The config of the same student without its teacher: data, epochs and seed are the same.

    A front that only the teacher could fill is not frozen but learned.
    """
    knobs = dict(config.knobs)
    if "frozen_front" in knobs:
        knobs["frozen_front"] = False
    return recipe.plan(
        config.architecture,
        config.dataset,
        config.recipe.settings,
        knobs,
        config.input_shape,
        f"{config.title} from scratch" if config.title else "",
    )


def prune(
    parent: Run,
    method: str,
    settings: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None,
    title: str = "",
) -> RunConfig:
    """The config of `parent` with its least important weights or filters taken away.

    `training` is the fine-tuning: some of `recipe.KNOBS`, over `finetuning(parent)`.

    Raises:
        LabError: as `distill`.
    """
    card = _card(method, "pruning", PruningCard)
    check_parent(parent)
    values = recipe.check(finetuning(parent) | dict(training or {}), parent.config.dataset)
    if values["ema"]:
        raise LabError(
            "A moving average of the weights would bring pruned ones back: set ema to 0."
        )
    checked = card.check(settings or {})
    # All is gone by the last epoch at the latest, and only from then on an epoch is kept.
    ramp = checked["ramp"] = min(int(checked["ramp"]), int(values["epochs"]))
    config = _like(parent, recipe.of_settings(values), title, card.removes)
    config = replace(config, best_from=max(1, ramp))
    return _made_from(parent, card, checked, config, finetuning(parent))


def finetuning(parent: Run) -> dict[str, Value]:
    """How a pruned network is trained on: as its parent was, a third as long at half the rate."""
    before = parent.config.recipe
    known = before.settings if before.trains else {}
    usual = recipe.defaults(parent.config.dataset) | known
    usual = {k: v for k, v in usual.items() if k not in ("patience", "ema", "train_limit")}
    rate = float(usual.get("learning_rate") or OPTIMIZERS[str(usual["optimizer"])].learning_rate)
    epochs = max(2, round(int(usual["epochs"]) / 3))
    return usual | {"epochs": epochs, "learning_rate": rate / 2, "schedule": "cosine"}


def quantize(
    parent: Run,
    method: str,
    settings: Mapping[str, Any] | None = None,
    title: str = "",
    training: Mapping[str, Any] | None = None,
) -> RunConfig:
    """The config of `parent` in fewer bits: its `model.tflite` is what answers.

    Where the method is trained, the network itself is what answers, and `training` is the
    fine-tuning: some of `recipe.KNOBS`, over `finetuning(parent)`.

    Raises:
        LabError: as `distill`, or training settings for a method that is not trained.
    """
    card = METHODS[method] if method else first_method("quantization")
    if isinstance(card, FineTunedQuantizationCard):
        check_parent(parent)
        values = recipe.check(finetuning(parent) | dict(training or {}), parent.config.dataset)
        config = _like(parent, recipe.of_settings(values), title)
        return _made_from(parent, card, card.check(settings or {}), config, finetuning(parent))
    if training:
        raise LabError(
            f"{card.title} trains nothing: leave {', '.join(training)} out, or choose "
            f"{' or '.join(one.title for one in trained_quantizations())}."
        )
    card = _card(method, "quantization", QuantizationCard)
    check_parent(parent)
    config = replace(_like(parent, Recipe(epochs=0), title), network_file="model.tflite")
    return _made_from(parent, card, card.check(settings or {}), config)


def trained_quantizations() -> list[MethodCard]:
    """The quantizations that train on, the usual one first."""
    return [card for card in methods("quantization") if isinstance(card, FineTunedQuantizationCard)]


def _like(parent: Run, training: Recipe, title: str, thin: bool = False) -> RunConfig:
    """A config for the parent's own network; a thinned one is none of the registry's any more."""
    before, name = parent.config, parent.config.architecture
    thin = thin and name in ARCHITECTURES
    return RunConfig(
        architecture=f"{name}-{THINNED}" if thin else name,
        knobs=before.knobs,
        dataset=datasets.stand_in(before.dataset),
        input_shape=before.input_shape,
        classes=before.classes,
        labels=before.labels,
        preparation=before.preparation,
        recipe=training,
        title=title.strip()[:80],
        created=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    )


def _made_from(
    parent: Run,
    card: MethodCard,
    settings: Mapping[str, Value],
    config: RunConfig,
    usual: Mapping[str, Value] | None = None,
) -> RunConfig:
    made = replace(
        config,
        parent=parent.name,
        compression=Compression(card.family, card.name, dict(settings)),
        # The queue starts nobody before those it waits for are done.
        after=(parent.name,) if parent.status.active else (),
    )
    return replace(made, command=command(made, usual or {}))


C = TypeVar("C", bound=MethodCard)


def _card(name: str, kind: str, wanted: type[C]) -> C:
    """The named method of a kind, or the one to begin with; `LabError` for one of another kind."""
    card = METHODS[name] if name else first_method(kind)
    if not isinstance(card, wanted):
        raise LabError(f"{card.title} is a method of {card.family}, not of {kind}.")
    return card


def command(config: RunConfig, usual: Mapping[str, Value]) -> str:
    """The shell command that repeats this compression: what differs from the usual, spelled out.

    Args:
        config: The run's, complete.
        usual: The training settings that need not be said.
    """
    made = config.compression
    if made is None:
        raise LabError("This run was made from no other: there is no such command.")
    card, kind = METHODS[made.method], KINDS[made.kind]
    words = [kind.verb, config.parent or ""]
    if kind.new_network:
        words += [config.architecture]
    words += ["--method", card.name]
    for knob in card.knobs:
        if made.settings[knob.name] != knob.default:
            words += ["--set", f"{knob.name}={made.settings[knob.name]}"]
    if kind.trains or config.recipe.trains:
        for name, value in config.recipe.settings.items():
            if value == usual.get(name) and name not in ("epochs", "seed"):
                continue
            words += [f"--{name.replace('_', '-')}", str(value)]
    if kind.new_network:
        for knob in ARCHITECTURES[config.architecture].knobs:
            if config.knobs[knob.name] != knob.default:
                words += ["--knob", f"{knob.name}={config.knobs[knob.name]}"]
    return " ".join(["python -m cnnlab", *map(shlex.quote, words)])
