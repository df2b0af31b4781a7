"""Silence and negate: a filter's map times 0, times -1."""

from dataclasses import replace

from cnnlab.surgery._cards import FilterWeights, filter_operation


@filter_operation(
    title="Silence",
    turn=10,
    source="Morcos et al., On the importance of single directions for generalization, 2018",
    url="https://arxiv.org/abs/1803.06959",
)
def silence(own: FilterWeights, other: FilterWeights | None) -> FilterWeights:
    """Its map is zero everywhere: who needed this filter?

    Where batch normalization follows directly, what that adds is silenced as well.
    """
    norm = {name: 0.0 if name in ("gamma", "beta") else value for name, value in own.norm.items()}
    if norm and "gamma" not in norm:  # what has no scale of its own is silenced by its mean
        norm["moving_mean"] = 0.0
    return FilterWeights(own.kernel * 0, _times(own.bias, 0), norm)


@filter_operation(title="Negate", turn=20)
def negate(own: FilterWeights, other: FilterWeights | None) -> FilterWeights:
    """What it liked it now dislikes: its map before the activation, times -1."""
    turned = {"moving_mean": -1, "beta": -1}
    norm = {name: value * turned.get(name, 1) for name, value in own.norm.items()}
    return replace(own, kernel=-own.kernel, bias=_times(own.bias, -1), norm=norm)


def _times(bias: float | None, factor: float) -> float | None:
    return None if bias is None else bias * factor
