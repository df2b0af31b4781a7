"""What a walk gives: calls, the tensors between them, their shapes. Plain data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cnnlab.errors import LabError

if TYPE_CHECKING:
    import keras

INPUT = -1  # stands for the model's input where the number of a call is meant
Shape = tuple[int | None, ...]
# Operations that do to each value of a tensor the same, whatever stands beside it.
ELEMENTWISE = frozenset(
    f"ops.{name}"
    for name in (
        *("add", "subtract", "multiply", "divide", "true_divide", "power", "cast", "clip"),
        *("relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "selu", "sigmoid", "tanh"),
        *("softplus", "softsign", "hard_sigmoid", "hard_silu", "hard_tanh", "log_sigmoid"),
        *("absolute", "abs", "negative", "square", "sqrt", "exp", "log", "identity"),
        *("maximum", "minimum"),
    )
)


def fixed(shape: Shape, name: str) -> tuple[int, ...]:
    """The shape of what `name` makes, no side of which is free.

    Raises:
        LabError: one is; the message says how to fix it.
    """
    sides = tuple(side for side in shape if side is not None)
    if len(sides) < len(shape):
        raise LabError(
            f"{name} has no fixed size {shape}; give the model an Input like (28, 28, 1)."
        )
    return sides


@dataclass(frozen=True)
class Tensor:
    """Output number `index` of call number `call`; of `INPUT`, the model's own input `index`."""

    call: int
    index: int = 0


@dataclass(frozen=True)
class Call:
    """One use of an operation.

    Attributes:
        number: Its place in the running order.
        name: Its own in the graph: "conv", "base.conv" inside a model, "conv (2)" at second use.
        layer: The Keras layer, or the operation where there is no layer (`x / 255.0`).
        args: What it is called with, tensors replaced by `Tensor`; `kwargs` likewise.
        inputs: The tensors it reads, in order.
        shapes: Of the tensors it makes, without the batch; None for a free side.
        dtypes: Of the tensors it makes.
        path: Names of the models it stands in, outermost first; () at the top.
        again: Whether the layer was used before: the same weights once more.
    """

    number: int
    name: str
    layer: "keras.Operation"
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    inputs: tuple[Tensor, ...]
    shapes: tuple[Shape, ...]
    dtypes: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    again: bool = False

    @property
    def is_layer(self) -> bool:
        """Whether the operation is a layer (and not, say, a plain `ops.multiply`)."""
        return hasattr(self.layer, "weights")

    @property
    def kind(self) -> str:
        """The layer's Keras class, "Conv2D"; the function of an operation, "ops.multiply"."""
        name = type(self.layer).__name__
        return name if self.is_layer else f"ops.{snake_case(name)}"

    @property
    def weights(self) -> "list[keras.Variable]":
        """The layer's variables; none of an operation without a layer."""
        return list(getattr(self.layer, "weights", []))

    @property
    def reads(self) -> tuple[int, ...]:
        """Numbers of the calls it reads, `INPUT` for the model's input."""
        return tuple(tensor.call for tensor in self.inputs)

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The tensors it makes."""
        return tuple(Tensor(self.number, index) for index in range(len(self.shapes)))

    @property
    def shape(self) -> Shape:
        """Shape of the (first) tensor it makes, without the batch."""
        return self.shapes[0]

    @property
    def fixed_shape(self) -> tuple[int, ...]:
        """`shape`, every side of which is known.

        Raises:
            LabError: one is free.
        """
        return fixed(self.shape, self.name)

    @property
    def channels(self) -> int:
        """The last side of the (first) tensor it makes; 1 of a single value.

        Raises:
            LabError: it is free.
        """
        return fixed(self.shape[-1:] or (1,), self.name)[0]

    @property
    def is_map(self) -> bool:
        """Whether it makes maps `(height, width, channels)`."""
        return len(self.shape) == 3


@dataclass(frozen=True)
class Graph:
    """A model's calls in an order they can run in.

    Attributes:
        name: The model's.
        inputs: Shapes of the model's inputs, without the batch.
        outputs: The tensors that leave the model, in the order of `model.outputs`.
        calls: `calls[n].number == n`.
    """

    name: str
    inputs: tuple[Shape, ...]
    outputs: tuple[Tensor, ...]
    calls: tuple[Call, ...] = field(default=())

    def shape(self, tensor: Tensor) -> Shape:
        """Shape of a tensor, without the batch."""
        if tensor.call == INPUT:
            return self.inputs[tensor.index]
        return self.calls[tensor.call].shapes[tensor.index]

    def fixed_shape(self, tensor: Tensor) -> tuple[int, ...]:
        """`shape`, every side of which is known.

        Raises:
            LabError: one is free.
        """
        return fixed(self.shape(tensor), self.maker(tensor) or self.name)

    def maker(self, tensor: Tensor) -> str:
        """Name of the call that made a tensor; "" for the model's input."""
        return "" if tensor.call == INPUT else self.calls[tensor.call].name

    def readers(self, number: int) -> list[Call]:
        """The calls that read what call `number` makes."""
        return [call for call in self.calls if number in call.reads]

    def call(self, name: str) -> Call:
        """The call of that name.

        Raises:
            LabError: there is none; the message lists those there are.
        """
        for call in self.calls:
            if call.name == name:
                return call
        names = ", ".join(call.name for call in self.calls)
        raise LabError(f"This network has no layer {name!r}; it has: {names}.")

    def __iter__(self) -> Iterator[Call]:
        return iter(self.calls)


def tensors_in(value: Any) -> Iterator[Tensor]:
    """Every `Tensor` anywhere in a call's arguments, in the order Keras flattens them."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from tensors_in(value[key])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors_in(item)


def snake_case(name: str) -> str:
    """ "TrueDivide" as "true_divide"; "Conv2D" as "conv2d"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
