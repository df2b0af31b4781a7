"""In which range a network wants its pictures: said by its first layers, or measured."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cnnlab.errors import LabError
from cnnlab.keras_graph import Call, Graph

# value = scale * picture + offset, for pictures in 0..1
RANGES: dict[str, tuple[float, float]] = {
    "0..1": (1.0, 0.0),
    "0..255": (255.0, 0.0),
    "-1..1": (2.0, -1.0),
    "1..0": (-1.0, 1.0),
    "255..0": (-255.0, 255.0),
    "1..-1": (-2.0, 1.0),
}
WORDS = {
    "0..1": "from 0 to 1",
    "0..255": "from 0 to 255",
    "-1..1": "from -1 to 1",
    "1..0": "inverted, from 1 (black) to 0",
    "255..0": "inverted, from 255 (black) to 0",
    "1..-1": "inverted, from 1 (black) to -1",
}
OTHER_NAMES = {"inverted": "1..0", "bytes": "0..255", "signed": "-1..1"}
STANDARDIZED = "standardized"  # by the mean and deviation of its dataset
_WRITTEN = re.compile(r"mean=([-\d.e/]+),\s*std=([-\d.e/]+)")
# Of ImageNet's pictures, 0..1: PyTorch's examples and many that follow them.
IMAGENET = "mean=0.485/0.456/0.406,std=0.229/0.224/0.225"
_BYTES = 1.5  # a mean or spread beyond this was measured on bytes
_AS_GOOD = 0.02  # accuracies this near each other are told apart by their loss
_LITTLE = 0.1  # above chance: less is a warning
Answers = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Found:
    """The range that fits best, its accuracy on `pictures` pictures, and all that were tried."""

    name: str
    accuracy: float
    pictures: int
    tried: Mapping[str, float]


def checked(name: str) -> str:
    """A range's name as `RANGES` has it; "" stays, for one that is to be found out.

    Raises:
        LabError: there is no such range.
    """
    name = OTHER_NAMES.get(name.strip(), name.strip())
    if written := _WRITTEN.fullmatch(name):
        name = _standard(*(_values(part, name) for part in written.groups()))
    elif name and name != STANDARDIZED and name not in RANGES:
        raise _no_range(name)
    return name


def _values(words: str, name: str) -> list[float]:
    try:
        return [float(word) for word in words.split("/")]
    except ValueError:
        raise _no_range(name) from None


def _no_range(name: str) -> LabError:
    return LabError(
        f"An input range is one of {', '.join(RANGES)}, {STANDARDIZED}, or written as "
        f"mean=0.1307,std=0.3081 (for colors mean=0.485/0.456/0.406,std=0.229/0.224/0.225). "
        f"Received: {name!r}."
    )


def _standard(means: Sequence[float], deviations: Sequence[float]) -> str:
    """The name of (x - mean) / deviation, per channel or for all alike.

    Raises:
        LabError: as many means as deviations are needed, 1 or 3, and none of these may be 0.
    """
    name = f"mean={_joined(means)},std={_joined(deviations)}"
    sound = len(means) == len(deviations) and len(means) in (1, 3)
    if not sound or not all(np.isfinite([*means, *deviations])) or min(deviations) <= 0:
        raise _no_range(name)
    return name


def _joined(values: Sequence[float]) -> str:
    return "/".join(f"{value:.4g}" for value in values)


def standardizations(pictures: np.ndarray) -> list[str]:
    """Ways in which people standardize such pictures outside their network.

    Args:
        pictures: Of the dataset, uint8 `(n, height, width, channels)`.
    """
    floats = pictures[:2000] / np.float32(255)
    deviations = floats.std(axis=(0, 1, 2))
    if deviations.min() <= 0:
        return []
    own = _standard(floats.mean(axis=(0, 1, 2)).tolist(), deviations.tolist())
    return [own, IMAGENET] if pictures.shape[-1] == 3 else [own]


def settled(name: str, tried: Sequence[str], channels: int) -> str:
    """A checked name with "standardized" replaced by the dataset's own numbers.

    Raises:
        LabError: its dataset is not named, or not here, so nobody knows them; or it is for
            pictures of other channels.
    """
    if name and name != STANDARDIZED:
        count = max(1, affine(name)[0].size)
        if count not in (1, channels):
            raise LabError(f"{name} is for {count} channels, not {channels}: give one of each.")
    if name != STANDARDIZED:
        return name
    found = [one for one in tried if one.startswith("mean=")]
    if not found:
        raise LabError(
            "Whose mean and deviation? Name the dataset it was trained on, or write them: "
            "mean=0.1307,std=0.3081."
        )
    return found[0]


def affine(name: str) -> tuple[np.ndarray, np.ndarray]:
    """(scale, offset) for pictures in 0..1, float32: for all channels, or for each of three."""
    if name in RANGES:
        scale, offset = RANGES[name]
        return np.array(scale, "float32"), np.array(offset, "float32")
    written = _WRITTEN.fullmatch(name)
    assert written, name
    means, deviations = (np.array(_values(part, name)) for part in written.groups())
    # Numbers beyond 1.5 were measured on bytes.
    most = 255.0 if max(np.abs(means).max(), deviations.max()) > _BYTES else 1.0
    scales = (most / deviations).astype("float32")
    offsets = (-means / deviations).astype("float32")
    return (scales, offsets) if len(scales) > 1 else (scales[0, ...], offsets[0, ...])


def words_of(name: str) -> str:
    """A range in words."""
    if name in WORDS:
        return WORDS[name]
    means, deviations = name.removeprefix("mean=").split(",std=")
    return f"standardized, less {means} and divided by {deviations}"


def note(name: str) -> str:
    """What is said of the layer that makes a range of pictures in 0..1; "" where there is none."""
    if name == "0..1":
        return ""
    scale, offset = affine(name)
    more = f" and adds {_numbers(offset)}" if np.any(offset) else ""
    return (
        f"It wants its pictures {words_of(name)}, so a layer that multiplies by "
        f"{_numbers(scale)}{more} was put before it."
    )


def _numbers(values: np.ndarray) -> str:
    return ", ".join(f"{value:.4g}" for value in np.atleast_1d(values))


def ranged(pictures: np.ndarray, name: str) -> np.ndarray:
    """Uint8 pictures as float32 in a range."""
    scale, offset = affine(name)
    return (pictures.astype("float32") / 255) * scale + offset


def declared_range(graph: Graph, dtype: str) -> str:
    """The range that a network's first layers speak of; "" where they say nothing.

    Args:
        graph: The network's.
        dtype: Of its input: whole numbers are bytes.
    """
    if "int" in dtype:
        return "0..255"
    for call in graph:
        declared = _declared_by(call)
        if declared is not None:
            return declared
        if call.weights or len(call.inputs) != 1:
            return ""
    return ""


def _declared_by(call: Call) -> str | None:
    """What one of the first layers says; None: look at the next."""
    layer = call.layer
    if call.kind == "Rescaling":
        return "0..255" if float(np.max(np.abs(layer.scale))) < 0.02 else "0..1"
    if call.kind == "Normalization":
        return _measured_on(layer.mean, layer.variance)
    if call.kind == "BatchNormalization":
        return _measured_on(layer.moving_mean, layer.moving_variance)
    constants = [np.asarray(v, "float64") for v in call.args if isinstance(v, int | float)]
    constants += [np.asarray(v, "float64") for v in call.args if isinstance(v, np.ndarray)]
    if not call.kind.startswith("ops.") or len(constants) != 1:
        return None
    most = float(np.abs(constants[0]).max())
    if call.kind in ("ops.true_divide", "ops.divide"):
        return "0..255" if most > 50 else None
    if call.kind == "ops.multiply":
        return "0..255" if most < 0.02 else None
    if call.kind in ("ops.add", "ops.subtract"):
        return "0..255" if most > _BYTES else None
    return None


def _measured_on(mean: object, variance: object) -> str:
    means, spreads = np.abs(np.asarray(mean)).max(), np.sqrt(np.asarray(variance)).max()
    return "0..255" if max(float(means), float(spreads)) > _BYTES else "0..1"


def measured(
    probabilities: Answers, pictures: np.ndarray, labels: np.ndarray, names: list[str], first: str
) -> Found:
    """The range in which the network knows most of the pictures.

    Args:
        probabilities: Values `(n, height, width, channels)` -> probabilities `(n, classes)`.
        pictures: Validation pictures, uint8 `(n, height, width, channels)`.
        labels: Their classes `(n,)`.
        names: The ranges to try.
        first: The one that the layers speak of, or "": taken where no other is clearly better.
    """
    accuracies, losses = {}, {}
    for name in names:
        chances = probabilities(ranged(pictures, name))
        accuracies[name] = float((chances.argmax(axis=1) == labels).mean())
        own = np.clip(chances[np.arange(len(labels)), labels], 1e-7, 1.0)
        losses[name] = float(-np.log(own).mean())
    most = max(accuracies.values())
    good = [name for name in names if accuracies[name] >= most - _AS_GOOD]
    best = first if first in good else min(good, key=losses.__getitem__)
    return Found(best, accuracies[best], len(labels), accuracies)


def words(found: Found, dataset: str, classes: int, chosen: str) -> list[str]:
    """What is said of a measurement: the range taken, and a warning near chance.

    Args:
        found: The measurement.
        dataset: The dataset's title.
        classes: How many there are.
        chosen: The range that the reader asked for; "" if it was left to the measurement.
    """
    name = chosen or found.name
    right = f"{found.tried[name]:.1%} of {found.pictures} validation pictures of {dataset}"
    notes = []
    if chosen and found.tried[chosen] < found.accuracy - _AS_GOOD:
        notes.append(
            f"Pictures go in {words_of(chosen)}, as you asked, and it knows {right}; "
            f"{words_of(found.name)} it would know {found.accuracy:.1%}."
        )
    elif chosen:
        notes.append(f"Pictures go in {words_of(chosen)}, as you asked: it knows {right}.")
    else:
        notes.append(f"Of {len(found.tried)} ranges {words_of(name)} fits best: it knows {right}.")
    if found.accuracy < 1 / classes + _LITTLE:
        notes.append(
            f"Warning: that is near chance ({1 / classes:.0%}). It may have learned from other "
            "pictures, prepared another way, or its classes stand in another order."
        )
    return notes
