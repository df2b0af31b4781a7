"""Backpropagation of one weight: the derivative of every layer, multiplied from the loss back.

Shapes: values of one picture, `(height, width, channels)` or `(n,)`, in float64. A derivative
has the shape of the values it belongs to.

Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986.
"""

from dataclasses import dataclass

import numpy as np

from cnnlab.errors import LabError
from cnnlab.keras_graph import INPUT, Call
from cnnlab.visualization._calls import run
from cnnlab.visualization._gradients import of_weights
from cnnlab.visualization._opened import Opened, open_model, open_run
from cnnlab.visualization.learning._layers import (
    BACKWARD,
    WEIGHTED,
    by_kernel,
    through_activation,
    used_at,
)
from cnnlab.visualization.learning._precise import in_float64, picture64

_MOST_TERMS = 8


@dataclass(frozen=True)
class Link:
    """One layer on the way back: its kind, and the derivatives of the loss by what it makes.

    `largest` is the largest of them by amount, `alive` the share that is not zero: an activation
    that said nothing lets nothing through.
    """

    layer: str
    kind: str
    largest: float
    alive: float


@dataclass(frozen=True)
class Term:
    """One product of the last sum: what the weight read, and the derivative of what it made."""

    place: tuple[int, ...]
    read: float
    derivative: float


@dataclass(frozen=True)
class WeightGradient:
    """How the loss of one picture changes with one weight.

    Attributes:
        loss: Cross-entropy of the picture, in nats.
        weight: The weight's value; `index` its place in the layer's kernel, of shape `shape`.
        chain: From the answer back to the weight's own layer.
        terms: The products that weigh most, of `count` in all; their sum over all is `gradient`.
        gradient: By hand; `engine` is what the engine's automatic differentiation gives.
    """

    layer: str
    shape: tuple[int, ...]
    index: tuple[int, ...]
    weight: float
    loss: float
    chain: tuple[Link, ...]
    terms: tuple[Term, ...]
    count: int
    gradient: float
    engine: float


def weighted_layers(opened: Opened) -> list[str]:
    """Names of the layers whose weights can be followed back."""
    return [call.name for call in opened.calls if call.kind in WEIGHTED]


def backward_run(path: str, image: np.ndarray, label: int, layer: str, at: int) -> WeightGradient:
    """`backward` of the run in folder `path`; in the engine."""
    return backward(open_run(path), image, label, layer, at)


def backward(
    opened: Opened, image: np.ndarray, label: int, layer: str = "", at: int = -1
) -> WeightGradient:
    """Follow the loss of one picture back to one weight.

    Args:
        opened: A model laid open that ends in probabilities.
        image: `(height, width, channels)`, floats in 0..1.
        label: The picture's class.
        layer: A dense or convolution layer; "": the first one.
        at: The weight's place in the flattened kernel; -1: the one with the largest gradient.

    Raises:
        LabError: no such layer, or a kind of layer behind it whose derivative is not written here.
    """
    image = opened.checked(image)
    precise = open_model(in_float64(opened))
    names = weighted_layers(precise)
    layer = layer or (names or [""])[0]
    number = precise.index(layer)
    if precise.calls[number].kind not in WEIGHTED:
        raise LabError(f"{layer} has no kernel to follow: choose one of {', '.join(names)}.")
    batch = picture64(image)
    made = [np.asarray(values)[0] for values in run(precise.calls, batch)]
    derivatives = _all_the_way(precise, made, batch[0], label, number)
    call = precise.calls[number]
    given = batch[0] if call.reads[0] == INPUT else made[call.reads[0]]
    inner = through_activation(call, [given], derivatives[number])
    whole = by_kernel(call, given, inner)
    at = int(np.abs(whole).argmax()) if at < 0 else at
    if at >= whole.size:
        raise LabError(f"{layer} has {whole.size:,} weights, numbered from 0. Received: {at}.")
    index = tuple(int(one) for one in np.unravel_index(at, whole.shape))
    places, read, behind = used_at(call, given, inner, index)
    order = np.argsort(-np.abs(read * behind), kind="stable")[:_MOST_TERMS]
    loss, engine = _engine(precise, batch[0], label, call)
    return WeightGradient(
        layer=layer,
        shape=whole.shape,
        index=index,
        weight=float(np.asarray(call.layer.kernel)[index]),
        loss=loss,
        chain=_chain(precise, derivatives, number),
        terms=tuple(Term(places[i], float(read[i]), float(behind[i])) for i in order),
        count=len(read),
        gradient=float((read * behind).sum()),
        engine=float(engine[index]),
    )


def _all_the_way(
    opened: Opened, made: list[np.ndarray], picture: np.ndarray, label: int, number: int
) -> dict[int, np.ndarray]:
    """By call, the derivative of the loss by what it makes, from the answer back to `number`."""
    answer = made[opened.output]
    if not answer[label] > 0:
        raise LabError("The network gives this class no probability at all: choose another one.")
    first = np.zeros_like(answer)
    first[label] = -1 / answer[label]  # of -log p
    found = {opened.output: first}
    for at in range(opened.output, number, -1):
        if at not in found:
            continue  # nothing behind it leads to the answer
        call = opened.calls[at]
        if call.kind not in BACKWARD:
            raise LabError(
                f"The derivative of {call.name} ({call.kind}) is not written out here: choose a "
                "layer behind it, or another network."
            )
        inputs = [picture if read == INPUT else made[read] for read in call.reads]
        inner = through_activation(call, inputs, found[at])
        for read, part in zip(
            call.reads, BACKWARD[call.kind](call, inputs, made[at], inner), strict=True
        ):
            found[read] = found[read] + part if read in found else part
    return found


def _chain(opened: Opened, found: dict[int, np.ndarray], number: int) -> tuple[Link, ...]:
    return tuple(
        Link(
            opened.calls[at].name,
            opened.calls[at].kind,
            float(np.abs(found[at]).max()),
            float((found[at] != 0).mean()),
        )
        for at in sorted(found, reverse=True)
        if at >= number
    )


def _engine(
    opened: Opened, picture: np.ndarray, label: int, call: Call
) -> tuple[float, np.ndarray]:
    """The loss, and the engine's own gradient of the call's kernel."""
    loss, gradients = of_weights(opened, picture, label)
    paths = [weight.path for weight in opened.model.trainable_weights]
    return loss, gradients[paths.index(call.layer.kernel.path)]
