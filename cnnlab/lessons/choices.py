"""What a guess may be: classes of the run it is about, and numbers in the unit of the truth."""

from cnnlab import runs
from cnnlab.lessons._cards import FIGURES, Truth, Unit
from cnnlab.lessons.gap import Guessed, gap, said_truth, shown
from cnnlab.lessons.shelf import OWN
from cnnlab.schema import Guess


def unit(guess: Guess) -> Unit:
    """What the guess counts."""
    return FIGURES[guess.figure].unit


def classes(guess: Guess, own: str = "") -> tuple[str, ...]:
    """The classes a pair is chosen from.

    Raises:
        LabError: the run is gone.
    """
    name = guess.of.get("run", "")
    return tuple(map(str, runs.find(own if name == OWN else name).config.labels))


def in_unit(number: float, of: Unit) -> float:
    """A number as its slider has it, in the truth's unit: shares are guessed in per cent."""
    return number / 100 if of == "share" else number


def number_words(number: float, of: Unit) -> str:
    """The same for the reader."""
    return f"{number:g} %" if of == "share" else shown(number, of)


def sentence(guess: Guessed | None, truth: Truth) -> str:
    """The gap, or the truth alone where nobody guessed."""
    return said_truth(truth) if guess is None else gap(guess, truth)
