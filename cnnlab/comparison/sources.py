"""The sources' own comparisons with our measurements beside them, and what differs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cnnlab.architectures import ARCHITECTURES
from cnnlab.comparison._metrics import Row, Trained, metrics_row
from cnnlab.comparison._source import SOURCES, PublishedNetwork, Source
from cnnlab.datasets import DATASETS
from cnnlab.schema import RunConfig

__all__ = [
    "MEASURED",
    "SOURCES",
    "Published",
    "Reproduction",
    "Source",
    "command",
    "counted",
    "memory_bytes",
    "on_dataset",
    "reproductions",
]

# Key of a measured column: its heading and kind.
MEASURED = {
    "params": ("Parameters", "count"),
    "accuracy": ("Test accuracy", "percent"),
    "epoch_seconds": ("Time per epoch", "seconds"),
    "train_accuracy": ("Training accuracy", "percent"),
    "footprint": ("Memory footprint", "bytes"),
}


@dataclass(frozen=True)
class Reproduction:
    """A source's network and our run of the same network on the same dataset, if there is one.

    `measured` holds the keys of `MEASURED`; `differs` says how our run differs from the recipe
    of the source, setting by setting.
    """

    network: PublishedNetwork
    run: str
    measured: Row
    differs: tuple[str, ...]


def reproductions(source: Source, runs: Sequence[Trained]) -> list[Reproduction]:
    """Every network of `source` with the run that was built as it was: network, teacher, dataset.

    Args:
        source: One of `SOURCES`.
        runs: Tested runs. Those that saw all training pictures win over those that saw some,
            then those named first.
    """
    whole_first = sorted(runs, key=lambda run: run.config.recipe.train_limit > 0)
    return [_reproduction(source, network, whole_first, runs) for network in source.networks]


def _reproduction(
    source: Source, network: PublishedNetwork, runs: Sequence[Trained], everybody: Sequence[Trained]
) -> Reproduction:
    run = next((run for run in runs if _is(run, source, network, everybody)), None)
    if run is None:
        return Reproduction(network, "", {}, ())
    row = metrics_row(run)
    best = [one for one in run.history if one.epoch == row["best_epoch"]]
    measured = {
        "params": row["params"],
        "accuracy": row["accuracy"],
        "interval": row["interval"],
        "mean_accuracy": row["mean_accuracy"],
        "seed_count": row["seed_count"],
        "epoch_seconds": row["epoch_seconds"],
        "train_accuracy": best[0].accuracy if best else None,
        "footprint": 4 * row["params"] if row["params"] else None,
    }
    return Reproduction(network, run.name, measured, _differs(run))


def _is(
    run: Trained, source: Source, network: PublishedNetwork, everybody: Sequence[Trained]
) -> bool:
    """Whether `run` was built as the source says: same network, same kind of parent."""
    config = run.config
    if config.dataset != source.dataset or config.architecture != network.architecture:
        return False
    if _built(config.architecture, config.knobs) != _built(network.architecture, network.knobs):
        return False
    made = config.compression
    if not network.teacher:
        return made is None
    teacher = next((other for other in everybody if other.name == config.parent), None)
    return (
        made is not None
        and made.method == network.method
        and teacher is not None
        and teacher.config.architecture == network.teacher
    )


def _built(architecture: str, knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The knobs that decide on the network; how its picture is enlarged does not."""
    card = ARCHITECTURES[architecture]
    scaling = {knob.name for knob in card.knobs if knob.scales_input}
    return {key: value for key, value in card.check(knobs).items() if key not in scaling}


