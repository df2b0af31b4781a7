"""Figures of how often a run is right, read from what was measured of it."""

from cnnlab import datasets, lab, prediction, runs
from cnnlab.errors import LabError
from cnnlab.lessons._cards import Truth, figure
from cnnlab.runs import Run
from cnnlab.schema import Metrics


@figure(title="Test accuracy", unit="share")
def accuracy(run: str) -> Truth:
    """The share of its test pictures a run reads."""
    found = runs.find(run)
    return Truth(_accuracy(found), "share", _tested(found.metrics))


@figure(title="Difference in accuracy", unit="points")
def accuracy_gap(run: str, other: str) -> Truth:
    """How many points more of their test pictures a run reads than another."""
    first, second = runs.find(run), runs.find(other)
    if first.config.dataset != second.config.dataset:
        raise LabError(f"{run} and {other} learned from different data: their gap says nothing.")
    return Truth(100 * (_accuracy(first) - _accuracy(second)), "points", _tested(first.metrics))


@figure(title="Pictures it gets wrong", unit="count")
def mistakes(run: str) -> Truth:
    """How many of its test pictures a run gets wrong."""
    metrics = runs.find(run).metrics
    right = _accuracy(runs.find(run))
    if not metrics.test_count:
        raise LabError(f"Nobody counted the test pictures of {run}: evaluate it anew.")
    return Truth(round(metrics.test_count * (1 - right)), "count", _tested(metrics))


@figure(title="Share of one class it finds", unit="share")
def recall(run: str, label: str) -> Truth:
    """The share of one class's test pictures that a run finds."""
    found = runs.find(run)
    labels, counts = _counted(found)
    if label not in labels:
        raise LabError(f"{run} knows no class {label!r}; it knows {', '.join(labels)}.")
    row = counts[labels.index(label)]
    return Truth(row[labels.index(label)] / max(1, sum(row)), "share", f"of {sum(row):,} pictures")


@figure(title="The class it finds least", unit="word")
def hardest_class(run: str) -> Truth:
    """The class of which a run finds the smallest share."""
    labels, counts = _counted(runs.find(run))
    found = [row[i] / max(1, sum(row)) for i, row in enumerate(counts)]
    place = found.index(min(found))
    return Truth(labels[place], "word", f"{found[place]:.1%} of them are found", labels)


@figure(title="The pair it confuses most", unit="pair")
def confused_pair(run: str) -> Truth:
    """Which class a run most often takes for which other one."""
    labels, counts = _counted(runs.find(run))
    count, truth, predicted = max(
        (count, i, j) for i, row in enumerate(counts) for j, count in enumerate(row) if i != j
    )
    words = f"{count:,} of {sum(map(sum, counts)):,} test pictures"
    return Truth((labels[truth], labels[predicted]), "pair", words, labels)


@figure(title="Accuracy on other pictures", unit="share")
def accuracy_on(run: str, dataset: str) -> Truth:
    """The share of another dataset's test pictures a run reads, asked now."""
    found = runs.find(run)
    pictures = lab.test_pictures(dataset, found.config.input_shape)
    if tuple(pictures.labels) != found.config.labels:
        raise LabError(f"{run} and {dataset} tell other classes apart: choose data of its classes.")
    answers = prediction.answer_all(found.tflite_file.read_bytes(), pictures.pictures)
    right = answers.argmax(axis=1) == pictures.classes
    title = datasets.DATASETS[dataset].title
    return Truth(float(right.mean()), "share", f"on {len(right):,} test pictures of {title}")


def _accuracy(run: Run) -> float:
    found = run.metrics.test_accuracy
    if found is None:
        raise LabError(f"{run.name} was not tested yet: wait until it is done.")
    return found


def _tested(metrics: Metrics) -> str:
    return f"on {metrics.test_count:,} test pictures" if metrics.test_count else ""


def _counted(run: Run) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
    """The run's classes, and how many test pictures of each were called what."""
    counts = run.metrics.confusion
    if not counts:
        raise LabError(f"{run.name} was not counted class by class: evaluate it anew.")
    return tuple(map(str, run.config.labels)), counts
