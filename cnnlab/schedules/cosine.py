"""Half a cosine."""

import math

from cnnlab.schedules import schedule


@schedule(
    title="Cosine",
    source="Loshchilov and Hutter, SGDR, 2016, arXiv:1608.03983",
    url="https://arxiv.org/abs/1608.03983",
)
def cosine(done: float) -> float:
    """Falls smoothly to zero: slowly, fast in the middle, slowly again."""
    return 0.5 * (1 + math.cos(math.pi * done))
