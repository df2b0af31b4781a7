"""Ways to bring a run down to a size, and what was measured at that size already."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from cnnlab.architectures import ARCHITECTURES, ArchitectureCard
from cnnlab.compression import QuantizationCard, first_method, methods
from cnnlab.datasets import DATASETS
from cnnlab.errors import LabError
from cnnlab.lab.comparable_runs import tested_runs
from cnnlab.registry import Value
from cnnlab.runs import Run

FLOAT_BYTES = 4
_NEARLY = 1.1  # so much more than was asked is about as much
_STEP = 0.05  # of the share of MACs that pruning takes away
_TABLES = 3_000  # bytes a LiteRT file of a small network takes beyond its weights


@dataclass(frozen=True)
class Way:
    """One way to about a size: a kind of compression, its method, and what is set on it.

    `size_bytes` is what the weights and tables should take; a student's is that of the network
    with its usual knobs.
    """

    kind: str
    method: str
    size_bytes: int
    settings: dict[str, Value] = field(default_factory=dict)
    student: str = ""


@dataclass(frozen=True)
class Sized:
    """A run with a measured test accuracy on the same pictures: itself, made from it, or other."""

    run: str
    label: str
    size_bytes: int
    accuracy: float
    relation: str


def ways(run: Run, target_bytes: int) -> list[Way]:
    """How `run` may come to at most `target_bytes`; none where it is smaller already.

    Fewer bits where they are enough; filters taken away by the share that is too much; and the
    largest network for these pictures that is small enough, as a student.
    """
    now = run.metrics.tflite_bytes
    if now is None or target_bytes >= now:
        return []
    found = [_fewer_bits(run, now, target_bytes), _fewer_filters(run, now, target_bytes)]
    found.append(_student(run, target_bytes))
    return [way for way in found if way]


def _fewer_bits(run: Run, now: int, target: int) -> Way | None:
    weights = run.metrics.params_batchnorm_folded or run.metrics.params
    if not weights or run.network_file == run.tflite_file:
        return None
    tables = max(0, now - FLOAT_BYTES * weights)
    cards = [card for card in methods("quantization") if isinstance(card, QuantizationCard)]
    most = _NEARLY * target  # a quarter of the bits is a little more than a quarter of the file
    small = [(card.bits, card) for card in cards if tables + weights * card.bits // 8 <= most]
    if not small:
        return None
    bits = max(bits for bits, _ in small)
    usual = first_method("quantization", run.config.architecture)
    card = usual if usual in [one for many, one in small if many == bits] else None
    name = card.name if card else next(one.name for many, one in small if many == bits)
    return Way("quantization", name, tables + weights * bits // 8)


def _fewer_filters(run: Run, now: int, target: int) -> Way | None:
    """By an even cut MACs and weights fall nearly alike, so the share of bytes stands for both."""
    if run.network_file == run.tflite_file:
        return None
    card = first_method("pruning", run.config.architecture)
    knob = next((knob for knob in card.knobs if knob.name == "share"), None)
    share = round(math.ceil(round((1 - target / now) / _STEP, 6)) * _STEP, 2)
    if knob is None or not (knob.low or 0) <= share <= (knob.high or 1):
        return None
    return Way("pruning", card.name, round(now * (1 - share)), {"share": share})


def _student(run: Run, target: int) -> Way | None:
    small = [card for card in _students(run) if _bytes(card) <= target]
    if not small:
        return None
    card = max(small, key=_bytes)
    method = first_method("distillation", run.config.architecture)
    return Way("distillation", method.name, _bytes(card), student=card.name)


def _students(run: Run) -> list[ArchitectureCard]:
    """Networks made for such pictures, other than the run's own."""
    config = run.config
    kind = {card.name for card in DATASETS if card.preparation == config.preparation}
    return [
        card
        for card in ARCHITECTURES
        if set(card.datasets) & kind
        and card.input_shape[2] == config.input_shape[2]
        and card.name != config.architecture
    ]


def _bytes(card: ArchitectureCard) -> int:
    return FLOAT_BYTES * card.params + _TABLES


def measured(run: Run) -> Sequence[Sized]:
    """All runs tested on the dataset of `run`, by size: itself, those made from it, all others."""
    found = []
    for other in [run, *(one for one in tested_runs() if one != run)]:
        try:
            config, metrics = other.config, other.metrics
        except LabError:
            continue
        if config.dataset != run.config.dataset or not metrics.tflite_bytes:
            continue
        if metrics.test_accuracy is None:
            continue
        relation = "made from it" if config.parent == run.name else "other"
        relation = "this run" if other == run else relation
        size = metrics.tflite_bytes
        found.append(Sized(other.name, other.label, size, metrics.test_accuracy, relation))
    return sorted(found, key=lambda one: one.size_bytes)
