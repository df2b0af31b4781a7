"""A network as people save it becomes one that fits the lab: 0..1 in, probabilities out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from cnnlab.errors import DAMAGED, LabError, reason
from cnnlab.importing import _answers, _ranges, _shapes
from cnnlab.importing._channels import channels_last
from cnnlab.keras_graph import Call, Graph, rebuilt, walk

RESTING = {  # do nothing but in training
    *("RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast"),
    *("RandomBrightness", "RandomShear", "RandomHue", "RandomSaturation", "RandomGrayscale"),
    *("RandomColorJitter", "RandomColorDegeneration", "RandomPerspective", "RandomErasing"),
    *("RandomGaussianBlur", "RandomInvert", "RandomPosterization", "RandomSharpness"),
    *("RandomElasticTransform", "AugMix", "RandAugment", "AutoContrast"),
}
_BATCH = 100
_MOST_PICTURES, _FEWEST_PICTURES = 500, 50
_MOST_WORK = 4e11  # multiply-accumulates spent on all ranges together


@dataclass(frozen=True)
class Judges:
    """Validation pictures the ranges are measured on: uint8 `(n, h, w, c)` and labels `(n,)`."""

    title: str
    pictures: np.ndarray
    labels: np.ndarray
    classes: int


@dataclass
class Fitted:
    """A model that fits the lab: floats 0..1 in, probabilities out.

    Attributes:
        model: Flat, of 32 bit, with one picture as its input.
        input_range: The key of `RANGES` it is given its pictures in.
        answers: What its own values were: "probabilities", "scores" and so on.
        notes: One sentence for each thing that was added or changed.
    """

    model: keras.Model
    input_range: str
    answers: str
    notes: list[str] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The pictures' `(height, width, channels)`."""
        height, width, channels = self.model.inputs[0].shape[1:]
        return int(height), int(width), int(channels)

    @property
    def classes(self) -> int:
        """How many it tells apart."""
        return int(self.model.outputs[0].shape[1])


@dataclass
class Plain:
    """A network brought to 32 bit and free batches; its ends are still its own."""

    model: keras.Model
    graph: Graph
    fit: _shapes.Fit
    dtype: str
    notes: list[str]

    @property
    def picture(self) -> tuple[int, int, int]:
        """The pictures it can be given."""
        return self.fit.picture

    @property
    def classes(self) -> int:
        """Classes it tells apart; a single value tells two."""
        return max(2, int(np.prod(self.model.outputs[0].shape[1:])))


def plain(
    model: keras.Model, name: str, known: tuple[int, int, int] | None, side: int = 0
) -> Plain:
    """A loaded network without what the lab has no use for: 16 bit, fixed batches, inner models.

    Args:
        model: As Keras loaded it.
        name: The file's.
        known: Shape of the pictures it was trained on, if they are known.
        side: Height and width for a network that takes any.

    Raises:
        LabError: it does not map one picture to one value per class, or cannot be run here.
    """
    _shapes.check_ends(model, name)
    given = model.inputs[0]
    fit = _shapes.fit(tuple(given.shape[1:]), name, known, side)
    notes = [fit.note.strip()] if fit.note else []
    graph = walk(model)
    kinds = {call.kind for call in graph if _rests(call, graph)}
    if kinds:
        notes.append(
            f"{_listed(sorted(kinds))} change pictures in training only and were left out."
        )
    formats = {policy for call in graph if (policy := _precision(call)) != "float32"}
    if formats:
        notes.append(f"It was saved in {_listed(sorted(formats))}; here it computes in float32.")
    if given.shape[0] is not None:
        notes.append(f"It took batches of {given.shape[0]}; here it takes any number of pictures.")
    try:
        copy = rebuilt(
            model,
            _in_float32,
            lambda call: _weights(call, name),
            [keras.Input(fit.own, name="image_input")],
            skipped=lambda call: _rests(call, graph),
        )
    except DAMAGED as error:
        raise LabError(f"{name} cannot be run here ({reason(error)}).") from error
    if fit.order and (turned := channels_last(copy)):
        fit = _shapes.Fit(fit.picture, fit.picture)
        notes[0] = f"{notes[0]} So are those of its layers, which compute the same."
        copy = turned
    return Plain(copy, walk(copy), fit, str(given.dtype), notes)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _rests(call: Call, graph: Graph) -> bool:
    """Whether a layer only works in training, and leaves the size as it is."""
    alike = len(call.inputs) == 1 and graph.shape(call.inputs[0]) == call.shape
    return call.kind in RESTING and alike and not call.kwargs.get("training")


def _precision(call: Call) -> str:
    if not call.is_layer:
        return "float32"
    mode = getattr(call.layer, "quantization_mode", None)
    return str(mode or call.layer.dtype_policy.name)


def _in_float32(call: Call, config: dict[str, Any]) -> dict[str, Any]:
    """A layer's config with every precision in it made float32."""
    if not call.is_layer:
        cast = call.kind == "ops.cast" and "float" in str(config.get("dtype"))
        return {**config, "dtype": "float32"} if cast else config
    changed = _float32(config)
    changed.pop("quantization_config", None)
    return {**changed, "dtype": "float32"}


