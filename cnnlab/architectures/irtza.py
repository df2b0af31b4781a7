"""A teacher and the students that learn its logits with a handful of neurons.

Source: Irtza, Keras_model_compression (https://github.com/Irtza/Keras_model_compression), after
Ba and Caruana, "Do deep nets really need to be deep?", 2013, arXiv:1312.6184.
"""

from typing import Any, Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import switches
from cnnlab.architectures._parts import Conv, Dense, Drop, Head, Pool, scores
from cnnlab.architectures._switches import Switches, SwitchValues
from cnnlab.registry import Knob

CARD: dict[str, Any] = {
    "family": "Irtza",
    "source": "Irtza, Keras_model_compression",
    "url": "https://github.com/Irtza/Keras_model_compression",
    "input_shape": (28, 28, 1),
    "classes": 10,
    "datasets": ("mnist",),
}


@architecture(
    title="Irtza teacher",
    student="irtza_student",
    **CARD,
    knobs=switches(),
    # Fifteen epochs in the notebook, twenty in the script.
    recipe={
        "epochs": 15,
        "batch_size": 128,
        "optimizer": "adadelta",
        "learning_rate": 1.0,
        "schedule": "constant",
    },
    params=1_199_882,
    macs=11_992_448,
    published=(Published("MNIST", 1_199_882, 0.9914),),
)
def irtza_teacher(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """The classic Keras MNIST example: 98 % of its 1.2 million weights sit in one dense layer."""
    parts = (
        *(Conv(32, 3), Conv(64, 3), Pool(2), Drop(0.25), Head()),
        *(Dense(128), Drop(0.5), *scores(classes)),
    )
    return Switches(**knobs).plain("irtza_teacher", input_shape, parts)


@architecture(
    title="Irtza student",
    **CARD,
    knobs=(
        Knob(
            "hidden_neurons",
            6,
            "Neurons between the frozen convolutions and the classes. The source tried 2 to 7: "
            "0.42, 0.72, 0.92, 0.94, 0.96, 0.97 test accuracy.",
            low=1,
            high=128,
            step=1,
            sizes=True,
        ),
        Knob(
            "frozen_front",
            True,
            "Keeps the two convolutions as the teacher left them; only the head learns.",
        ),
        *switches("width", "depth"),
    ),
    params=74_188,
    macs=10_866_876,
    trainable=55_372,
    published=(Published("MNIST", 74_188, 0.9626, "Hidden neurons 6; trained on logits."),),
    contradiction="Counts include the frozen front (18,816); earlier plots of the same project "
    "leave it out. Features and logits were stored with dropout switched on, also for the test.",
)
def irtza_student(
    input_shape: tuple[int, int, int],
    classes: int,
    hidden_neurons: int,
    frozen_front: bool,
    **knobs: Unpack[SwitchValues],
) -> "keras.Model":
    """The teacher's convolutions, frozen, and a head of only a few neurons.

    Made to be distilled: train the teacher first, then let the student copy its logits.
    """
    free = not frozen_front
    parts = (
        *(Conv(32, 3, trainable=free), Conv(64, 3, trainable=free), Pool(2), Drop(0.25), Head()),
        *(Dense(hidden_neurons), Drop(0.2), *scores(classes)),
    )
    return Switches(**knobs).plain("irtza_student", input_shape, parts)
