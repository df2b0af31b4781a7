"""Figures of what a run's network is made of and what it takes."""

from cnnlab import lab, prediction, runs
from cnnlab.errors import LabError
from cnnlab.lessons._cards import Truth, figure
from cnnlab.prediction import Anatomy
from cnnlab.runs import Run
from cnnlab.summary import LayerRow, Summary
from cnnlab.summary.questions import LayerTable


@figure(title="Parameters", unit="count")
def params(run: str) -> Truth:
    """How many numbers a run's network stores."""
    return Truth(_params(runs.find(run)), "count")


@figure(title="Parameters it learns", unit="count")
def trained_params(run: str) -> Truth:
    """How many numbers a run's training moves; the rest are counted along the way."""
    found = runs.find(run).metrics.trainable_params
    if not found:
        raise LabError(f"{run} was not counted yet: wait until it is done.")
    return Truth(found, "count")


@figure(title="How many times smaller", unit="times")
def times_smaller(run: str, other: str) -> Truth:
    """How many times as many parameters the other run has."""
    return Truth(_params(runs.find(other)) / max(1, _params(runs.find(run))), "times")


@figure(title="Bytes of its file", unit="bytes")
def file_bytes(run: str) -> Truth:
    """Bytes of the file that answers, a run's LiteRT network."""
    found = runs.find(run).metrics.tflite_bytes
    if found is None:
        raise LabError(f"{run} has no file yet: wait until it is done.")
    return Truth(found, "bytes")


@figure(title="A layer's share of the parameters", unit="share")
def layer_share(run: str, layer: str) -> Truth:
    """The share of a network's parameters that sit in one layer."""
    row, table = _layer(runs.find(run), layer)
    basis = f"{row.params:,} of {table.totals.params:,}"
    return Truth(row.params / max(1, table.totals.params), "share", basis)


@figure(title="A layer's parameters", unit="count")
def layer_params(run: str, layer: str) -> Truth:
    """How many parameters sit in one layer."""
    row, _ = _layer(runs.find(run), layer)
    return Truth(row.params, "count", row.formula)


@figure(title="The layer with the most parameters", unit="word")
def largest_layer(run: str) -> Truth:
    """Which layer holds the most parameters."""
    table = _table(runs.find(run))
    row = max(table.layers, key=lambda one: one.params)
    names = tuple(one.name for one in table.layers if one.params)
    return Truth(row.name, "word", f"{row.params:,} of {table.totals.params:,} parameters", names)


@figure(title="Kernels that look at the picture", unit="count")
def kernels(run: str) -> Truth:
    """How many kernels the first convolution has."""
    return Truth(_built(runs.find(run)).kernels, "count")


@figure(title="Receptive field", unit="pixels")
def receptive_field(run: str, layer: str) -> Truth:
    """How many pixels of the picture, across, one value of a layer depends on."""
    row, _ = _layer(runs.find(run), layer)
    return Truth(max(row.receptive_field), "pixels", "across")


@figure(title="Smallest size that reads so much", unit="count")
def smallest_that_reads(ladder: str, percent: str) -> Truth:
    """Parameters of the smallest size of a ladder whose mean test accuracy reaches `percent`.

    `ladder` is the name of any run of it.
    """
    try:
        wanted = float(percent) / 100
    except ValueError:
        raise LabError(f"percent should be a number. Received: {percent!r}.") from None
    rungs = _rungs(ladder)
    good = [rung for rung in rungs if rung.accuracy >= wanted]
    if not good:
        raise LabError(f"No size of this ladder reads {percent} %: ask for less.")
    basis = f"it reads {good[0].accuracy:.2%} of {good[0].tested:,} test pictures"
    return Truth(good[0].params, "count", basis)


def _rungs(name: str) -> tuple[lab.Rung, ...]:
    for ladder in lab.ladders():
        if name in {run.name for run in ladder.rungs}:
            return lab.rungs(ladder)
    raise LabError(f"{name} belongs to no ladder: name one of its runs, such as ladder_05.")


def _params(run: Run) -> int:
    found = run.metrics.params
    if not found:
        raise LabError(f"{run.name} was not counted yet: wait until it is done.")
    return found


def _table(run: Run) -> Summary:
    made = run.config
    return lab.ask(LayerTable(made.architecture, made.input_shape, made.classes, made.knobs))


def _layer(run: Run, name: str) -> tuple[LayerRow, Summary]:
    table = _table(run)
    for row in table.layers:
        if row.name == name:
            return row, table
    known = ", ".join(row.name for row in table.layers)
    raise LabError(f"{run.name} has no layer {name!r}; it has: {known}.")


def _built(run: Run) -> Anatomy:
    found = prediction.anatomy(run.tflite_file.read_bytes()) if run.tflite_file.is_file() else None
    if found is None:
        raise LabError(f"{run.name} has no convolution to look at: choose another run.")
    return found
