"""The gap between a guess and the truth, in one sentence."""

import math

from cnnlab.lessons._cards import Truth, Unit

Guessed = float | str | tuple[str, str]
EXACT = 0.005  # of a number's size: nobody guesses nearer
POINTS_EXACT = 0.15
_FACTOR = 2.0  # from here on "so many times" says more than a difference


def shown(value: Guessed, unit: Unit) -> str:
    """A value as the reader sees it; numbers of shares are 0..1, of points hundredths."""
    if isinstance(value, tuple):
        return f"{value[0]} taken for {value[1]}"
    if isinstance(value, str):
        return value
    if unit == "share":
        return _percent(value)
    if unit == "points":
        return _counted(round(value, 2), "point")
    if unit == "pixels":
        return _counted(value, "pixel")
    if unit == "bytes":
        return f"{value / 1024:,.1f} KiB" if value >= 1024 else _counted(value, "byte")
    return f"{value:,.1f} times" if unit == "times" else _plain(value)


def said_truth(truth: Truth) -> str:
    """The truth alone, in one sentence."""
    return f"It is {shown(truth.value, truth.unit)}{_basis(truth)}."


def gap(guess: Guessed, truth: Truth, subject: str = "It is") -> str:
    """What was guessed, what is so, and how far the two are apart.

    Args:
        guess: A number in the truth's unit, a word, or a pair of classes.
        truth: What was measured.
        subject: The sentence's beginning, such as "lenet5 says".
    """
    real = shown(truth.value, truth.unit)
    if isinstance(guess, float | int) and isinstance(truth.value, float | int):
        ends = f"you guessed {shown(guess, truth.unit)}, {_apart(guess, truth.value, truth.unit)}"
        return f"{subject} {real}{_basis(truth)}: {ends}."
    if guess == truth.value:
        said = "it is" if subject == "It is" else subject
        return f"Right: {said} {real}{_basis(truth)}."
    half = ""
    if isinstance(guess, tuple) and isinstance(truth.value, tuple):
        if set(guess) == set(truth.value):
            half = ", the right pair the other way round"
        elif set(guess) & set(truth.value):
            half = ", half of it right"
    return f"{subject} {real}{_basis(truth)}: you guessed {shown(guess, truth.unit)}{half}."


def _apart(guess: float, real: float, unit: Unit) -> str:
    """How far a number is off: in points of accuracy, in times, else as a difference."""
    off = guess - real
    if unit in ("share", "points"):
        points = abs(off) * (100 if unit == "share" else 1)
        if points < POINTS_EXACT:
            return "as good as exact"
        return f"{points:.1f} points too {'high' if off > 0 else 'low'}"
    if abs(off) <= EXACT * abs(real):
        return "as good as exact"
    if guess > 0 and real > 0 and not 1 / _FACTOR < guess / real < _FACTOR:
        times = max(guess / real, real / guess)
        return f"{times:,.1f} times too {'many' if off > 0 else 'few'}"
    return f"{shown(abs(off), unit)} too {'many' if off > 0 else 'few'}"


def _percent(share: float) -> str:
    """Near the ends with one more digit: there every tenth counts."""
    digits = 2 if share > 0.98 and not math.isclose(share, 1) else 1
    return f"{round(100 * share, digits):g} %"


def _counted(number: float, word: str) -> str:
    return f"{_plain(number)} {word}{'' if abs(number) == 1 else 's'}"


def _plain(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.2f}".rstrip("0")


def _basis(truth: Truth) -> str:
    return f" ({truth.basis})" if truth.basis else ""
