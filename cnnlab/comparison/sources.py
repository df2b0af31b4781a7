"""The sources' own comparisons with our measurements beside them, and what differs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cnnlab.architectures import ARCHITECTURES
from cnnlab.comparison._estimate import command, down_to, estimate, memory_bytes
from cnnlab.comparison._metrics import Row, Trained, metrics_row
from cnnlab.comparison._source import SOURCES, PublishedNetwork, Source, Way
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
    "estimate",
    "memory_bytes",
    "on_dataset",
    "reproduction",
    "reproductions",
    "whole_first",
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
    ordered = whole_first(runs)
    return [reproduction(source, network, ordered) for network in source.networks]


def whole_first(runs: Sequence[Trained]) -> list[Trained]:
    """Those that saw all training pictures before those that saw some."""
    return sorted(runs, key=lambda run: run.config.recipe.train_limit > 0)


def reproduction(
    source: Source, network: PublishedNetwork, runs: Sequence[Trained], way: Way | None = None
) -> Reproduction:
    """One network, or one cell of a table with a column for each method, with its run.

    Args:
        source: The comparison.
        network: One of its rows.
        runs: Tested runs, those that count first in front.
        way: How the column's figures were made; None: the network as it stands in its row.
    """
    run = next((run for run in runs if _is(run, source, network, runs, way)), None)
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
    return Reproduction(network, run.name, measured, _differs(run, way))


def _is(
    run: Trained,
    source: Source,
    network: PublishedNetwork,
    everybody: Sequence[Trained],
    way: Way | None,
) -> bool:
    """Whether `run` was built as the source says: same network, same kind of parent."""
    config = run.config
    if config.dataset != source.dataset or config.architecture != network.architecture:
        return False
    if _built(config.architecture, config.knobs) != _built(network.architecture, network.knobs):
        return False
    made = config.compression
    teacher, method, settings = network.teacher, network.method, {}
    if way is not None and network != source.networks[0]:
        before = down_to(source, network, way)[-2] if way.previous else source.networks[0]
        teacher, method, settings = before.architecture, way.method, dict(way.settings)
    if not teacher:
        return made is None and not config.parent
    parent = next((other for other in everybody if other.name == config.parent), None)
    return (
        made is not None
        and made.method == method
        and settings.items() <= dict(made.settings).items()
        and parent is not None
        and parent.config.architecture == teacher
    )


def _built(architecture: str, knobs: Mapping[str, Any]) -> dict[str, Any]:
    """The knobs that decide on the network; how its picture is enlarged does not."""
    card = ARCHITECTURES[architecture]
    scaling = {knob.name for knob in card.knobs if knob.scales_input}
    return {key: value for key, value in card.check(knobs).items() if key not in scaling}


def _differs(run: Trained, way: Way | None) -> tuple[str, ...]:
    """What of `run` is not the source's: settings, as far as its are known, pictures, seeds."""
    config, card = run.config, ARCHITECTURES[run.config.architecture]
    used = config.recipe.settings
    words = [
        f"{key.replace('_', ' ')} {used[key]}, source {value}"
        for key, value in card.recipe.items()
        if key in used and used[key] != value
    ]
    if not card.recipe:
        words.append("the source's training settings are not on its card")
    if way is not None and way.note:
        words.append(way.note)
    shape = _seen(config)
    if config.dataset in card.datasets and shape != card.input_shape:
        words.append(f"pictures of {_shape(shape)}, source {_shape(card.input_shape)}")
    return (*words, *_other_pictures(run), *_other_seeds(run))


def _other_pictures(run: Trained) -> Iterator[str]:
    """Fewer pictures than the dataset has, or another form of them."""
    data, metrics = DATASETS[run.config.dataset], run.metrics
    if metrics.train_count and metrics.train_count < data.train_count:
        words = f"trained on {metrics.train_count:,} of {data.train_count:,} pictures"
        held_out = metrics.train_count >= data.train_count * 0.8
        yield f"{words}, the others chose the epoch" if held_out else words
    if metrics.test_count and metrics.test_count < data.test_count:
        yield f"tested on {metrics.test_count:,} of {data.test_count:,} pictures"
    if metrics.variant and metrics.variant != data.layouts[0].variant:
        yield f"pictures read as {metrics.variant}"


def _other_seeds(run: Trained) -> Iterator[str]:
    """Sources set no seeds and printed one training."""
    seeds = run.metrics.seeds
    if seeds and seeds.count > 1:
        yield f"{seeds.count} seeds with a mean of {seeds.mean * 100:.2f} %, source one training"


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
