"""Stopped while it still learned."""

import math

from cnnlab.clinic import Finding, Signs, illness


@illness(title="Too few epochs", source="Goodfellow et al., Deep Learning, 2016, 7.8")
def stopped_early(signs: Signs) -> Finding | None:
    """Its validation loss still fell when it ended: more epochs would have helped."""
    losses = [row.val_loss for row in signs.history]
    if finding := _unsettled(signs):
        return finding
    if not losses or not all(map(math.isfinite, losses)) or signs.train_accuracy > 0.97:
        return None
    if signs.gap > max(0.05, signs.noise) or signs.val_accuracy > 0.97:
        return None
    last = 1 - losses[-1] / losses[-2] if len(losses) > 1 else 1.0
    if losses[-1] > min(losses) or last < 0.03:
        return None
    epochs = 3 * len(losses)
    return Finding(
        "stopped_early",
        f"In its last epoch the validation loss still fell by {last:.0%}."
        if len(losses) > 1
        else "It was trained for one epoch only.",
        0.5,
        f"Train for {epochs} epochs.",
        {"epochs": epochs},
    )


def _unsettled(signs: Signs) -> Finding | None:
    """Batch normalization whose running means have not yet followed what passes."""
    learned = signs.history[-1].accuracy if signs.history else 0.0
    if not signs.normalized or learned - signs.train_accuracy < 0.2:
        return None
    epochs = 4 * len(signs.history)
    return Finding(
        "stopped_early",
        f"While it trained it read {learned:.0%} of its pictures, and used as it is now "
        f"{signs.train_accuracy:.0%} of the same: the running means of its normalization have not "
        "settled in so few steps.",
        0.8,
        f"Train for {epochs} epochs.",
        {"epochs": epochs},
    )
