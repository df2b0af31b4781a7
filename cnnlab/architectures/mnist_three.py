"""Three MNIST networks: from 591,786 parameters to 3,226 at almost the same accuracy.

Source: AbuBakar-here, reduce-cnn-parameters (https://github.com/AbuBakar-here/reduce-cnn-parameters).
"""

from typing import Any, Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import switches
from cnnlab.architectures._parts import Conv, Dense, Head, Norm, Pool, scores
from cnnlab.architectures._switches import Switches, SwitchValues

CARD: dict[str, Any] = {
    "family": "MNIST-3",
    "source": "AbuBakar-here, reduce-cnn-parameters",
    "url": "https://github.com/AbuBakar-here/reduce-cnn-parameters",
    "knobs": switches(),
    "input_shape": (28, 28, 1),
    "classes": 10,
    "datasets": ("mnist",),
    # The notebook waits one epoch, the README says two.
    "recipe": {
        "epochs": 10,
        "batch_size": 32,
        "optimizer": "adam",
        "learning_rate": 0.001,
        "schedule": "constant",
        "patience": 1,
    },
}


@architecture(
    title="MNIST Baseline",
    params=591_786,
    macs=911_104,
    published=(Published("MNIST", 591_786, 0.9859, "README rounds to 98 %."),),
    contradiction='The README also says "~570,000" parameters; its own summary prints 591,786.',
    **CARD,
)
def mnist_baseline(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """One convolution, one pool, one wide dense layer that holds nearly every parameter.

    The usual first CNN. Look at where its parameters sit: 589,952 of 591,786 are in one layer.
    """
    parts = (Conv(32, 4), Pool(2), Head(), Dense(128), *scores(classes, apart=False))
    return Switches(**knobs).plain("mnist_baseline", input_shape, parts)


@architecture(
    title="MNIST Approach 1",
    params=3_578,
    macs=371_840,
    trainable=3_418,
    published=(
        Published("MNIST", 3_418, 0.9793, "Trainable parameters only; 98 % in the README."),
    ),
    contradiction="The README counts trainable parameters only: 3,418 of 3,578; the other 160 "
    "are batch-norm's moving statistics.",
    **CARD,
)
def mnist_approach_1(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Pools so often that 64 values reach the class layer: 165 times smaller than the baseline.

    Two max-pools in a row with batch-norm between them, and batch-norm after pooling.
    """
    parts = (
        *(Conv(32, 4), Pool(2), Norm(), Pool(2), Norm()),
        *(Conv(16, 2), Pool(2), Norm(), Head(), *scores(classes, apart=False)),
    )
    return Switches(**knobs).plain("mnist_approach_1", input_shape, parts)


@architecture(
    title="MNIST Approach 2",
    usual_student=True,
    params=3_226,
    macs=246_528,
    trainable=3_130,
    published=(
        Published("MNIST", 3_130, 0.9666, "Trainable parameters only; 97 % in the README."),
    ),
    contradiction="The README counts trainable parameters only (3,130 of 3,226) and credits the "
    "saving to one batch-norm less; 224 of the 288 come from the smaller first kernel.",
    **CARD,
)
def mnist_approach_2(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Approach 1 with a 3x3 first kernel and one batch-norm less."""
    parts = (
        *(Conv(32, 3), Pool(2), Norm(), Pool(2)),
        *(Conv(16, 2), Pool(2), Norm(), Head(), *scores(classes, apart=False)),
    )
    return Switches(**knobs).plain("mnist_approach_2", input_shape, parts)
