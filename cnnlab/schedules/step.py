"""Steps down."""

from cnnlab.schedules import schedule


@schedule(
    title="Step",
    source="He et al., 2015, arXiv:1512.03385",
    url="https://arxiv.org/abs/1512.03385",
)
def step(done: float) -> float:
    """A tenth after half of the training, a hundredth after three quarters."""
    return 0.1 ** ((done >= 0.5) + (done >= 0.75))
