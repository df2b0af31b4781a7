"""The arithmetic shown on the page adds up to what the model itself computed."""

import re

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import architectures
from cnnlab.errors import LabError
from cnnlab.visualization._opened import open_model
from cnnlab.visualization.arithmetic.explanation import KINDS, explain
from tests.visualization.conftest import picture

PROMISED = {
    *("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense", "BatchNormalization", "ReLU"),
    *("Activation", "Softmax", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"),
    *("GlobalMaxPooling2D", "Add", "Concatenate", "Flatten", "Dropout", "LayerNormalization"),
    *("PReLU", "LeakyReLU", "ZeroPadding2D", "Cropping2D", "UpSampling2D", "Rescaling"),
    *("Multiply", "Average", "Maximum", "Subtract"),
}


def walk(opened, places: int, seed: int = 0) -> set[str]:
    """Explain random places of every layer; the kinds that were laid open."""
    rng = np.random.default_rng(seed)
    image, laid_open = picture(opened, seed), set()
    for call in opened.calls:
        # The corners too: that is where padding shows.
        chosen = [tuple(int(rng.integers(size)) for size in call.shape) for _ in range(places)]
        corners = [(0,) * len(call.shape), tuple(size - 1 for size in call.shape)]
        for place in [*chosen, *corners]:
            told = explain(opened, image, call.name, place)
            for stage in told.stages:
                assert abs(stage.total - stage.actual) < 1e-4, (stage.layer, place)
                if stage.steps:
                    laid_open.add(stage.kind)
            assert told.value == pytest.approx(
                opened.activations(image)[opened.index(call.name)][place]
            )
    return laid_open


def test_random_places_of_every_kind_of_layer(kinds):
    assert walk(kinds, places=4) >= PROMISED


def test_models_inside_models_and_shared_layers(inside):
    walk(inside, places=3)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("mnist_approach_1", (28, 28, 1)),
        ("lenet5", (28, 28, 1)),
        ("squeezenet_a", (32, 32, 3)),
        ("resnet20", (32, 32, 3)),
        ("mobilenet", (32, 32, 3)),
    ],
)
def test_networks_of_the_zoo(name, shape):
    keras.utils.set_random_seed(0)
    walk(open_model(architectures.build(name, shape, 10)), places=1)


def test_a_convolution_by_hand():
    image = keras.Input((3, 3, 2))
    layer = layers.Conv2D(1, 2, activation="relu", name="conv")
    opened = open_model(keras.Model(image, layer(image)))
    kernel = np.arange(8, dtype=np.float32).reshape(2, 2, 2, 1)
    layer.set_weights([kernel, np.array([-3.0], np.float32)])
    x = np.ones((3, 3, 2), np.float32)
    x[1, 1] = (2, 0)
    told = explain(opened, x, "conv", (0, 0, 0))
    total, bias, relu = told.stages[0].steps
    # Channel 0 has weights 0 2 4 6 and sees 1 1 1 2; channel 1 has 1 3 5 7 and sees 1 1 1 0.
    assert [share.total for share in total.shares] == [18.0, 9.0]
    assert (total.total, bias.total, relu.total) == (27.0, 24.0, 24.0)
    assert "27" in bias.formula
    assert "− 3" in bias.formula
    assert told.stages[0].window == told.picture_window
    assert (told.channel, told.given.shape) == (0, (3, 3))


def test_a_padded_window_reads_zeros_outside_and_averages_skip_them():
    image = keras.Input((4, 4, 1))
    conv = layers.Conv2D(1, 3, padding="same", use_bias=False, name="conv")(image)
    pool = layers.AveragePooling2D(3, 1, padding="same", name="pool")(image)
    opened = open_model(keras.Model(image, layers.Concatenate()([conv, pool])))
    x = np.ones((4, 4, 1), np.float32)
    share = explain(opened, x, "conv", (0, 0, 0)).stages[0].steps[0].shares[0]
    assert share.outside.tolist() == [[True] * 3, [True, False, False], [True, False, False]]
    assert not share.inputs[share.outside].any()
    window = explain(opened, x, "pool", (0, 0, 0)).stages[0].steps[0].window
    assert np.isnan(window).sum() == 5
    assert explain(opened, x, "pool", (0, 0, 0)).total == 1.0


def test_an_activation_is_followed_back_to_the_convolution(plain):
    told = explain(plain, picture(plain), "relu1", (3, 4, 2))
    assert [stage.layer for stage in told.stages] == ["conv1", "norm1", "relu1"]
    assert [stage.kind for stage in told.stages] == ["Conv2D", "BatchNormalization", "ReLU"]
    assert told.stages[0].reads == ("",)
    assert told.stages[1].reads == ("conv1",)


def test_a_dense_layer_behind_flatten_has_a_kernel_per_map(plain):
    told = explain(plain, picture(plain), "classes", (1,))
    shares = told.stages[0].steps[0].shares
    assert len(shares) == 6
    assert shares[0].weights.shape == (4, 4)
    assert told.stages[-1].steps[-1].title == "Softmax"
    assert sum(np.exp(v) for _, v in told.stages[-1].steps[-1].terms) > 0


def test_softmax_names_every_score_and_the_own_one(kinds):
    last = explain(kinds, picture(kinds), "softmax", (2,)).stages[-1].steps[-1]
    assert len(last.terms) == 5
    assert last.chosen == 2
    powers = np.exp([value for _, value in last.terms])
    assert last.total == pytest.approx(powers[2] / powers.sum())


def test_the_formula_holds_its_own_numbers(plain):
    step = explain(plain, picture(plain), "norm1", (0, 0, 1)).stages[-1].steps[0]
    left, right = step.formula.replace("−", "-").split(" = ")
    x, minus, mean, variance, factor, sign, offset = re.match(
        r"\((\S+) ([+-]) (\S+)\) / √\((\S+) \+ 0.001\) · (\S+) ([+-]) (\S+)", left
    ).groups()
    mean = float(mean) if minus == "-" else -float(mean)
    offset = float(offset) if sign == "+" else -float(offset)
    value = (float(x) - mean) / (float(variance) + 0.001) ** 0.5 * float(factor) + offset
    assert value == pytest.approx(float(right), abs=2e-3)


def test_what_is_not_laid_open_still_has_its_value():
    image = keras.Input((4, 4, 1))
    x = layers.Conv2DTranspose(2, 2, strides=2, name="up")(image)
    opened = open_model(keras.Model(image, x))
    told = explain(opened, np.ones((4, 4, 1), np.float32), "up", (1, 1, 0))
    assert told.stages[0].steps == ()
    assert told.total == told.value
    assert "Conv2DTranspose" not in KINDS


def test_a_place_outside_is_refused(plain):
    for place in ((12, 0, 0), (0, 0, 4), (0, -1, 0), (0,)):
        with pytest.raises(LabError, match="12x12x4"):
            explain(plain, picture(plain), "conv1", place)