def _float32(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("module") == "keras.dtype_policies":
            return "float32"
        return {key: _float32(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_float32(item) for item in value]
    return value


def _weights(call: Call, name: str) -> list[np.ndarray]:
    """A layer's arrays in 32 bit; 8-bit kernels times their scales."""
    layer: Any = call.layer
    mode = getattr(layer, "quantization_mode", None)
    if mode is None:
        return [np.asarray(w).astype("float32") if "float" in str(w.dtype) else np.asarray(w)
                for w in layer.weights]  # fmt: skip
    if mode != "int8" or call.kind != "Dense":
        raise LabError(
            f"{name} holds {call.name}, a {call.kind} layer quantized to {mode}, which cannot be "
            "undone here: save the model before it is quantized."
        )
    kernel = np.asarray(layer.kernel, "float32") / np.asarray(layer.kernel_scale, "float32")
    return [kernel, np.asarray(layer.bias, "float32")] if layer.use_bias else [kernel]


def finished(
    network: Plain, name: str, judges: Judges | None = None, input_range: str = ""
) -> Fitted:
    """The network between what makes its input and what makes probabilities of its answers.

    Args:
        network: The network with its own ends.
        name: The file's.
        judges: Pictures to measure the ranges on, where its dataset is known and here.
        input_range: One of `RANGES`; "" finds out.

    Raises:
        LabError: it answers with no numbers.
    """
    declared = _ranges.declared_range(network.graph, network.dtype)
    whole = "int" in network.dtype
    names = [n for n in _ranges.RANGES if not whole or "255" in n]
    if judges is not None and not whole:
        names += _ranges.standardizations(judges.pictures)
    input_range = _ranges.settled(input_range, names, network.picture[2])
    kind = _answers.kind_of(network.graph, _answers_to_many(network, names, judges, name))
    notes = list(network.notes)
    chosen = input_range
    if judges is not None:
        pictures, labels = _affordable(network, judges, len(names))
        found = _ranges.measured(
            lambda values: _answers.probabilities(kind, _own_answers(network, values)),
            *(pictures, labels, list(dict.fromkeys([*names, *filter(None, [chosen])])), declared),
        )
        notes += _ranges.words(found, judges.title, judges.classes, chosen)
        chosen = chosen or found.name
    elif not chosen and not declared:
        notes.append(
            "Nothing in the file says in which range it wants its pictures: it gets them from 0 "
            "to 1. If its answers look wrong, import it again with another range."
        )
    chosen = chosen or declared or "0..1"
    notes += [note for note in (_ranges.note(chosen), _answers.NOTES[kind]) if note]
    return Fitted(_composed(network, chosen, kind), chosen, kind, notes)


def _answers_to_many(
    network: Plain, names: Sequence[str], judges: Judges | None, name: str
) -> np.ndarray:
    """Its values `(n, k)` for noise, black, white and some real pictures, in every range."""
    chance = np.random.default_rng(0)
    some = chance.integers(0, 256, (8, *network.picture), np.uint8)
    parts = [some, np.zeros_like(some[:1]), np.full_like(some[:1], 255)]
    if judges is not None:
        parts.append(judges.pictures[:20])
    pictures = np.concatenate(parts)
    try:
        made = [_own_answers(network, _ranges.ranged(pictures, one)) for one in names]
    except DAMAGED as error:
        raise LabError(f"{name} cannot be run here ({reason(error)}).") from error
    if not np.isfinite(made[0]).all():
        raise LabError(f"{name} answers with no numbers (its training diverged): train it anew.")
    return np.concatenate([values for values in made if np.isfinite(values).all()])


def _own_answers(network: Plain, values: np.ndarray) -> np.ndarray:
    """Its own values `(n, k)` for pictures `(n, height, width, channels)` in its range."""
    if network.fit.order:
        values = values.transpose(0, *network.fit.order)
    values = values.reshape(len(values), *network.fit.own)
    made = [
        np.asarray(network.model.predict_on_batch(values[i : i + _BATCH]))
        for i in range(0, len(values), _BATCH)
    ]
    return np.concatenate(made).reshape(len(values), -1)


def _affordable(network: Plain, judges: Judges, ranges: int) -> tuple[np.ndarray, np.ndarray]:
    """As many pictures, from all over, as the network can be asked about in seconds."""
    values = sum(int(np.prod([s or 1 for s in call.shape])) for call in network.graph)
    macs = max(1.0, 10.0 * values)
    count = int(_MOST_WORK / macs / ranges / 100)
    count = min(len(judges.labels), max(_FEWEST_PICTURES, min(_MOST_PICTURES, count)))
    chosen = np.linspace(0, len(judges.labels) - 1, count).astype(int)
    return judges.pictures[chosen], judges.labels[chosen]


def _composed(network: Plain, chosen: str, kind: str) -> keras.Model:
    """Picture -> range -> shape -> the network -> one row -> probabilities, all in one graph.

    Each part is a model of its own until the end, so that no name of one meets another's.
    """
    scale, offset = _ranges.affine(chosen)
    x = image = keras.Input(network.picture)
    if chosen != "0..1":
        label = "to_0_255" if chosen == "0..255" else "to_its_range"
        x = keras.layers.Rescaling(scale.tolist(), offset.tolist(), name=label)(x)
    for layer in network.fit.layers():
        x = layer(x)
    before = keras.Model(image, x, name="before")
    made = values = keras.Input(network.model.outputs[0].shape[1:])
    count = int(np.prod(made.shape[1:]))
    if len(made.shape) != 2:
        values = keras.layers.Reshape((count,), name="one_row")(values)
    after = keras.Model(made, _answers.turned(kind, values), name="after")
    picture = keras.Input(network.picture, name="picture")
    core = network.model
    title, core.name = core.name, "core"
    whole = keras.Model(picture, after(core(before(picture))), name=title)
    return rebuilt(whole, named=lambda call: call.name.removeprefix(f"{call.path[0]}."))
