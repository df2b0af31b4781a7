"""What a network loses against a larger one of its kind, in one sentence made from their figures.

No sentence is stored: whoever swaps two networks' figures swaps what is said of them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab.prediction import Anatomy
from cnnlab.schema import Metrics

Z = 1.96  # of the 95 % interval of a difference
EXPLAINS = 0.5  # of the fall; what costs the larger network less is not called its reason
MOST_MISSING = 2  # differences in build that a sentence names


@dataclass(frozen=True)
class Size:
    """One network of several sizes, with what was counted on its test pictures.

    Attributes:
        params: Its parameters.
        labels: Names of the classes.
        counts: `counts[i][j]` test pictures of class i were called j.
        anatomy: How it is built; None where that is unknown.
    """

    params: int
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    anatomy: Anatomy | None = None

    @property
    def there(self) -> int:
        """How many test pictures there are."""
        return sum(map(sum, self.counts))

    @property
    def accuracy(self) -> float:
        """The share of them it reads, 0..1."""
        return sum(row[i] for i, row in enumerate(self.counts)) / max(1, self.there)

    def recall(self, label: int) -> float:
        """The share of a class it finds, 0..1."""
        row = self.counts[label]
        return row[label] / max(1, sum(row))


@dataclass(frozen=True)
class Merge:
    """Pictures of class `truth` that a smaller network calls `predicted`, more than a larger did.

    Attributes:
        count: How many the smaller one calls so.
        before: How many the larger one did.
    """

    truth: int
    predicted: int
    count: int
    before: int


@dataclass(frozen=True)
class Ablation:
    """What was left to a larger network, in words ("with 4 of its 5 numbers"), and its result.

    `accuracy` is that without what was taken, `before` with it, on the same pictures (0..1).
    """

    words: str
    accuracy: float
    before: float


def size_of(
    params: int, labels: Sequence[object], metrics: Metrics, built: Anatomy | None
) -> Size | None:
    """A run's figures as a size; None where its answers were never counted class by class."""
    names = tuple(map(str, labels))
    counts = metrics.confusion
    if counts is None or len(counts) != len(names):
        return None
    return Size(params, names, counts, built)


def merges(smaller: Size, larger: Size | None) -> list[Merge]:
    """Pairs of classes that run together at this step, those that grew most first.

    Without a larger one: all that the smaller one mistakes.
    """
    found = [
        Merge(i, j, count, larger.counts[i][j] if larger else 0)
        for i, row in enumerate(smaller.counts)
        for j, count in enumerate(row)
        if i != j
    ]
    grown = [merge for merge in found if merge.count > merge.before]
    return sorted(
        grown, key=lambda merge: (merge.before - merge.count, merge.truth, merge.predicted)
    )


def missing(smaller: Anatomy | None, larger: Anatomy | None) -> list[str]:
    """What the smaller network has less of, in words, the most telling first."""
    if smaller is None or larger is None:
        return []
    found = []
    if smaller.field < larger.field:
        sees = f"{_square(smaller.field)} pixels at a time, not {_square(larger.field)}"
        found.append(f"sees {sees}")
    if smaller.resolution < larger.resolution:
        now, before = _square(smaller.resolution), _square(larger.resolution)
        found.append(f"works on maps of {now}, not {before}")
    if smaller.features < larger.features:
        found.append(
            f"tells the classes apart by {smaller.features} numbers, not {larger.features}"
        )
    if smaller.depth < larger.depth:
        found.append(f"has {_layers(smaller.depth)} of kernels, not {larger.depth}")
    if smaller.kernels < larger.kernels:
        kernels = "1 kernel" if smaller.kernels == 1 else f"{smaller.kernels} kernels"
        found.append(f"has {kernels} on the picture, not {larger.kernels}")
    return found


def within_chance(one: Size, other: Size) -> bool:
    """Whether their accuracies differ by no more than two samples of their sizes may.

    Source: Wald's interval of a difference of two proportions, 95 %.
    """
    spread = sum(size.accuracy * (1 - size.accuracy) / max(1, size.there) for size in (one, other))
    return abs(one.accuracy - other.accuracy) <= Z * math.sqrt(spread)


