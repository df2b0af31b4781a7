"""Reads a run's signs: its files, its data as it saw them, and what its network answers."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from cnnlab import datasets, runs
from cnnlab.architectures import ARCHITECTURES
from cnnlab.clinic import Finding, Signs, diagnose
from cnnlab.errors import DAMAGED, LabError
from cnnlab.evaluation import data_of, load_model, predict_all
from cnnlab.keras_graph import run as run_graph
from cnnlab.keras_graph import walk
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.recipe import spoiled_and_mended
from cnnlab.runs import Run
from cnnlab.schema import LayerNorms

if TYPE_CHECKING:
    import keras

MOST = 2_000  # pictures of each part that are asked for
PROBED = 200  # pictures that a ReLU has a chance to open for
FEWEST_MISSED = 10
_LEARNERS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense", "Conv2DTranspose")


def examine(run: Run) -> tuple[Finding, ...]:
    """What is wrong with a run's training, the surest finding first.

    Raises:
        LabError: it was never trained here, has no model, or its data are not here or others.
    """
    return diagnose(signs_of(run))


def signs_of(run: Run) -> Signs:
    """Everything that is read and measured of a run; `LabError` as of `examine`."""
    config, history = run.config, run.history
    if not history:
        raise LabError(
            f"{run.name} has no finished epoch to look at: wait for its first one, or choose a run "
            "that was trained here."
        )
    data = spoiled_and_mended(data_of(run, config.recipe.train_limit or None), config.recipe)
    model = load_model(run)
    train, val = (_some(*part) for part in _parts(data))
    seen, held = predict_all(model, train[0]), predict_all(model, val[0])
    copies = datasets.copied_pictures(data.x_val, data.y_val, data.x_train, data.y_train)
    learners = [call for call in walk(model).calls if call.kind in _LEARNERS]
    larger, smaller = _best_elsewhere(run, model.count_params())
    card = next((one for one in ARCHITECTURES if one.name == config.architecture), None)
    return Signs(
        config=config,
        history=tuple(history),
        usual_rate=OPTIMIZERS[config.recipe.optimizer].learning_rate,
        knobs=tuple(knob.name for knob in card.knobs) if card else (),
        params=model.count_params(),
        depth=len(learners),
        normalized=any("Normalization" in call.kind for call in walk(model).calls),
        moved=_moved(run),
        gradients=_gradients(run.norms),
        dead=_dead(model, train[0][:PROBED]),
        counts=tuple(np.bincount(data.y_train, minlength=len(data.labels)).tolist()),
        validation=len(data.y_val),
        copied=int(copies.sum()),
        train_accuracy=float((seen.argmax(axis=1) == train[1]).mean()),
        val_accuracy=float((held.argmax(axis=1) == val[1]).mean()),
        recalls=_recalls(held.argmax(axis=1), val[1], len(data.labels)),
        strangeness=_strangeness(held, val[1]),
        best_larger=larger,
        best_smaller=smaller,
    )


def _parts(data: datasets.Data) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    return (data.x_train, data.y_train), (data.x_val, data.y_val)


def _some(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most `MOST` of the pictures, drawn at random, in their order."""
    chosen = np.sort(np.random.default_rng(0).permutation(len(y))[:MOST])
    return x[chosen], y[chosen]


def _moved(run: Run) -> float | None:
    """By how many of their own lengths the kernels moved, the median over the layers."""
    kernels = []
    for moment in ("initial", "final"):
        try:
            with np.load(run.snapshots_dir / f"{moment}.npz") as kept:
                kernels.append({name: kept[name] for name in kept.files})
        except DAMAGED:
            return None
    first, last = kernels
    learn = {layer for one in run.norms[:1] for layer in one.layers}  # frozen ones never move
    steps = [
        float(np.linalg.norm(last[name] - first[name])) / (float(np.linalg.norm(first[name])) or 1)
        for name in first
        if name in last and first[name].shape == last[name].shape and name.split()[0] in learn
    ]
    return float(np.median(steps)) if steps else None


def _gradients(norms: list[LayerNorms]) -> float | None:
    """The first layer's gradient as a part of the largest, the median over the epochs."""
    shares = [one.gradients[0] / max(one.gradients) for one in norms if any(one.gradients)]
    return float(np.median(shares)) if shares else None


def _dead(model: "keras.Model", pictures: np.ndarray) -> Mapping[str, float]:
    """Share of each ReLU's units, channels or values, that are 0 for every picture."""
    calls = walk(model).calls
    made = run_graph(calls, [pictures.astype("float32") / 255])
    shares = {}
    for call, tensors in zip(calls, made, strict=True):
        if _is_relu(call.layer):
            values = np.asarray(tensors[0])
            largest = values.reshape(-1, values.shape[-1]).max(axis=0)
            shares[call.name] = float((largest <= 0).mean())
    return shares


def _is_relu(layer: object) -> bool:
    """Whether a layer ends in a plain ReLU, which lets nothing through below zero."""
    inside = getattr(layer, "activation", None)
    name = type(layer).__name__
    leaky = float(getattr(layer, "negative_slope", 0) or 0)
    return getattr(inside, "__name__", "") in ("relu", "relu6") or (name == "ReLU" and not leaky)


def _recalls(predicted: np.ndarray, truth: np.ndarray, classes: int) -> tuple[float | None, ...]:
    return tuple(
        float((predicted[truth == label] == label).mean()) if (truth == label).any() else None
        for label in range(classes)
    )


def _strangeness(probabilities: np.ndarray, labels: np.ndarray) -> float | None:
    """How far down the labels stand that are not the answer: 0 second place, 1 the last.

    Args:
        probabilities: `(n, classes)`.
        labels: `(n,)`.
    """
    classes = probabilities.shape[1]
    missed = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    if classes < 4 or len(missed) < FEWEST_MISSED:
        return None
    own = probabilities[missed, labels[missed]][:, None]
    places = (probabilities[missed] > own).sum(axis=1)
    return float((places - 1).mean() / (classes - 2))


def _best_elsewhere(run: Run, params: int) -> tuple[float | None, float | None]:
    """Validation accuracy of the best larger and the best smaller run on the same pictures.

    Who learned from more pictures, or from fewer, says nothing about the size of a network.
    """
    larger: list[float] = []
    smaller: list[float] = []
    for other in [*runs.list_runs(), *runs.pretrained()]:
        with suppress(LabError):
            known, count = other.metrics.val_accuracy, other.metrics.params
            if other.path != run.path and _same_pictures(other, run) and known and count:
                (larger if count > params else smaller).append(known)
    return max(larger, default=None), max(smaller, default=None)


def _same_pictures(one: Run, other: Run) -> bool:
    first, second = one.config, other.config
    limits = first.recipe.train_limit, second.recipe.train_limit
    return first.dataset == second.dataset and limits[0] == limits[1]