def _differs(run: Trained) -> tuple[str, ...]:
    """Settings of `run` that are not the source's, as far as the source's are known."""
    config, card = run.config, ARCHITECTURES[run.config.architecture]
    used = config.recipe.settings
    words = [
        f"{key.replace('_', ' ')} {used[key]}, source {value}"
        for key, value in card.recipe.items()
        if key in used and used[key] != value
    ]
    if not card.recipe:
        words.append("the source's training settings are not on its card")
    shape = _seen(config)
    if config.dataset in card.datasets and shape != card.input_shape:
        words.append(f"pictures of {_shape(shape)}, source {_shape(card.input_shape)}")
    if config.recipe.train_limit and run.metrics.train_count:
        all_of_them = DATASETS[config.dataset].train_count
        words.append(f"trained on {run.metrics.train_count:,} of {all_of_them:,} pictures")
    return tuple(words)


def _seen(config: RunConfig) -> tuple[int, int, int]:
    """The size the network sees, once its picture has been enlarged."""
    height, width, channels = config.input_shape
    for knob in ARCHITECTURES[config.architecture].knobs:
        if knob.scales_input:
            times = int(config.knobs.get(knob.name, knob.default))
            height, width = height * times, width * times
    return height, width, channels


def _shape(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape))


@dataclass(frozen=True)
class Published:
    """One published pair of parameters and accuracy on some dataset, with its source."""

    title: str
    architecture: str
    params: int
    accuracy: float
    dataset: str
    source: str
    note: str


def on_dataset(dataset: str) -> list[Published]:
    """Everything published of the zoo's networks on `dataset`, in whatever form it was shown.

    Args:
        dataset: A key of `DATASETS`; an unknown one has nothing.
    """
    if dataset not in DATASETS:
        return []
    same = _name_of(dataset)
    return [
        Published(
            *(card.title, card.name, figure.params, figure.accuracy),
            *(figure.dataset, card.source, figure.note),
        )
        for card in ARCHITECTURES
        for figure in card.published
        if figure.params and figure.accuracy and same.match(figure.dataset)
    ]


def counted(source: Source, network: PublishedNetwork) -> int | None:
    """Our own count of the network on the source's dataset; None where there is none."""
    if not network.architecture:
        return None
    card = ARCHITECTURES[network.architecture]
    if card.check(network.knobs) != card.check({}):
        return None
    if card.datasets[:1] == (source.dataset,):
        return card.params
    same = _name_of(source.dataset)
    return next((f.rebuilt for f in card.published if f.rebuilt and same.match(f.dataset)), None)


def _name_of(dataset: str) -> re.Pattern[str]:
    """Matches what sources call a dataset: its title, also with words on its form behind it."""
    return re.compile(rf"{re.escape(DATASETS[dataset].title)}( |$)", re.IGNORECASE)


def command(source: Source, network: PublishedNetwork) -> str:
    """The command that reaches the row: the network as the source built it.

    A student is taught by a run of its teacher, the one named like its architecture. Pictures
    that would not fit into memory at the network's own size are enlarged inside the network.
    """
    card = ARCHITECTURES[network.architecture]
    knobs = dict(network.knobs)
    size = ""
    scaling = next((knob for knob in card.knobs if knob.scales_input), None)
    data = DATASETS[source.dataset]
    if scaling and card.input_shape[0] > data.input_shape[0]:
        times = min(card.input_shape[0] // data.input_shape[0], int(scaling.high or 1))
        knobs[scaling.name] = times
        size = f" --input {_shape(data.input_shape)}"
    turned = "".join(f" --knob {name}={value}" for name, value in knobs.items())
    if network.teacher:
        who = f"{network.teacher} {network.architecture} --method {network.method}"
        return f"python -m cnnlab distill {who}{turned}"
    recipe = " --source-recipe" if card.recipe else ""
    return (
        f"python -m cnnlab train {network.architecture} --dataset {source.dataset}"
        f"{recipe}{turned}{size}"
    )


def memory_bytes(source: Source, network: PublishedNetwork) -> int:
    """What the training pictures of `command` take in memory, as bytes of their pixels."""
    card, data = ARCHITECTURES[network.architecture], DATASETS[source.dataset]
    scaled = any(knob.scales_input for knob in card.knobs)
    shape = data.input_shape if scaled or source.dataset not in card.datasets else card.input_shape
    return data.train_count * shape[0] * shape[1] * shape[2]
