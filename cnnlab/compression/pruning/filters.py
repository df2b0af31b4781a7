"""Pruning of whole filters, with real thinning."""

from typing import TYPE_CHECKING

from cnnlab.compression import pruning_method
from cnnlab.compression._knobs import RAMP
from cnnlab.errors import LabError
from cnnlab.registry import Knob

if TYPE_CHECKING:
    import keras

    from cnnlab.compression.pruning._masks import PruningPlan


@pruning_method(
    title="Whole filters, thinned",
    is_default=True,
    removes=True,
    source="Li et al., Pruning Filters for Efficient ConvNets, 2017",
    url="https://arxiv.org/abs/1608.08710",
    formula=r"\text{filter } f \text{ goes where } \textstyle\sum |w_f| \text{ is smallest}",
    knobs=(
        Knob(
            "spread",
            "even",
            "Even: every layer loses the same share of its filters. Network: the weakest go, "
            "measured against their layer's mean.",
            choices=("even", "network"),
        ),
        Knob(
            "norm",
            "L1",
            "How a filter's weight is measured: sum of absolute values, or of squares.",
            choices=("L1", "L2"),
            advanced=True,
        ),
        Knob(
            "share",
            0.5,
            "Share of all multiply-accumulates.",
            0.05,
            0.95,
            0.05,
            title="MACs to take away",
        ),
        RAMP,
    ),
    shared=2,
)
def filters(model: "keras.Model", spread: str, norm: str) -> "PruningPlan":
    """The weakest filters go, with everything that belongs to them: a truly smaller network.

    Bias, batch-norm and the slices of the kernels that read a filter's map go with it; where
    maps are added, the filters of both paths go together. Parameters, bytes, MACs and time fall.
    """
    from cnnlab.compression.pruning._dependency_graph import dependency_graph
    from cnnlab.compression.pruning._importance import dead_units, least_important
    from cnnlab.compression.pruning._masks import PruningPlan
    from cnnlab.compression.pruning._surgery import channel_masks, remove_channels

    channels = dependency_graph(model)
    if not channels.groups():
        reasons = "; ".join(f"{name}: {why}" for name, why in channels.unprunable.items())
        raise LabError(f"No filter of this network can be taken out. {reasons}.")

    def removed(part: float) -> set[int]:
        return least_important(model, channels, part, spread, norm)

    return PruningPlan(
        masks=lambda part: list(channel_masks(model, channels, removed(part))),
        remove=lambda part: remove_channels(model, channels, removed(part)),
        remove_zeros=lambda: remove_channels(model, channels, dead_units(model, channels)),
        notes=[f"{name} keeps its channels: {why}." for name, why in channels.unprunable.items()],
    )
