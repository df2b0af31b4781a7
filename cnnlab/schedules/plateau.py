"""Waiting for a stall."""

import math
from collections.abc import Sequence

from cnnlab.schedules import schedule


def plateau_factor(losses: Sequence[float], patience: int = 3, factor: float = 0.3) -> float:
    """What the rate is multiplied by after these validation losses, one per epoch."""
    best, waited, scale = math.inf, 0, 1.0
    for loss in losses:
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited > patience:
                scale, waited = scale * factor, 0
    return scale


@schedule(title="Plateau", by_losses=plateau_factor)
def plateau(done: float) -> float:
    """Constant until the validation loss has stalled for three epochs, then less than a third."""
    return 1.0
