"""What `build` refuses, and what it says then; SqueezeNet's order of arrays; the ladders."""

import numpy as np
import pytest

from cnnlab import architectures
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from tests.architectures.outlines import outline, without_weights


@pytest.mark.parametrize(
    ("name", "shape", "layer", "side"),
    [
        ("mnist_approach_1", (8, 8, 1), "conv2", 15),
        ("lenet5", (5, 40, 1), "conv2", 12),
        ("squeezenet_a", (7, 7, 3), "pool2", 15),
        ("vgg19", (16, 16, 3), "pool5", 32),
        ("inception_v3", (64, 64, 3), "mixed8", 75),
    ],
)
def test_an_input_too_small_names_the_layer_and_the_smallest_that_fits(name, shape, layer, side):
    with pytest.raises(LabError) as caught:
        architectures.build(name, shape)
    assert layer in str(caught.value)
    assert f"smallest input that fits is {side}x{side}" in str(caught.value)


@pytest.mark.parametrize("name", ["lenet5", "mnist_approach_1", "tiny_vgg", "saria_final"])
def test_the_smallest_input_named_fits_and_one_pixel_less_does_not(name):
    channels = ARCHITECTURES[name].input_shape[2]
    with pytest.raises(LabError) as caught:
        architectures.build(name, (1, 1, channels))
    side = int(str(caught.value).rstrip(".").rsplit("x", 1)[1])
    architectures.build(name, (side, side, channels))
    with pytest.raises(LabError):
        architectures.build(name, (side - 1, side - 1, channels))


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 0), (28.5, 28, 1), (5000, 28, 1)])
def test_an_input_that_is_no_picture_is_refused(shape):
    with pytest.raises(LabError, match="height x width x channels"):
        architectures.build("lenet5", shape)


@pytest.mark.parametrize("classes", [1, 0, 2.5, 5000])
def test_an_impossible_number_of_classes_is_refused(classes):
    with pytest.raises(LabError, match="from 2 to 1000"):
        architectures.build("lenet5", classes=classes)


def test_unknown_names_and_knobs_are_refused_with_what_exists():
    with pytest.raises(LabError, match="did you mean 'lenet5'"):
        architectures.build("lenet")
    with pytest.raises(LabError, match="has no knob 'girth'"):
        architectures.build("lenet5", knobs={"girth": 2})


def test_a_knob_that_makes_a_network_too_large_for_its_input_says_so():
    with pytest.raises(LabError, match=r"With these knobs .* layer conv2 .* 38x38"):
        architectures.build("mnist_approach_1", knobs={"kernel_size": 7})


def test_a_shortcut_that_does_not_fit_names_the_layer_and_the_way_out():
    with pytest.raises(LabError, match=r"conv1 turns 28x28x1 into .* Padding to 'same'"):
        architectures.build("lenet5", knobs={"residual": True, "padding": "valid"})
    model = architectures.build("lenet5", knobs={"residual": True, "padding": "same"})
    assert {"conv1_add", "conv2_add"} <= {layer.name for layer in model.layers}


def test_a_layer_no_machine_should_hold_is_refused():
    with pytest.raises(LabError, match=r"hidden1 would hold 1,073,741,824 weights"):
        architectures.build("vgg19", (1024, 1024, 3))


def test_squeezenet_a_takes_its_authors_arrays_in_their_order():
    def fire(given, squeeze, expand):
        one, three = (1, 1, squeeze, expand), (3, 3, squeeze, expand)
        return [(1, 1, given, squeeze), (squeeze,), one, (expand,), three, (expand,)]

    expected = [
        *[(3, 3, 3, 64), (64,), *[(64,)] * 4],
        *fire(64, 16, 64),
        *fire(128, 16, 64),
        *fire(128, 32, 128),
        *fire(256, 32, 128),
        *[(1, 1, 256, 10), (10,), *[(10,)] * 8],
    ]
    shapes = [tuple(weight.shape) for weight in architectures.build("squeezenet_a").weights]
    assert len(shapes) == 40
    assert shapes == expected
    names = [weight.path for weight in architectures.build("squeezenet_a").weights]
    assert names.index("fire2_expand1/kernel") < names.index("fire2_expand3/kernel")


def test_squeezenet_b_has_36_arrays():
    assert len(architectures.build("squeezenet_b").weights) == 36


@pytest.mark.parametrize(
    ("hidden", "params"), [(2, 37_280), (3, 46_507), (4, 55_734), (5, 64_961), (7, 83_415)]
)
def test_students_of_every_published_size(hidden, params):
    model = architectures.build("irtza_student", knobs={"hidden_neurons": hidden})
    assert model.count_params() == params


def test_inception_equals_keras_applications_array_by_array():
    import keras

    ours = outline("inception_v3", (75, 75, 3))
    with without_weights():
        theirs = keras.applications.InceptionV3(
            include_top=False, weights=None, input_shape=(75, 75, 3)
        )

    def shapes(model):
        return sorted(tuple(weight.shape) for weight in model.weights)

    head = [(2048, 1024), (1024,), (1024, 10), (10,)]
    assert shapes(ours) == sorted([*shapes(theirs), *head])


def test_an_enlarging_network_sees_what_the_source_saw_in_enlarged_pictures():
    pictures = np.random.default_rng(0).random((3, 32, 32, 3), "float32")
    small = architectures.build("shathenet_v1_0", (32, 32, 3), knobs={"enlarge": 6})
    large = architectures.build("shathenet_v1_0", (192, 192, 3))
    assert small.count_params() == large.count_params() == 17_882
    large.set_weights(small.get_weights())
    enlarged = pictures.repeat(6, axis=1).repeat(6, axis=2)
    expected = large.predict_on_batch(enlarged)
    np.testing.assert_allclose(small.predict_on_batch(pictures), expected, atol=1e-6)
