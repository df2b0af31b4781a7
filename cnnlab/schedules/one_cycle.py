"""Up once and down again."""

import math

from cnnlab.schedules import schedule

WARM_UP = 0.3  # share of the training


@schedule(
    title="One cycle",
    source="Smith and Topin, 2017, arXiv:1708.07120",
    url="https://arxiv.org/abs/1708.07120",
)
def one_cycle(done: float) -> float:
    """Warms up from a twenty-fifth over 30 % of the training, then falls along a cosine."""
    if done < WARM_UP:
        return 0.04 + 0.96 * done / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (done - WARM_UP) / 0.7))
