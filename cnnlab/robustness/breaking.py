"""One picture, spoiled more and more: when does a network's answer fall?

A network is asked through the file that answers on the pages, about pictures of 8 bits a value, as
any picture is.

Sources: Engstrom et al., "Exploring the Landscape of Spatial Robustness", 2019, arXiv:1712.02779
(grids over shifts and turns); Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to
Common Corruptions and Perturbations", 2019, arXiv:1903.12261.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cnnlab import evaluation, prediction
from cnnlab.errors import LabError
from cnnlab.robustness._cards import TRANSFORMS, TransformCard, all_transforms
from cnnlab.runs import Run

STEPS = 12  # strengths in each direction of a curve, and of the search for what flips the answer
HALVINGS = 7  # of one step: the smallest change is found to 1 part in 1,500 of the range
REACH = 8  # steps of the map of shifts, in each direction
SHIFTED = 0.3  # of a side: as far as the map goes


@dataclass(frozen=True)
class Curve:
    """What a network says of one picture over the strength of one transform.

    Attributes:
        transform: The card's name.
        strengths: From low to high; the answers are in their order.
        labels: The answer at each strength; `confidences` its probability.
        kept: The probability of the unchanged picture's answer.
    """

    transform: str
    strengths: tuple[float, ...]
    labels: tuple[str, ...]
    confidences: tuple[float, ...]
    kept: tuple[float, ...]


@dataclass(frozen=True)
class Flip:
    """The smallest change by one transform that makes a network say something else.

    `share` is how far it goes, of the way from unchanged to the end (0..1); `words` say it, such
    as "turned right by 23 degrees".
    """

    transform: str
    strength: float
    share: float
    words: str
    label: str
    confidence: float


@dataclass(frozen=True)
class Broken:
    """One network and one picture, spoiled in every way.

    Attributes:
        label: What it says of the picture as it is; `confidence` its probability.
        curves: By transform.
        flips: By transform; None where nothing within its range changes the answer.
    """

    run: str
    label: str
    confidence: float
    curves: tuple[Curve, ...]
    flips: tuple[Flip | None, ...]

    @property
    def nearest(self) -> Flip | None:
        """The flip that takes the smallest share of its range."""
        return min(filter(None, self.flips), key=lambda flip: flip.share, default=None)


@dataclass(frozen=True)
class ShiftMap:
    """What a network says of one picture shifted by whole pixels; borders are repeated.

    Attributes:
        down: Shifts in pixels, row by row of the map; `across` column by column.
        kept: `(rows, columns)`, the probability of the unchanged picture's answer `label`.
        labels: The answer at each place, row by row.
    """

    run: str
    label: str
    down: tuple[int, ...]
    across: tuple[int, ...]
    kept: np.ndarray
    labels: tuple[tuple[str, ...], ...]

    @property
    def share(self) -> float:
        """The share of the shifts at which it says the same, 0..1."""
        answers = [label for row in self.labels for label in row]
        return answers.count(self.label) / len(answers)


def answers(run: Run, pictures: np.ndarray) -> np.ndarray:
    """Probabilities `(n, classes)` for uint8 pictures `(n, height, width, channels)`.

    Raises:
        LabError: no model yet, another size of pictures, or answers that are no numbers.
    """
    there = run.tflite_file.is_file()
    ask = prediction.answer_all if there else None
    content = run.tflite_file.read_bytes() if there else b""
    found = ask(content, pictures) if ask else evaluation.answer(run, pictures)
    if not np.isfinite(found).all():
        raise LabError(
            f"{run.name} answers with no numbers (its training diverged): train it anew."
        )
    return found


def as_bytes(pictures: np.ndarray) -> np.ndarray:
    """Pictures `(n, height, width, channels)` of floats in 0..1 as uint8."""
    return np.rint(np.clip(pictures, 0, 1) * 255).astype(np.uint8)


def spoiled(name: str, image: np.ndarray, strengths: Iterable[float], seed: int = 0) -> np.ndarray:
    """One picture at several strengths of a transform.

    Args:
        name: Of the transform.
        image: `(height, width, channels)`, floats in 0..1.
        strengths: As many as pictures are wanted.
        seed: For what is left to chance.

    Returns:
        uint8 `(n, height, width, channels)`.
    """
    card = TRANSFORMS[name]
    return as_bytes(np.concatenate([card.apply(image[None], one, seed) for one in strengths]))


def break_picture(run: Run, image: np.ndarray, seed: int = 0) -> Broken:
    """Every transform's curve, and the smallest change that flips the answer.

    Args:
        run: One with a model.
        image: `(height, width, channels)`, floats in 0..1, in the network's own size.
        seed: For what is left to chance.

    Raises:
        LabError: no model yet, or another size of pictures.
    """
    cards = all_transforms()
    own = answers(run, as_bytes(image[None]))[0]
    first = int(own.argmax())
    steps = [card.steps(STEPS) for card in cards]
    parts = [spoiled(card.name, image, grid, seed) for card, grid in zip(cards, steps, strict=True)]
    cuts = np.cumsum([len(part) for part in parts])[:-1]
    found = np.split(answers(run, np.concatenate(parts)), cuts)
    grids = [_Grid(*one) for one in zip(cards, steps, found, strict=True)]
    return Broken(
        run=run.name,
        label=run.config.labels[first],
        confidence=float(own[first]),
        curves=tuple(_curve(run, grid, first) for grid in grids),
        flips=tuple(_flips(run, image, grids, first, seed)),
    )


class _Grid(NamedTuple):
    """A transform, its strengths `(k,)` and the answers to them `(k, classes)`."""

    card: TransformCard
    strengths: np.ndarray
    found: np.ndarray


def _curve(run: Run, grid: _Grid, first: int) -> Curve:
    return Curve(
        transform=grid.card.name,
        strengths=tuple(map(float, grid.strengths)),
        labels=tuple(run.config.labels[i] for i in grid.found.argmax(axis=1)),
        confidences=tuple(map(float, grid.found.max(axis=1))),
        kept=tuple(map(float, grid.found[:, first])),
    )


class _Bracket(NamedTuple):
    """The answer is the old one at `same`, another at `other`, which gave `answer` `(classes,)`."""

    card: TransformCard
    same: float
    other: float
    answer: np.ndarray


def _flips(
    run: Run, image: np.ndarray, grids: Sequence[_Grid], first: int, seed: int
) -> list[Flip | None]:
    """For each transform the nearest step that flips the answer, halved until it is narrow."""
    brackets = [one for grid in grids for one in _brackets(grid, first)]
    for _ in range(HALVINGS if brackets else 0):
        middles = [(one.same + one.other) / 2 for one in brackets]
        pictures = [
            spoiled(one.card.name, image, [middle], seed)
            for one, middle in zip(brackets, middles, strict=True)
        ]
        found = answers(run, np.concatenate(pictures))
        brackets = [
            one._replace(same=middle)
            if answer.argmax() == first
            else one._replace(other=middle, answer=answer)
            for one, middle, answer in zip(brackets, middles, found, strict=True)
        ]
    flips = [(one.card, _flip(run, one)) for one in brackets]
    return [
        min((flip for card, flip in flips if card is grid.card), key=_share, default=None)
        for grid in grids
    ]


def _brackets(grid: _Grid, first: int) -> list[_Bracket]:
    """In each direction the first step away from unchanged at which the answer is another."""
    made = []
    middle = int(np.flatnonzero(grid.strengths == grid.card.unchanged)[0])
    for way in (range(middle, -1, -1), range(middle, len(grid.strengths))):
        places = [place for place in way if grid.found[place].argmax() != first]
        if places:
            other = places[0]
            same = other + (1 if other < middle else -1)
            ends = float(grid.strengths[same]), float(grid.strengths[other])
            made.append(_Bracket(grid.card, *ends, grid.found[other]))
    return made


def _flip(run: Run, found: _Bracket) -> Flip:
    card, strength = found.card, found.other
    end = card.high if strength > card.unchanged else card.low
    return Flip(
        transform=card.name,
        strength=strength,
        share=(strength - card.unchanged) / (end - card.unchanged),
        words=card.words(strength),
        label=run.config.labels[int(found.answer.argmax())],
        confidence=float(found.answer.max()),
    )


def _share(flip: Flip) -> float:
    return flip.share


def shift_map(run: Run, image: np.ndarray) -> ShiftMap:
    """The answer to one picture at every shift of a grid, in whole pixels.

    Args:
        run: One with a model.
        image: `(height, width, channels)`, floats in 0..1, in the network's own size.

    Raises:
        LabError: no model yet, or another size of pictures.
    """
    height, width = image.shape[:2]
    down, across = _reach(height), _reach(width)
    picture = as_bytes(image[None])[0]
    moved = np.stack([shifted(picture, y, x) for y in down for x in across])
    found = answers(run, moved).reshape(len(down), len(across), -1)
    first = int(found[len(down) // 2, len(across) // 2].argmax())
    labels = run.config.labels
    return ShiftMap(
        run=run.name,
        label=labels[first],
        down=down,
        across=across,
        kept=found[..., first],
        labels=tuple(tuple(labels[i] for i in row) for row in found.argmax(axis=-1)),
    )


def shifted(picture: np.ndarray, down: int, across: int) -> np.ndarray:
    """A picture `(height, width, channels)` moved by whole pixels, its border repeated."""
    height, width = picture.shape[:2]
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - across, 0, width - 1)
    return picture[rows][:, columns]


def _reach(side: int) -> tuple[int, ...]:
    step = max(1, round(side * SHIFTED / REACH))
    return tuple(range(-REACH * step, REACH * step + 1, step))
