"""What a run shows of its training: plain numbers, without Keras."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

from cnnlab.schema import HistoryRow, RunConfig


@dataclass(frozen=True)
class Signs:
    """The signs of one run; shares and accuracies are 0..1, losses in nats.

    Attributes:
        config: What was asked of it.
        history: Its epochs.
        usual_rate: The learning rate its optimizer is usually given.
        knobs: The names of its network's knobs.
        params: Its parameters.
        depth: Its convolutions and dense layers.
        normalized: Whether a layer of it normalizes what passes.
        moved: How far the kernels have moved since the start, in parts of their own length, the
            median over the layers; None where no start was kept.
        gradients: Length of the gradients in the first layer as a part of that in the longest.
        dead: Layer by layer, the share of its ReLU units that were 0 for every picture tried.
        counts: Training pictures of each class.
        validation: Validation pictures.
        copied: Validation pictures that were trained on as well.
        train_accuracy: Of the weights kept, on training pictures as they are.
        val_accuracy: Of the weights kept.
        recalls: Share of each class's validation pictures that is found; None without any.
        strangeness: Of the validation pictures that are called otherwise than their label: how
            far down the label stands among the answers, 0 for the second place, 1 for the last.
            A network that confuses two classes gives the label the second place; a wrong label
            stands anywhere. None with fewer than ten such pictures, or two classes.
        best_larger: Validation accuracy of the best run with more parameters that learned from as
            many pictures of the same data; None: no other.
        best_smaller: The same, of those with no more parameters.
    """

    config: RunConfig
    history: tuple[HistoryRow, ...]
    usual_rate: float
    knobs: tuple[str, ...]
    params: int
    depth: int
    normalized: bool
    moved: float | None
    gradients: float | None
    dead: Mapping[str, float]
    counts: tuple[int, ...]
    validation: int
    copied: int
    train_accuracy: float
    val_accuracy: float
    recalls: tuple[float | None, ...]
    strangeness: float | None
    best_larger: float | None = None
    best_smaller: float | None = None

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.counts)

    @property
    def chance(self) -> float:
        """Accuracy of always saying the largest class."""
        return max(self.counts) / max(1, sum(self.counts))

    @property
    def hardly_learns(self) -> bool:
        """Whether it reads its own training pictures little better than by chance."""
        return self.train_accuracy < self.chance + 0.15 * (1 - self.chance)

    @property
    def gap(self) -> float:
        """By how much it reads training pictures better than others."""
        return self.train_accuracy - self.val_accuracy

    @property
    def chance_loss(self) -> float:
        """The loss of saying every class alike."""
        return math.log(max(2, self.classes))

    @property
    def broken_losses(self) -> int:
        """Epochs whose loss is no finite number."""
        return sum(not math.isfinite(row.loss) for row in self.history)

    @property
    def rises(self) -> float:
        """Share of the epochs whose training loss was clearly above that of the one before."""
        losses = [row.loss for row in self.history if math.isfinite(row.loss)]
        steps = list(itertools.pairwise(losses))
        return sum(after > 1.05 * before for before, after in steps) / len(steps) if steps else 0.0

    @property
    def rate(self) -> float:
        """The learning rate asked for."""
        return self.config.recipe.learning_rate

    @property
    def last_rate(self) -> float:
        """The learning rate its last epoch ended with: a schedule may have brought it down."""
        return self.history[-1].learning_rate if self.history else self.rate

    @property
    def noise(self) -> float:
        """Half the 95 % interval of the validation accuracy."""
        share = min(max(self.val_accuracy, 0.02), 0.98)
        return 1.96 * math.sqrt(share * (1 - share) / max(1, self.validation))
