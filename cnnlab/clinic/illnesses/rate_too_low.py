"""Steps so small that nothing happens."""

from itertools import pairwise

from cnnlab.clinic import Finding, Signs, illness

STILL = 0.12  # a healthy training moves its kernels by at least a third of their length


@illness(title="Learning rate too low", source="Goodfellow et al., Deep Learning, 2016, 8.3")
def rate_too_low(signs: Signs) -> Finding | None:
    """The loss falls in every epoch, the weights hardly move: it is still on its way."""
    falling = sum(after.loss < before.loss for before, after in pairwise(signs.history))
    steady = falling >= 0.7 * (len(signs.history) - 1)
    if signs.moved is None or signs.moved > STILL or not steady or signs.train_accuracy > 0.95:
        return None
    rate = signs.usual_rate if signs.rate < signs.usual_rate / 2 else signs.rate * 10
    return Finding(
        "rate_too_low",
        f"With a learning rate of {signs.rate:g}, its kernels moved by only {signs.moved:.1%} of "
        f"their length, and it reads {signs.train_accuracy:.0%} of its training pictures.",
        0.85,
        f"Train with a learning rate of {rate:g}.",
        {"learning_rate": rate},
    )
