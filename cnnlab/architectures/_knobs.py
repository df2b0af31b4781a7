"""ShatheNet's list of things to try, as knobs; `_switches` makes them work.

Source: Shathe, DeepLearning/ShatheNet, README, "to try"
(https://github.com/Shathe/DeepLearning).
"""

from dataclasses import replace

from cnnlab.registry import Knob, Value

SOURCE = "source"
ACTIVATIONS = ("relu", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid")
INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "truncated_normal",
    "orthogonal",
)

_KNOBS = (
    Knob(
        "width",
        1.0,
        "Multiplies the filters and hidden neurons of every layer. Parameters and MACs grow "
        "with its square: try 0.5 and watch both fall to about a quarter.",
        low=0.125,
        high=4.0,
        step=0.125,
        sizes=True,
    ),
    Knob(
        "depth",
        1,
        "How many convolutions (or hidden layers) stand where the source has one. More layers "
        "see a wider part of the picture; try 2 and compare the receptive field.",
        low=1,
        high=4,
        step=1,
        sizes=True,
    ),
    Knob(
        "kernel_size",
        SOURCE,
        "Side of every kernel wider than 1x1. Cost grows with its square: try 3 in place of 5.",
        choices=(SOURCE, 1, 2, 3, 4, 5, 7),
    ),
    Knob(
        "downsampling",
        SOURCE,
        "How maps get smaller: by pooling, or by moving the kernel in larger steps. Strides cost "
        "far fewer MACs, pooling often wins a little accuracy.",
        choices=(SOURCE, "max pooling", "average pooling", "stride"),
    ),
    Knob(
        "normalization",
        SOURCE,
        "Rescales what leaves each layer, which steadies and speeds up training. Try batch "
        "before and after the activation.",
        choices=(SOURCE, "none", "batch", "batch after activation", "layer"),
    ),
    Knob(
        "activation",
        SOURCE,
        "The bend after each layer; without one, many layers are worth no more than one.",
        choices=(SOURCE, *ACTIVATIONS),
    ),
    Knob(
        "dropout",
        SOURCE,
        "Fraction of values set to zero while training, which makes learning by heart harder. "
        "It costs no parameters; try 0.5 when training accuracy runs ahead.",
        choices=(SOURCE, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),
    ),
    Knob(
        "head",
        SOURCE,
        "How maps become a vector: flatten keeps every position and feeds a large dense layer; "
        "global pooling keeps one value per map and saves most of those weights; global depthwise "
        "learns where on each map to look.",
        choices=(
            SOURCE,
            "flatten",
            "global average pooling",
            "global max pooling",
            "global depthwise",
        ),
    ),
    Knob(
        "residual",
        False,
        "Adds a shortcut around every convolution or hidden layer, so deep networks train more "
        "easily (ResNet). Needs padding 'same'.",
    ),
    Knob(
        "padding",
        SOURCE,
        "'same' adds zeros around the maps so that they keep their size; 'valid' does not, and "
        "maps shrink with every kernel.",
        choices=(SOURCE, "same", "valid"),
        advanced=True,
    ),
    Knob(
        "initializer",
        SOURCE,
        "How the weights are drawn before training. He suits ReLU, LeCun suits SELU, Glorot "
        "suits tanh.",
        choices=(SOURCE, *INITIALIZERS),
        advanced=True,
    ),
    Knob(
        "l2",
        0.0,
        "Penalty on the squared weights, which keeps them small. Try 0.0005; too much underfits.",
        low=0.0,
        high=0.05,
        step=0.0001,
        advanced=True,
    ),
)


def switches(*without: str) -> tuple[Knob, ...]:
    """The knobs of a plain network, all but those named."""
    return tuple(knob for knob in _KNOBS if knob.name not in without)


def some(*names: str, **defaults: Value) -> tuple[Knob, ...]:
    """The knobs a network with branches takes; `defaults` where it differs from a plain one's."""
    wanted = [knob for knob in _KNOBS if knob.name in (*names, *defaults)]
    return tuple(replace(k, default=defaults.get(k.name, k.default)) for k in wanted)
