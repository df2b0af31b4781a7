"""Our own: one network in sixteen sizes, to see where a network stops seeing.

Built from the parts of the compact family: Howard et al., "MobileNets", 2017, arXiv:1704.04861
(split convolutions), He et al., 2015, arXiv:1512.03385 (shortcuts), Chen et al.,
"MobileFaceNets", 2018, arXiv:1804.07573 (a weight for every position of the last maps), and
Ramachandran et al., 2017, arXiv:1710.05941 (SiLU). The sizes are ours, chosen on validation
pictures in trainings of five epochs.
"""

from typing import TYPE_CHECKING, Unpack

from cnnlab.architectures import architecture
from cnnlab.architectures._knobs import some
from cnnlab.architectures._staged import Plan, Staged
from cnnlab.architectures._switches import BranchedValues, Switches
from cnnlab.registry import Knob

if TYPE_CHECKING:
    import keras

# The smallest cannot pay for batch-norm, which costs three parameters a channel.
_TINY = (
    Plan(((2, 0),), activation="relu", batch_norm=False),
    Plan(((1, 0),), shrink=4, last_pool=3, pool="average", head="flatten", batch_norm=False),
    Plan(((3, 0),), shrink=2, last_pool=4, pool="average", head="depthwise", batch_norm=False),
    *(
        Plan(stages, shrink=2, last_pool=2, pool="average", head="depthwise", batch_norm=False)
        for stages in (((2, 0), (4, 1)), ((3, 0), (5, 1)))
    ),
)
_SPLIT = tuple(
    Plan(stages, last_pool=2, pool="average", head="depthwise")
    for stages in (
        ((3, 0), (4, 1), (5, 1)),
        ((4, 0), (6, 1), (8, 1)),
        ((5, 0), (8, 2), (10, 1)),
        ((6, 1), (12, 2), (16, 1)),
        ((8, 1), (14, 3), (20, 1)),
        ((8, 2), (16, 4), (22, 1)),
    )
)
_WHOLE = tuple(
    Plan(stages, last_pool=2, pool="average", head="depthwise", widen=True)
    for stages in (
        ((8, 0), (12, 0), (16, 1)),
        ((8, 0), (16, 0), (24, 1)),
        ((12, 0), (24, 0), (32, 1)),
        ((16, 0), (32, 1), (48, 1)),
        ((24, 0), (48, 1), (64, 1)),
    )
)
RUNGS = (*_TINY, *_SPLIT, *_WHOLE)


@architecture(
    title="Ladder",
    family="Ladder",
    source="this project, after Howard et al., 2017, and He et al., 2015",
    url="https://arxiv.org/abs/1704.04861",
    knobs=(
        Knob(
            "rung",
            11,
            "How large the network is: 50 parameters on the first rung, 97,802 on the last. Step "
            "down and watch which digits go first.",
            low=1,
            high=len(RUNGS),
            naming=True,
            step=1,
            sizes=True,
        ),
        *some(
            *("width", "kernel_size", "activation", "normalization", "dropout", "head"),
            *("initializer", "l2"),
            residual=True,
        ),
    ),
    input_shape=(28, 28, 1),
    classes=10,
    sizes="rung",
    datasets=("mnist", "fashion_mnist"),
    params=2_998,
    trainable=2_778,
)
def ladder(
    input_shape: tuple[int, int, int],
    classes: int,
    rung: int,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """One network in sixteen sizes, each rung about 1.6 times the one below.

    The first rung has two kernels and the mean of each map, so it knows how much of a stroke there
    is but not where. From the third on, each position of the last maps has a weight of its own.
    From the sixth, three sizes of maps follow each other; the five largest have whole convolutions
    in place of split ones.
    """
    number = int(rung) - 1
    separable = number < len(_TINY) + len(_SPLIT)
    net = Staged(Switches(**knobs), separable, residual)
    return net.model("ladder", input_shape, classes, RUNGS[number])
