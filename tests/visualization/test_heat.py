"""Heat maps against closed forms, finite differences and brute force."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import architectures
from cnnlab.errors import LabError
from cnnlab.visualization import ATTRIBUTIONS, _gradients
from cnnlab.visualization._opened import Opened, open_model
from cnnlab.visualization.attribution import heat, integrated, occlusion
from cnnlab.visualization.attribution.gradcam import grad_cam, stretched
from cnnlab.visualization.attribution.heat import attribute
from cnnlab.visualization.attribution.integrated import integrated_gradients
from cnnlab.visualization.attribution.occlusion import occlusion as occlusion_map
from cnnlab.visualization.attribution.saliency import saliency
from cnnlab.visualization.attribution.smoothgrad import smoothgrad
from tests.visualization.conftest import picture, randomized


@pytest.fixture(scope="module")
def linear() -> Opened:
    """Scores are weighted sums of the pixels; so every gradient is known."""
    model = keras.Sequential(
        [
            keras.Input((6, 5, 3)),
            layers.Flatten(),
            layers.Dense(4, name="scores"),
            layers.Softmax(),
        ]
    )
    return open_model(randomized(model))


def pixel_weights(opened: Opened, label: int) -> np.ndarray:
    return np.asarray(opened.calls[1].layer.kernel)[:, label].reshape(6, 5, 3)


@pytest.fixture(scope="module")
def averaged() -> Opened:
    """Convolution, global mean, dense: the network of the CAM paper."""
    model = keras.Sequential(
        [
            keras.Input((9, 9, 1)),
            layers.Conv2D(5, 3, activation="relu", name="conv"),
            layers.GlobalAveragePooling2D(name="mean"),
            layers.Dense(3, activation="softmax", name="classes"),
        ]
    )
    return open_model(randomized(model))


# -- gradients --


@pytest.mark.parametrize("network", ["plain", "kinds", "inside"])
def test_the_gradient_is_the_slope_of_the_score(network, request):
    opened = request.getfixturevalue(network)
    image = picture(opened).astype(np.float64)
    score = _gradients.of_score(opened, image[None], 1)
    rng, step = np.random.default_rng(0), 1e-2
    direction = rng.normal(size=image.shape)
    direction /= np.linalg.norm(direction)
    ends = np.stack([image - step * direction, image + step * direction])
    low, high = _gradients.of_score(opened, ends, 1).values
    slope = float((score.by_image[0] * direction).sum())
    assert slope == pytest.approx((high - low) / (2 * step), rel=0.08, abs=2e-3)


def test_scores_are_taken_before_softmax_wherever_it_stands(averaged, linear):
    for opened, scores in ((averaged, "classes"), (linear, "scores")):
        images = np.stack([picture(opened, seed) for seed in range(3)])
        labels = range(opened.model.get_layer(scores).units)
        values = np.stack([_gradients.of_score(opened, images, k).values for k in labels], axis=1)
        powers = np.exp(values)
        chances = powers / powers.sum(axis=1, keepdims=True)
        assert np.allclose(chances, opened.probabilities(images), atol=1e-5)


# -- saliency, smoothgrad, integrated gradients --


def test_saliency_of_a_linear_network_is_its_weights(linear):
    image = picture(linear)
    expected = np.abs(pixel_weights(linear, 2)).max(axis=-1)
    assert np.allclose(saliency(linear, image, 2, -1), expected, atol=1e-5)
    assert np.allclose(smoothgrad(linear, image, 2, -1), expected, atol=1e-5)


def test_integrated_gradients_of_a_linear_network_are_weight_times_pixel(linear):
    image = picture(linear)
    expected = (pixel_weights(linear, 2) * image).sum(axis=-1)
    assert np.allclose(integrated_gradients(linear, image, 2, -1), expected, atol=1e-5)


@pytest.mark.parametrize("network", ["plain", "averaged", "inside"])
def test_integrated_gradients_add_up_to_the_difference_from_black(network, request):
    opened = request.getfixturevalue(network)
    image = picture(opened)
    ends = np.stack([np.zeros_like(image), image])
    black, own = _gradients.of_score(opened, ends, 1).values
    total = integrated_gradients(opened, image, 1, -1).sum()
    assert total == pytest.approx(own - black, rel=0.05, abs=0.02)
    fine = integrated_gradients(opened, image, 1, -1, steps=400).sum()
    assert fine == pytest.approx(own - black, rel=0.01, abs=0.005)
    assert integrated.STEPS == 50


def test_black_pixels_get_nothing(plain):
    image = picture(plain)
    image[3:6, 2:9] = 0
    assert not integrated_gradients(plain, image, 0, -1)[3:6, 2:9].any()


def test_smoothgrad_is_the_same_at_every_call(plain):
    image = picture(plain)
    assert np.array_equal(smoothgrad(plain, image, 0, -1), smoothgrad(plain, image, 0, -1))


# -- Grad-CAM --


def test_grad_cam_is_cam_where_cam_exists(averaged):
    """Behind a global mean the gradient of a map is its class weight (Selvaraju, section 3)."""
    image, label = picture(averaged), 2
    conv, _, classes = averaged.model.layers
    maps = keras.Model(averaged.model.inputs, conv.output).predict_on_batch(image[None])[0]
    weights = np.asarray(classes.kernel)[:, label]
    cam = stretched(np.maximum((maps * weights).sum(axis=-1), 0), (9, 9))
    made = grad_cam(averaged, image, label, 0)
    assert np.allclose(made, cam / cam.max(), atol=1e-5)
    assert made.min() >= 0
    assert made.max() == 1.0


def test_stretching_keeps_places_and_values():
    heat_map = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(stretched(heat_map, (2, 3)), heat_map)
    large = stretched(heat_map, (20, 30))
    assert (large.min(), large.max()) == (0.0, 5.0)
    # Cell centers keep their values: cell (0, 1) covers rows 0-9 and columns 10-19.
    assert large[4:6, 14:16].mean() == pytest.approx(1.0, abs=0.1)


def test_grad_cam_takes_the_last_block_by_default():
    opened = open_model(architectures.build("squeezenet_a", (32, 32, 3), 10))
    made = attribute(opened, picture(opened), ["grad_cam"])
    assert (made.layer, made.cells) == ("scores_relu", (3, 3))
    assert made.layers[0] == "conv1"
    assert "global_pool" not in made.layers
    other = attribute(opened, picture(opened), ["grad_cam"], layer="fire2")
    assert other.cells == (7, 7)


def test_any_layer_with_maps_can_be_chosen_others_are_refused(plain):
    for name in attribute(plain, picture(plain), []).layers:
        assert attribute(plain, picture(plain), ["grad_cam"], layer=name).heats[0].values.shape == (
            *(14, 14),
        )
    with pytest.raises(LabError, match="conv1, norm1, relu1, pool1, conv2"):
        attribute(plain, picture(plain), ["grad_cam"], layer="flatten")


# -- occlusion --


def test_occlusion_finds_the_only_place_that_matters():
    model = keras.Sequential(
        [keras.Input((10, 10, 1)), layers.Flatten(), layers.Dense(2), layers.Softmax()]
    )
    weights = np.zeros((100, 2), np.float32)
    weights[3 * 10 + 7, 1] = 9.0  # row 3, column 7
    model.set_weights([weights, np.zeros(2, np.float32)])
    image = np.zeros((10, 10, 1), np.float32)
    image[2:5, 5:9] = 1.0
    heat_map = occlusion_map(open_model(model), image, 1, -1)
    assert np.unravel_index(heat_map.argmax(), heat_map.shape) == (3, 7)
    assert heat_map.max() > 0.4
    against = occlusion_map(open_model(model), image, 0, -1)
    assert against.min() < -0.4


def test_occlusion_by_brute_force(plain):
    image, label = picture(plain), 1
    base = plain.probabilities(image[None])[0, label]
    color = np.median(np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]]))
    side, falls = 3, np.zeros((2, 14, 14))
    for top in occlusion._starts(14):
        for left in occlusion._starts(14):
            covered = image.copy()
            covered[top : top + side, left : left + side] = color
            fall = base - plain.model.predict_on_batch(covered[None])[0, label]
            falls[:, top : top + side, left : left + side] += [[[fall]], [[1]]]
    assert np.allclose(occlusion_map(plain, image, label, -1), falls[0] / falls[1], atol=1e-5)


# -- all of them --


def test_every_method_for_every_class_and_kind_of_network(plain, inside):
    for opened in (plain, inside):
        image, methods = picture(opened), ATTRIBUTIONS.names()
        for label in range(3):
            made = attribute(opened, image, methods, label)
            assert [heat.method for heat in made.heats] == methods
            for one in made.heats:
                assert one.values.shape == image.shape[:2]
                assert np.isfinite(one.values).all()
                if not ATTRIBUTIONS[one.method].signed:
                    assert one.values.min() >= 0


def test_without_a_class_the_most_probable_is_taken(plain):
    made = attribute(plain, picture(plain), ["saliency"])
    assert made.label == made.probabilities.argmax()
    with pytest.raises(LabError, match="classes 0 to 2"):
        attribute(plain, picture(plain), ["saliency"], label=3)


def test_a_network_without_convolutions_says_so(linear):
    made = attribute(linear, picture(linear), ["grad_cam", "saliency"])
    assert [heat.method for heat in made.heats] == ["saliency"]
    assert "this network has none" in made.refused["grad_cam"]
    assert made.layers == ()


def test_every_method_tells_its_source():
    assert [card.name for card in ATTRIBUTIONS if card.is_default] == ["grad_cam"]
    for card in ATTRIBUTIONS:
        assert card.description
        assert card.unit
        assert "arXiv" in card.source
    assert heat.HeatMap