def lost(smaller: Size, larger: Size | None) -> str:
    """What goes at this step, in one or two sentences.

    Args:
        smaller: The network in question.
        larger: The next larger one; None for the largest.
    """
    pairs = merges(smaller, larger)
    if larger is None:
        wrong = smaller.there - round(smaller.accuracy * smaller.there)
        most = f", most often {_mistake(smaller, pairs[0])}" if pairs else ""
        return f"The largest here: it misreads {wrong:,} of {smaller.there:,} pictures{most}."
    if within_chance(smaller, larger):
        usual = merges(smaller, None)
        most = f" Its commonest mistake: {_mistake(smaller, usual[0])}." if usual else ""
        return f"As good as {larger.params:,} parameters, within chance.{most}"
    if smaller.accuracy > larger.accuracy:
        return (
            f"Better than {larger.params:,} parameters: {_percent(smaller.accuracy)} instead of "
            f"{_percent(larger.accuracy)}. Size is not everything."
        )
    return f"{_worst(smaller, larger, pairs)}{_because(smaller, larger)}"


def lost_of(label: int, smaller: Size, larger: Size | None) -> str:
    """The same for one class: what the reader has just drawn."""
    row = smaller.counts[label]
    many = _many(smaller.labels[label])
    words = f"It reads {_percent(smaller.recall(label))} of {many}"
    others = [count if j != label else 0 for j, count in enumerate(row)]
    if max(others):
        most = others.index(max(others))
        share = _percent(max(others) / sum(row))
        words += f" and takes {share} of them for {_one(smaller.labels[most])}"
    if larger is None:
        return f"{words}."
    words += f"; {larger.params:,} parameters read {_percent(larger.recall(label))}."
    fell = smaller.accuracy < larger.accuracy and not within_chance(smaller, larger)
    return words + (_because(smaller, larger) if fell else "")


def explained(smaller: Size, larger: Size, found: Sequence[Ablation]) -> str:
    """Whether the larger network falls as the smaller one did, once it lacks the same."""
    lacks = missing(smaller.anatomy, larger.anatomy)
    if not lacks:
        return "It lacks nothing that is counted here: chance and training may have made the gap."
    if not found:
        return "What it lacks cannot be taken from the larger network without building it anew."
    hardest = min(found, key=lambda one: one.accuracy - one.before)
    result = (
        f"{hardest.words} it reads {_percent(hardest.accuracy)}, not {_percent(hardest.before)}"
    )
    gap = larger.accuracy - smaller.accuracy
    if hardest.before - hardest.accuracy < max(gap, 0) * EXPLAINS:
        return (
            f"That is not the reason yet: the network of {larger.params:,} parameters hardly "
            f"misses it. {result[0].upper()}{result[1:]}, without being trained again."
        )
    return (
        f"Measured on the network of {larger.params:,} parameters, without training it again: "
        f"{result}. The smaller one has learned to live with less: it reads "
        f"{_percent(smaller.accuracy)}."
    )


def _worst(smaller: Size, larger: Size, pairs: Sequence[Merge]) -> str:
    """The class that falls farthest, and where its pictures go."""
    classes = range(len(smaller.labels))
    label = max(classes, key=lambda i: larger.recall(i) - smaller.recall(i))
    words = (
        f"Against {larger.params:,} parameters it loses {_many(smaller.labels[label])} most: "
        f"{_percent(smaller.recall(label))} are read, not {_percent(larger.recall(label))}"
    )
    taken = [pair for pair in pairs if pair.truth == label]
    if taken:
        words += f"; {taken[0].count:,} pass for {_one(smaller.labels[taken[0].predicted])}"
    return f"{words}."


def _because(smaller: Size, larger: Size) -> str:
    lacks = missing(smaller.anatomy, larger.anatomy)[:MOST_MISSING]
    return f" This one {', and '.join(lacks)}." if lacks else ""


def _mistake(size: Size, pair: Merge) -> str:
    """Such as "a 4 taken for a 9 (11 of 982)"."""
    there = sum(size.counts[pair.truth])
    truth, predicted = _one(size.labels[pair.truth]), _one(size.labels[pair.predicted])
    return f"{truth} taken for {predicted} ({pair.count:,} of {there:,})"


def _one(label: str) -> str:
    """A digit as "a 7" and "an 8"; a word as it is."""
    if not label.isdecimal():
        return label
    return f"an {label}" if label.startswith(("8", "11", "18")) else f"a {label}"


def _many(label: str) -> str:
    """Pictures of a class: "the 7s", or the class's name."""
    return f"the {label}s" if label.isdecimal() else label


def _percent(share: float) -> str:
    """Whole percents, and one more digit where it tells something."""
    percent = share * 100
    fine = 0 < percent < 1 or 99 <= percent < 100
    return f"{percent:.1f} %" if fine else f"{percent:.0f} %"


def _square(side: int) -> str:
    return f"{side}x{side}"


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"
