"""No schedule."""

from cnnlab.schedules import schedule


@schedule(title="Constant")
def constant(done: float) -> float:
    """The same step from the first batch to the last."""
    return 1.0
