"""The sources' own comparisons with our measurements beside them, and what differs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab.architectures import ARCHITECTURES
from cnnlab.comparison._figures import Row, Trained, figures
from cnnlab.comparison._published import SOURCES
from cnnlab.comparison._source import Line, Source
from cnnlab.datasets import DATASETS

__all__ = [
    "MEASURED",
    "SOURCES",
    "Beside",
    "Published",
    "Source",
    "beside",
    "command",
    "counted",
    "on_dataset",
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
class Beside:
    """A source's line and our run of the same network on the same dataset, if there is one.

    `measured` holds the keys of `MEASURED`; `differs` says how our run differs from the recipe
    of the source, setting by setting.
    """

    line: Line
    run: str
    measured: Row
    differs: tuple[str, ...]


def beside(source: Source, runs: Sequence[Trained]) -> list[Beside]:
    """Every line of `source` with the first of `runs` that is its network on its dataset.

    Args:
        source: One of `SOURCES`.
        runs: Tested runs; those named first win.
    """
    return [_beside(source, line, runs) for line in source.lines]


def _beside(source: Source, line: Line, runs: Sequence[Trained]) -> Beside:
    run = next((run for run in runs if _is(run, source, line)), None)
    if run is None:
        return Beside(line, "", {}, ())
    row = figures(run)
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
    return Beside(line, run.name, measured, _differs(run))


def _is(run: Trained, source: Source, line: Line) -> bool:
    config = run.config
    if config.dataset != source.dataset or config.architecture != line.architecture:
        return False
    card = ARCHITECTURES[line.architecture]
    return card.check(config.knobs) == card.check(line.knobs)


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
    shape = config.input_shape
    if config.dataset in card.datasets and shape != card.input_shape:
        words.append(f"pictures of {_shape(shape)}, source {_shape(card.input_shape)}")
    return tuple(words)


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


def counted(source: Source, line: Line) -> int | None:
    """Our own count of the line's network on the source's dataset; None where there is none."""
    if not line.architecture:
        return None
    card = ARCHITECTURES[line.architecture]
    if card.check(line.knobs) != card.check({}):
        return None
    if card.datasets[:1] == (source.dataset,):
        return card.params
    same = _name_of(source.dataset)
    return next((f.rebuilt for f in card.published if f.rebuilt and same.match(f.dataset)), None)


def _name_of(dataset: str) -> re.Pattern:
    """Matches what sources call a dataset: its title, also with words on its form behind it."""
    return re.compile(rf"{re.escape(DATASETS[dataset].title)}( |$)", re.IGNORECASE)


def command(source: Source, line: Line) -> str:
    """The command that trains the line's network on the source's dataset, as the source did."""
    knobs = "".join(f" --knob {name}={value}" for name, value in line.knobs.items())
    recipe = " --source-recipe" if ARCHITECTURES[line.architecture].recipe else ""
    return f"python -m cnnlab train {line.architecture} --dataset {source.dataset}{recipe}{knobs}"
