"""A reader's own Keras model becomes a run: looked into, drawn for and compared like any other.

Keras' safe mode stays on: a file that brings code of its own (a Lambda layer, a class nobody
here knows) is refused, not run. How a file is read stands in `_loading` and `_weights`, how large
it may be in `_limits`, how it is made to fit in `_fitting` (with `_shapes`, `_ranges`, `_answers`).
"""

import shlex
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import keras

from cnnlab import datasets, progress, schema
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.evaluation import UNKNOWN
from cnnlab.export.finished import adopt_finished
from cnnlab.importing import _ranges
from cnnlab.importing._fitting import Fitted, Judges, finished, plain
from cnnlab.importing._loading import is_weights_only, load
from cnnlab.importing._weights import load_weights
from cnnlab.markdown import unturned
from cnnlab.registry import Value
from cnnlab.runs import Run
from cnnlab.schema import Imported, Recipe, RunConfig

ARCHITECTURE = "imported"
_STEPS = 3  # of an import, as its reader is told
PREPARATIONS = ("digit", "picture")
ENDINGS = (".weights.h5", ".keras", ".h5", ".hdf5")


def import_file(
    file: str | Path,
    name: str = "",
    labels: Sequence[str] = (),
    dataset: str = "",
    preparation: str = "",
    title: str = "",
    input_range: str = "",
    side: int = 0,
    architecture: str = "",
    knobs: Mapping[str, Value] | None = None,
) -> Run:
    """Make a finished run of a model file.

    Args:
        file: A `.keras` file of Keras 3, an `.h5` file with a whole model, or one with the
            weights of an architecture the lab has.
        name: The file's name, where `file` is a copy under another one.
        labels: The classes' names, in order; none: those of `dataset`, else numbers.
        dataset: What it was trained on, if it is one of the lab's: test pictures come from it,
            and the test accuracy is measured.
        preparation: "digit" or "picture"; the dataset's own, else "digit" for small gray input.
        title: What to call it; the file's name by default.
        input_range: One of "0..1", "0..255", "-1..1" and their inversions, the range it wants
            its pictures in; "" measures it on the dataset, or asks its first layers.
        side: Height and width of its pictures where it takes any; 0: as the dataset's.
        architecture: For a file of weights alone: the network they belong to.
        knobs: Some of that architecture's.

    Returns:
        The new run; its config's "imported" holds the file's name, the input range and notes on
        what was added.

    Raises:
        LabError: none of Keras' files, one that safe mode refuses or that is too large, or a
            network that does not map one picture to at least two classes; the sentence says
            which.
    """
    path, name = Path(file), name or Path(file).name
    options = {
        "dataset": dataset,
        "preparation": preparation,
        "title": title,
        "range": input_range,
        "side": side or "",
        "architecture": architecture,
        "labels": ",".join(labels),
    }
    command = _command(name, options, knobs or {})
    labels = _checked_labels(labels)
    input_range = _ranges.checked(input_range)
    card = datasets.DATASETS[dataset] if dataset else None
    progress.tell(0, _STEPS, "steps: reading the file")
    model = _model(path, name, card, architecture, knobs or {})
    network = plain(model, name, card.input_shape if card else None, side)
    names = _labels(network.classes, name, labels, card)
    data = _data(dataset, network.picture)
    progress.tell(1, _STEPS, "steps: finding out what it expects")
    fitted = finished(network, name, judges_of(data) if data else None, input_range)
    config = _config(fitted, name, names, dataset, preparation, title)
    config = replace(config, command=command)
    progress.tell(2, _STEPS, "steps: writing and testing it")
    return adopt_finished(fitted.model, config, data)


def _command(name: str, options: Mapping[str, Value], knobs: Mapping[str, Value]) -> str:
    """What imports the same file again from a terminal, safe to paste there."""
    words = ["import", name]
    words += [f"--{option}={value}" for option, value in options.items() if value]
    words += [f"--knob={knob}={value}" for knob, value in knobs.items()]
    return f"python -m cnnlab {shlex.join(words)}"


