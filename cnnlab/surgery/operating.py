"""Operations carried out in a model, and what becomes of its answers.

A model is kept between questions with its answers before; every question begins with its own
weights, so what is undone leaves no trace.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnlab import evaluation, runs
from cnnlab.errors import LabError
from cnnlab.evaluation.report import answers_of, test_part
from cnnlab.runs import Run
from cnnlab.schema import FilterOperation
from cnnlab.surgery import plan
from cnnlab.surgery._cards import FILTER_OPERATIONS, FilterWeights, OperationCard
from cnnlab.surgery._filters import Operable, operable, operables
from cnnlab.surgery.outcome import Outcome, outcome_of

if TYPE_CHECKING:
    import keras

SAMPLE = 400  # test pictures that are answered at once
MOST_KERNELS = 64


@dataclass(frozen=True)
class Table:
    """A network on the operating table: its layers, one of them as it is now, and the outcome.

    Attributes:
        layers: Names and numbers of filters of those that can be operated on.
        layer: The one whose kernels are shown.
        kernels: Its first 64, a mean over what each reads: `(n, height, width)`.
        notes: What an operation does not do, in words.
    """

    layers: tuple[tuple[str, int], ...]
    layer: str
    kernels: np.ndarray
    notes: tuple[str, ...]
    outcome: Outcome


def operate(
    model: "keras.Model",
    operations: Sequence[FilterOperation],
    places: Mapping[str, Operable] | None = None,
) -> list[str]:
    """Carry out operations in a model, one after the other.

    Args:
        model: Changed in place.
        operations: In order.
        places: Its layers that can be operated on, where they are known already.

    Returns:
        What they do not do, in words, each once.

    Raises:
        LabError: a layer or filter that is not there, or one that an operation refuses.
    """
    if len(operations) > plan.MOST:
        raise LabError(f"At most {plan.MOST} operations can be made at once.")
    notes: list[str] = []
    places = operables(model) if places is None else places
    for one in operations:
        card, place = FILTER_OPERATIONS[one.operation], operable(model, places, one.layer)
        own = place.read(one.filter)
        other = _partner(card, place, one)
        settings = {name: one.settings[name] for name in card.own if name in one.settings}
        made = card.function(own, other, **settings)
        if card.both_ways and other is not None:
            place.write(int(one.settings["other"]), card.function(other, own, **settings))
        place.write(one.filter, made)
        notes += _notes(place, made)
    return list(dict.fromkeys(notes))


def _partner(card: OperationCard, place: Operable, one: FilterOperation) -> FilterWeights | None:
    if not card.partner:
        return None
    number = int(one.settings["other"])
    if "run" not in one.settings:
        return place.read(number)
    name = str(one.settings["run"])
    if not name:
        raise LabError("Say which run the filter comes from: run=NAME.")
    source = bench(runs.find(name).path)
    layer = str(one.settings["layer"]) or one.layer
    return operable(source.model, source.places, layer).read(number)


def _notes(place: Operable, made: FilterWeights) -> list[str]:
    """What is left of a silenced filter."""
    activation = getattr(place.layer, "activation", None)
    if made.kernel.any() or activation is None:
        return []
    name = getattr(activation, "__name__", "")
    if name == "softmax":
        return [f"{place.name} ends in softmax: a silenced score is zero, its probability is not."]
    quiet = float(np.asarray(activation(np.zeros((1, 1), np.float32)))[0, 0])
    if abs(quiet) < 1e-6:
        return []
    return [
        f"{place.name} ends in {name}, which makes {quiet:.2g} of nothing: a silenced filter of it "
        "says that, and not zero."
    ]


def _floating(run: Run) -> Run:
    """The run itself, whose weights are floats.

    Raises:
        LabError: it answers with a quantized file.
    """
    if run.network_file == run.tflite_file:
        raise LabError(
            f"{run.name} answers with its quantized file, whose weights are no floats: operate on "
            f"{run.config.parent or 'the run it was made from'} and quantize what comes of it."
        )
    return run


class Bench:
    """A run's model, kept, and its answers to some test pictures before anything is done."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.model = evaluation.load_model(_floating(run))
        self.places = operables(self.model)
        self._before: dict[bool, np.ndarray] = {}

    @property
    def layers(self) -> tuple[tuple[str, int], ...]:
        """Names and numbers of filters of the layers that can be operated on."""
        return tuple((one.name, one.count) for one in self.places.values())

    @contextmanager
    def operated(self, operations: Sequence[FilterOperation]) -> Iterator[list[str]]:
        """The model after the operations, until the block ends; gives their notes."""
        named = {one.layer for one in operations}
        places = [place for name, place in self.places.items() if name in named]
        kept = [(v, np.asarray(v).copy()) for place in places for v in place.variables]
        try:
            yield operate(self.model, operations, self.places)
        finally:
            for variable, values in kept:
                variable.assign(values)

    def outcome(self, operations: Sequence[FilterOperation], whole: bool) -> Outcome:
        """What the operations do to the answers, on the sample or on all test pictures."""
        self.before(whole)
        with self.operated(operations):
            return self.compare(whole)

    def compare(self, whole: bool) -> Outcome:
        """The answers before and those of the model as it is now."""
        data = test_part(self.run)
        chosen = _chosen(len(data.y_test), whole)
        pictures, truth = data.x_test[chosen], data.y_test[chosen]
        before = self.before(whole)
        after = evaluation.predict_all(self.model, pictures)
        return outcome_of(data, whole, chosen, truth, before, after)

    def before(self, whole: bool) -> np.ndarray:
        """Probabilities `(n, classes)` before; computed once, while the weights are its own.

        Those of all pictures are the engine's, kept for the other pages as well.
        """
        if whole:
            return answers_of(self.run).probabilities
        if whole not in self._before:
            data = test_part(self.run)
            chosen = _chosen(len(data.y_test), whole)
            self._before[whole] = evaluation.predict_all(self.model, data.x_test[chosen])
        return self._before[whole]


def _chosen(there: int, whole: bool) -> np.ndarray:
    """Places `(n,)` in the test part, spread evenly."""
    count = there if whole else min(SAMPLE, there)
    return np.unique(np.linspace(0, there - 1, count).astype(int))


def bench(folder: str | Path) -> Bench:
    """The bench of the run in a folder, kept until its file changes; runs in the engine.

    Raises:
        LabError: no model yet, or one that cannot be operated on.
    """
    run = Run(Path(folder))
    file = run.model_file
    return _bench(run, file.stat().st_mtime_ns if file.is_file() else 0)


@functools.lru_cache(maxsize=3)
def _bench(run: Run, _stamp: int) -> Bench:
    return Bench(run)


def table(folder: str | Path, operations: Sequence[FilterOperation], layer: str) -> Table:
    """Everything one sees after the operations, on the sample of test pictures.

    Raises:
        LabError: as `operate`; or the dataset is not here.
    """
    place = bench(folder)
    layers = place.layers
    layer = layer if layer in dict(layers) else layers[0][0]
    place.before(whole=False)
    with place.operated(operations) as notes:
        kernels = place.places[layer].kernels(MOST_KERNELS)
        return Table(layers, layer, kernels, tuple(notes), place.compare(whole=False))
