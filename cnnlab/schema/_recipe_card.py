"""A training on one card: what repeats it, what it is said to reach, and who found it so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from cnnlab.schema._config import Recipe, Settings, Side
from cnnlab.schema._reading import Within, optional

Share = Annotated[float, Within(0, 1)]
Word = Annotated[str, Within(0, 500)]


@dataclass(frozen=True, slots=True)
class EpochClaim:
    """What is claimed of one epoch: its validation accuracy and loss, as they were recorded."""

    val_accuracy: Share
    val_loss: float


@dataclass(frozen=True, slots=True)
class Stamp:
    """What came of one repetition.

    Attributes:
        verdict: "identical" where every epoch's figures are the same to the last digit, "same"
            within what seeds and chance may do, else "different".
        epochs: How many were repeated; `whole` says whether those are all.
        claimed: Accuracy on the card, on test pictures where it was repeated whole, else on
            validation pictures after as many epochs; `found` that of the repetition.
        low, high: Between these it counts as the same.
    """

    verdict: Literal["identical", "same", "different"]
    epochs: Annotated[int, Within(1, 100_000)]
    whole: bool
    claimed: Share
    found: Share
    low: float
    high: float
    day: Annotated[str, Within(0, 10)]
    machine: Word


@dataclass(frozen=True, slots=True)
class RecipeCard:
    """One training from scratch, in a small file.

    Attributes:
        fingerprint: SHA-256 of the dataset; `variant` the form it was read in.
        test_accuracy: What it reached on `test_count` test pictures, 0..1.
        seeds: The test accuracy of others by seed, where there are any.
        history: Epoch by epoch.
        stamps: Of repetitions, the oldest first.
    """

    run: Word
    architecture: Annotated[str, Within(1, 200)]
    knobs: Settings
    dataset: Annotated[str, Within(1, 100)]
    variant: Word
    fingerprint: Word
    input_shape: tuple[Side, Side, Side]
    recipe: Recipe
    test_accuracy: Share
    test_count: Annotated[int, Within(1, 10**12)]
    history: Annotated[tuple[EpochClaim, ...], Within(1, 100_000)]
    command: str = ""
    seeds: Mapping[str, Share] = optional({})
    stamps: Annotated[tuple[Stamp, ...], Within(0, 1_000)] = optional(())
