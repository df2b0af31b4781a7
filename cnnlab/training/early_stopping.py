"""When a training is over before its last epoch: the validation loss fell no more for long."""

from collections.abc import Sequence

from cnnlab import recipe as recipes
from cnnlab.schema import HistoryRow, Recipe


def stalled(history: Sequence[HistoryRow], recipe: Recipe) -> bool:
    """Whether the recipe's patience with the validation loss is at its end."""
    losses = [row.val_loss for row in history]
    return bool(recipe.patience) and recipes.stalled_epochs(losses) >= recipe.patience