def _model(
    file: Path,
    name: str,
    dataset: datasets.DatasetCard | None,
    architecture: str,
    knobs: Mapping[str, Value],
) -> keras.Model:
    if not is_weights_only(file, name):
        return load(file, name)
    if not architecture:
        raise LabError(
            f"{name} holds weights without the network they belong to: name one of the lab's "
            "with --architecture, or save the whole model with model.save('name.keras')."
        )
    card = ARCHITECTURES[architecture]
    shape = dataset.input_shape if dataset else None
    classes = len(dataset.labels) if dataset else None
    return load_weights(file, name, card.name, shape, classes, card.check(knobs))


def _checked_labels(given: Sequence[str]) -> list[str]:
    """Class names as they are shown and kept, one line each.

    Raises:
        LabError: one of them is empty, or stands there twice.
    """
    labels = [" ".join(unturned(str(label)).split()) for label in given]
    twice = [label for label, count in Counter(labels).items() if count > 1]
    if twice:
        raise LabError(f"The class name {twice[0]!r} stands there twice: give each its own.")
    if not all(labels):
        raise LabError(f"Class name {labels.index('') + 1} is empty: give every class a name.")
    return labels


def _labels(
    classes: int, name: str, labels: list[str], card: datasets.DatasetCard | None
) -> list[str]:
    """A name for each class.

    Raises:
        LabError: there are more or fewer names than classes.
    """
    own = not labels and card
    labels = labels or (list(card.labels) if card else [str(number) for number in range(classes)])
    if len(labels) != classes:
        where = f"{card.title} has" if own and card else "There are"
        raise LabError(
            f"{where} {len(labels)} class names and {name} tells {classes} classes apart: give "
            f"{classes} names."
        )
    if card and labels != list(card.labels) and sorted(labels) == sorted(card.labels):
        raise LabError(
            f"These are {card.title}'s class names in another order than its pictures are counted "
            f"in ({', '.join(card.labels[:12])}): save {name} with its outputs in that order, or "
            "import it without the dataset."
        )
    return labels


def _data(dataset: str, shape: tuple[int, int, int]) -> datasets.Data | None:
    """The dataset in the network's shape, where it is named and on this machine."""
    here = datasets.stand_in(dataset) if dataset else ""
    return datasets.load(here, shape) if here and datasets.available(here).ready else None


def judges_of(data: datasets.Data) -> Judges:
    """Its validation pictures, for the ranges to be measured on."""
    title = datasets.DATASETS[data.name].title
    return Judges(title, data.x_val, data.y_val, len(data.labels))


def _config(
    fitted: Fitted, name: str, labels: list[str], dataset: str, preparation: str, title: str
) -> RunConfig:
    shape = fitted.shape
    card = datasets.DATASETS[dataset] if dataset else None
    usual = "digit" if shape[2] == 1 and max(shape[:2]) <= 32 else "picture"
    preparation = preparation or (card.preparation if card else usual)
    if preparation not in PREPARATIONS:
        raise LabError(f"A preparation is 'digit' or 'picture'. Received: {preparation!r}.")
    plan = RunConfig(
        architecture=ARCHITECTURE,
        knobs={},
        dataset=dataset or UNKNOWN,
        input_shape=shape,
        classes=fitted.classes,
        labels=tuple(labels),
        preparation="digit" if preparation == "digit" else "picture",
        recipe=Recipe(epochs=0),
        title=title.strip()[:80] or _stem(name)[:80],
        created=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        imported=Imported(name, tuple(fitted.notes), fitted.input_range),
    )
    return schema.from_json(RunConfig, schema.to_json(plan))


def _stem(name: str) -> str:
    """A file's name without its ending."""
    ending = next((e for e in ENDINGS if name.lower().endswith(e)), "")
    return name[: len(name) - len(ending)]
