"""The zoo: one file per family; each network is a function with a card.

Cards are plain data, so the gallery needs no Keras. `build` makes the Keras model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cnnlab.architectures import _fit, _script
from cnnlab.errors import LabError
from cnnlab.registry import FunctionCard, Registry, Value

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Published:
    """One figure as its source printed it; shown beside ours, never in its place.

    `accuracy` is a fraction (0..1) on the test images; `note` says what the figure leaves out.
    Where it belongs to another input or number of classes than the card's, `input_shape` and
    `classes` say which, and `rebuilt` is our own count of parameters there (a test recounts it).
    """

    dataset: str
    params: int | None = None
    accuracy: float | None = None
    note: str = ""
    input_shape: tuple[int, int, int] | None = None
    classes: int | None = None
    rebuilt: int | None = None


@dataclass(frozen=True, kw_only=True)
class ArchitectureCard(FunctionCard):
    """A network before it is built: its native input, its knobs, what was published.

    `input_shape` is (height, width, channels); `datasets` names what it was made for. `params`
    is our own count at the defaults (a test recounts it), `macs` that of multiplications for one
    picture (None: not counted), `trainable` the part of the parameters that training changes
    (None: all). `contradiction` says where the source contradicts itself.
    `recipe` holds the training settings the source used, as far as `recipe.KNOBS` has them.
    `student` is the network its source taught by it; a `usual_student` is one that any network
    may begin to teach on pictures with as many channels. `sizes` is the knob that turns one network
    into many sizes: its shipped runs on one dataset are shown as one ladder.
    """

    input_shape: tuple[int, int, int]
    classes: int
    params: int
    macs: int | None = None
    trainable: int | None = None
    datasets: tuple[str, ...] = ()
    published: tuple[Published, ...] = ()
    contradiction: str = ""
    recipe: Mapping[str, Value] = field(default_factory=dict)
    student: str = ""
    usual_student: bool = False
    sizes: str = ""

    @property
    def compact(self) -> bool:
        """Whether a laptop trains it while one waits: at most 300,000 parameters."""
        return self.params <= 300_000


ARCHITECTURES: Registry[ArchitectureCard] = Registry(
    "architecture", ArchitectureCard, "cnnlab.architectures"
)
architecture = ARCHITECTURES.register


def first_student(teacher: str, channels: int) -> ArchitectureCard:
    """The network to begin to teach: the teacher's own student, else a small one.

    Args:
        teacher: Name of an architecture, or of a network that is none.
        channels: Of the pictures both see.
    """
    own = ARCHITECTURES[teacher].student if teacher in ARCHITECTURES else ""
    if own:
        return ARCHITECTURES[own]
    usual = [card for card in ARCHITECTURES if card.usual_student]
    return min(usual, key=lambda card: abs(card.input_shape[2] - channels))


def build(
    name: str,
    input_shape: Sequence[int] | None = None,
    classes: int | None = None,
    knobs: Mapping[str, Any] | None = None,
) -> "keras.Model":
    """The Keras model of a named architecture, with fresh weights.

    Args:
        name: Key of `ARCHITECTURES`.
        input_shape: (height, width, channels); None: the card's own.
        classes: Number of classes; None: the card's own.
        knobs: Values for some of the card's knobs; the others keep their defaults.

    Returns:
        Maps `(batch, height, width, channels)`, floats in 0..1, to probabilities
        `(batch, classes)`. `keras.utils.set_random_seed` determines its weights.

    Raises:
        LabError: unknown name or knob, illegal value, or an input too small for a layer; the
            message names the layer and the smallest input that fits.
    """
    card = ARCHITECTURES[name]
    shape = _check_shape(card.input_shape if input_shape is None else input_shape)
    classes = _check_classes(card.classes if classes is None else classes)
    values = card.check(knobs or {})
    try:
        return card.function(shape, classes, **values)
    except ValueError as error:
        raise _fit.explain(card, shape, classes, values, error) from error


def script(
    name: str,
    input_shape: Sequence[int] | None = None,
    classes: int | None = None,
    knobs: Mapping[str, Any] | None = None,
) -> str:
    """A Keras script of exactly the network `build` makes; same arguments, same errors."""
    return _script.script(build(name, input_shape, classes, knobs), ARCHITECTURES[name].title)


def _check_shape(shape: Sequence[int]) -> tuple[int, int, int]:
    numbers = tuple(shape)
    whole = len(numbers) == 3 and all(isinstance(n, int) and n > 0 for n in numbers)
    if not whole or max(numbers) > _fit.LARGEST:
        raise LabError(
            f"The input must be height x width x channels, whole numbers from 1 to "
            f"{_fit.LARGEST}, such as 28x28x1. Received: {'x'.join(map(str, numbers))}."
        )
    height, width, channels = numbers
    return height, width, channels


def _check_classes(classes: int) -> int:
    if not isinstance(classes, int) or not 2 <= classes <= 1000:
        raise LabError(f"Classes must be a whole number from 2 to 1000. Received: {classes!r}.")
    return classes
