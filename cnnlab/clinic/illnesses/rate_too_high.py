"""Steps so large that they jump across the valley."""

from cnnlab.clinic import Finding, Signs, illness

SETTLED = 0.95  # of its training pictures: who reads so many is not held up by its steps
RESTLESS = 0.25  # share of epochs whose loss rises: healthy trainings have at most a few


@illness(title="Learning rate too high", source="Goodfellow et al., Deep Learning, 2016, 8.3")
def rate_too_high(signs: Signs) -> Finding | None:
    """Every step overshoots: the loss explodes, jumps up and down, or stays where chance is."""
    peak = max((row.loss for row in signs.history), default=0.0)
    first = signs.history[0].loss if signs.history else 0.0
    if signs.broken_losses:
        what, certainty = f"the loss was no number in {signs.broken_losses} epochs", 0.97
    elif signs.hardly_learns and (signs.moved or 0) > 1.0 and signs.rate > 2 * signs.usual_rate:
        what = (
            f"its kernels moved {signs.moved:.1f} times their own length, and it still reads "
            f"only {signs.train_accuracy:.0%} of its training pictures"
        )
        certainty = 0.9
    elif peak > 2.0 * signs.chance_loss:
        what = f"the loss rose to {peak:.3g}, where guessing has {signs.chance_loss:.2f}"
        certainty = 0.85
    elif signs.rises >= RESTLESS and len(signs.history) >= 4:
        what = f"the training loss rose in {signs.rises:.0%} of its epochs"
        certainty = 0.7
    elif signs.rate >= 8 * signs.usual_rate and first > signs.chance_loss:
        what = f"its first epoch ended at a loss of {first:.2f}, worse than guessing"
        certainty = 0.6
    elif signs.last_rate >= 8 * signs.usual_rate and signs.train_accuracy < SETTLED:
        what = (
            f"which no schedule brought down, {signs.rate / signs.usual_rate:.0f} times what "
            f"{signs.config.recipe.optimizer} is usually given, it reads only "
            f"{signs.train_accuracy:.0%} of its training pictures: it cannot settle"
        )
        certainty = 0.6
    else:
        return None
    rate = signs.usual_rate if signs.rate >= 3 * signs.usual_rate else signs.rate / 10
    return Finding(
        "rate_too_high",
        f"With a learning rate of {signs.rate:g}, {what}.",
        certainty,
        f"Train with a learning rate of {rate:g}.",
        {"learning_rate": rate},
    )
