"""What the lab writes about a dataset: the card of the reader's own, and what was counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from cnnlab.schema._config import Name, Side, Words
from cnnlab.schema._measured import Count, Share, Word
from cnnlab.schema._reading import Misfit, Within, optional

Tally = Annotated[tuple[Count, ...], Within(1, 100_000)]
Shares = Annotated[tuple[Share, ...], Within(1, 100_000)]


@dataclass(frozen=True, slots=True)
class ImportedPictures:
    """What became of the pictures the reader brought.

    Attributes:
        name: The new dataset's name.
        counts: Pictures of each class, all parts together.
        validation_count: Pictures that choose the best epoch.
        test_count: Pictures of the test part.
        given: Parts the source itself named, of "validation" and "test".
        broken: Pictures that could not be read.
        blank: Drawings with nothing on them.
        duplicates: Pictures that stood there twice.
        near_copies: Pictures that are another one saved again; they stay, in the part of it.
        contradictions: Pictures that stood in two classes.
        set_aside: Pictures without a class: unlabeled ones, masks.
        others: Files that are no pictures.
        ground: "light" or "dark" where the pictures are drawings on such a ground, else "".
        notes: Sentences on all that a reader would want to know.
        test_changed: Drawings of the test part that their preparation changed by more than turning,
            cutting and centering; None of photographs and where nobody counted.
    """

    name: Name
    counts: Mapping[str, Count]
    test_count: Count
    broken: Count
    duplicates: Count
    contradictions: Count
    validation_count: Count = optional(0)
    given: tuple[Word, ...] = optional(())
    blank: Count = optional(0)
    near_copies: Count = optional(0)
    set_aside: Count = optional(0)
    others: Count = optional(0)
    ground: Literal["", "light", "dark"] = optional("")
    notes: tuple[Words, ...] = optional(())
    test_changed: Count | None = optional(None)

    def sound(self, where: str) -> None:
        """What no field can say alone."""
        if (self.test_changed or 0) > self.test_count:
            raise Misfit(f"{where}.test_changed", "at most test_count", self.test_changed)
        if not self.counts or not all(self.counts.values()):
            raise Misfit(f"{where}.counts", "pictures of each class", dict(self.counts))
        if self.test_count + self.validation_count >= self.total:
            raise Misfit(f"{where}.test_count", "fewer than all pictures", self.test_count)

    @property
    def total(self) -> int:
        """All pictures."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class OwnDataset:
    """The card of a dataset of the reader's own pictures: `dataset.json` in its folder.

    Attributes:
        shape: (height, width, channels) of every picture.
        preparation: "digit" or "picture".
        imported: The day, in ISO 8601.
        report: What became of the pictures.
    """

    shape: tuple[Side, Side, Side]
    preparation: Literal["digit", "picture"]
    imported: Word
    report: ImportedPictures


@dataclass(frozen=True, slots=True)
class ClassBox:
    """One class of a collection: its folder there, and its name as the reader wrote it."""

    key: Name
    label: Annotated[str, Within(1, 60)]


@dataclass(frozen=True, slots=True)
class Collection:
    """Pictures in the making of a dataset: `collection.json` in their folder.

    Attributes:
        boxes: The classes, in the order of the page.
        made: How many boxes there ever were, which is the last one's key.
        dataset: The own dataset made of it last; "" while there is none.
        dataset_of: What that was made of, as `state_of` says.
    """

    boxes: Annotated[tuple[ClassBox, ...], Within(0, 1_000)]
    made: Count
    dataset: Annotated[str, Within(0, 100)] = optional("")
    dataset_of: Annotated[str, Within(0, 100)] = optional("")


@dataclass(frozen=True, slots=True)
class SamePictures:
    """Pictures equal pixel by pixel to an earlier one.

    `within` counts copies inside one part, by part; `across` counts pictures of the second part
    that the first also holds, by "train-validation", "train-test", "validation-test";
    `contradicting` counts those whose copies carry different labels; `shown` describes the
    pairs kept for showing.
    """

    within: Mapping[str, Count]
    across: Mapping[str, Count]
    contradicting: Count
    shown: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Neighbors:
    """The nearest neighbor of each of some training pictures among the others.

    Pictures are compared as vectors at 16x16 pixels after mean and length are taken out of
    each, so brightness and contrast do not count. `own` is the share of pictures whose neighbor
    is of their own class, by class; `chance` what guessing would reach; `confused` lists
    `(class, other class, share of the class's pictures)`, most frequent first; `shown`
    describes the pairs kept for showing.
    """

    compared: Count
    own: Shares
    overall: Share
    chance: Share
    confused: tuple[tuple[Words, Words, Share], ...]
    shown: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class OverviewFacts:
    """What was counted of a dataset, beside the arrays: `facts.json` in its overview's folder.

    Attributes:
        name: The dataset.
        variant: The form it was read in.
        fingerprint: SHA-256 of its data.
        labels: One name per class, in order.
        shape: (height, width, channels).
        counts: Pictures of each class, by part: "train", "validation", "test".
        skipped: Pictures that could not be read.
        channel_mean: Mean of each channel over the training part, 0..1.
        channel_deviation: Its standard deviation likewise.
        same: Pictures that stand in the data more than once.
        neighbors: How often a picture's nearest neighbor is of another class.
    """

    name: Name
    variant: Word
    fingerprint: Word
    labels: tuple[Words, ...]
    shape: tuple[Side, Side, Side]
    counts: Mapping[str, Tally]
    skipped: Count
    channel_mean: Shares
    channel_deviation: Shares
    same: SamePictures
    neighbors: Neighbors

    def sound(self, where: str) -> None:
        """A count for each class, in all three parts."""
        parts = ("train", "validation", "test")
        if tuple(self.counts) != parts or any(
            len(counts) != len(self.labels) for counts in self.counts.values()
        ):
            raise Misfit(f"{where}counts", "one number a class in each part", dict(self.counts))
