"""Figures of how a training went, read from its history."""

from cnnlab import runs
from cnnlab.errors import LabError
from cnnlab.lessons._cards import Truth, figure
from cnnlab.schema import HistoryRow


@figure(title="Accuracy on what it learned from", unit="share")
def train_accuracy(run: str) -> Truth:
    """The share of its own training pictures a run read in its last epoch."""
    last = _last(run)
    return Truth(last.accuracy, "share", f"in epoch {last.epoch}")


@figure(title="Gap between training and validation", unit="points")
def overfitting(run: str) -> Truth:
    """Points by which a run's last training accuracy exceeds its validation accuracy.

    Below 0 where the training pictures were made harder than those of the validation part.
    """
    last = _last(run)
    basis = f"{last.accuracy:.2%} in training, {last.val_accuracy:.2%} in validation"
    return Truth(100 * (last.accuracy - last.val_accuracy), "points", basis)


@figure(title="Its best epoch", unit="count")
def best_epoch(run: str) -> Truth:
    """The epoch whose weights a run kept."""
    found = runs.find(run).metrics.best_epoch
    if found is None:
        raise LabError(f"{run} is not done yet: wait for its end.")
    return Truth(found, "count", f"of {_last(run).epoch}")


def _last(run: str) -> HistoryRow:
    rows = runs.find(run).history
    if not rows:
        raise LabError(f"{run} has finished no epoch yet: wait for the first.")
    return rows[-1]
