"""Operations on filters, each against what NumPy says they do to feature maps."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab.errors import LabError
from cnnlab.surgery import FILTER_OPERATIONS, FilterWeights, all_operations, plan
from cnnlab.surgery._filters import operables
from cnnlab.surgery.operating import operate

chance = np.random.default_rng(3)
PICTURES = chance.random((4, 10, 10, 3), np.float32)


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """Every kind of layer with filters, with and without batch normalization behind it."""
    image = keras.Input((10, 10, 3), name="image")
    x = layers.Conv2D(5, 3, activation="relu", name="conv")(image)
    x = layers.Conv2D(6, 3, use_bias=False, padding="same", name="bare")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", name="depthwise")(x)
    x = layers.SeparableConv2D(4, 3, padding="same", name="separable")(x)
    x = layers.Conv2DTranspose(3, 2, strides=2, name="transposed")(x)
    x = layers.Conv2D(4, 1, activation="sigmoid", name="point")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = layers.Dense(7, activation="relu", name="dense")(x)
    model = keras.Model(image, layers.Dense(4, activation="softmax", name="classes")(x))
    for weight in model.weights:
        values = chance.normal(0.02, 0.4, weight.shape)
        weight.assign(np.abs(values) + 0.3 if "variance" in weight.path else values)
    return model


@pytest.fixture
def model(network):
    """The network, its weights put back afterwards."""
    kept = network.get_weights()
    yield network
    network.set_weights(kept)


def maps_of(model: keras.Model, layer: str) -> np.ndarray:
    inner = keras.Model(model.inputs, model.get_layer(layer).output)
    return np.asarray(inner(PICTURES)).copy()


WITH_FILTERS = {
    "conv": "conv",
    "bare": "norm",  # what its normalization adds is silenced as well
    "depthwise": "depthwise",
    "separable": "separable",
    "transposed": "transposed",
    "dense": "dense",
    "classes": "",
}


@pytest.mark.parametrize(("layer", "seen"), WITH_FILTERS.items())
def test_a_silenced_filter_is_its_map_times_zero(model, layer, seen):
    number = operables(model)[layer].count - 2
    before = maps_of(model, seen or "dense")
    notes = operate(model, [plan.planned("silence", layer, number)])
    after = maps_of(model, seen or "dense")
    if seen:
        before[..., number] *= 0
    assert np.allclose(after, before, atol=1e-5)
    assert bool(notes) == (layer == "classes")  # softmax makes something of nothing


@pytest.mark.parametrize("layer", ["bare", "depthwise", "separable", "transposed"])
def test_a_negated_filter_is_its_map_times_minus_one(model, layer):
    seen = WITH_FILTERS[layer]
    before = maps_of(model, seen)
    operate(model, [plan.planned("negate", layer, 1)])
    before[..., 1] *= -1
    assert np.allclose(maps_of(model, seen), before, atol=1e-4)


@pytest.mark.parametrize(
    ("layer", "other"), [("conv", 3), ("bare", 3), ("dense", 3), ("depthwise", 1)]
)
def test_swapped_filters_are_swapped_maps(model, layer, other):
    """Of a depthwise layer those that read one channel."""
    seen = WITH_FILTERS[layer]
    before = maps_of(model, seen)
    operate(model, [plan.planned("swap", layer, 0, {"other": other})])
    order = np.arange(before.shape[-1])
    order[[0, other]] = other, 0
    assert np.allclose(maps_of(model, seen), before[..., order], atol=1e-5)


def test_two_operations_follow_each_other(model):
    kept = model.get_weights()
    operate(model, [plan.planned("negate", "conv", 2)] * 2)
    assert all(np.array_equal(a, b) for a, b in zip(kept, model.get_weights(), strict=True))


def own(*shape: int) -> FilterWeights:
    return FilterWeights(chance.normal(0.2, 1, shape).astype(np.float32), 0.5, {"beta": 2.0})


def done(name: str, weights: FilterWeights, **settings) -> np.ndarray:
    made = FILTER_OPERATIONS[name].function(weights, None, **settings)
    assert (made.bias, made.norm) == (weights.bias, weights.norm)
    return made.kernel


def test_blur_mean_sobel_and_random_by_their_formulas():
    weights = own(3, 3, 2)
    kernel = weights.kernel
    wide = np.pad(kernel, [(1, 1), (1, 1), (0, 0)], mode="edge")
    window = np.outer([1, 2, 1], [1, 2, 1]) / 16
    blurred = np.zeros_like(kernel)
    for i in range(3):
        for j in range(3):
            blurred[i, j] = (wide[i : i + 3, j : j + 3] * window[..., None]).sum(axis=(0, 1))
    assert np.allclose(done("blur", weights), blurred, atol=1e-6)
    means = np.broadcast_to(kernel.mean(axis=(0, 1)), kernel.shape)
    assert np.allclose(done("mean", weights), means, atol=1e-6)
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float)
    made = done("sobel", weights, edges="vertical edges")
    assert np.allclose(made[..., 0] / np.abs(made).max() * 2, sobel, atol=1e-5)
    assert np.linalg.norm(made) == pytest.approx(np.linalg.norm(kernel), rel=1e-5)
    across = done("sobel", weights, edges="horizontal edges")
    assert np.allclose(across, made.transpose(1, 0, 2), atol=1e-5)
    drawn = done("random", own(5, 5, 40), seed=1)
    assert drawn.mean() == pytest.approx(0.2, abs=0.15)
    assert drawn.std() == pytest.approx(1, abs=0.1)
    assert not np.array_equal(drawn, done("random", own(5, 5, 40), seed=2))


def test_a_larger_window_has_the_textbooks_larger_sobel():
    made = done("sobel", own(5, 5, 1), edges="vertical edges")[..., 0]
    row = np.array([-1, -2, 0, 2, 1])
    reference = np.outer([1, 4, 6, 4, 1], row)
    assert np.allclose(made / made[2, 4], reference / reference[2, 4], atol=1e-5)


# A window of one pixel holds no shape.
REFUSED = {(name, layer) for name in ("blur", "sobel") for layer in ("point", "dense", "separable")}


@pytest.mark.parametrize("card", all_operations(), ids=lambda card: card.name)
@pytest.mark.parametrize("layer", ["conv", "point", "dense", "separable"])
def test_every_operation_works_or_says_in_a_sentence_why_not(model, card, layer):
    settings = {"other": 2} if card.partner == "layer" else {}
    asked = plan.planned(card.name, layer, 1, settings)
    kept = model.get_weights()
    if (card.name, layer) in REFUSED or card.partner == "run":
        with pytest.raises(LabError, match=r"^[^\n]+$"):
            operate(model, [asked])
        assert all(np.array_equal(a, b) for a, b in zip(kept, model.get_weights(), strict=True))
        return
    operate(model, [asked])
    assert np.isfinite(np.asarray(model(PICTURES))).all()
    assert not all(np.array_equal(a, b) for a, b in zip(kept, model.get_weights(), strict=True))


@pytest.mark.parametrize(
    ("layer", "number", "words"),
    [
        ("relu", 0, "is a ReLU and has no filters"),
        ("gone", 0, "is missing"),
        ("conv", 5, "filters 0 to 4"),
    ],
)
def test_what_is_not_there_is_said(model, layer, number, words):
    with pytest.raises(LabError, match=words):
        operate(model, [plan.planned("silence", layer, number)])


def test_operations_read_as_they_are_written():
    asked = plan.planned("swap", "base.conv:1 (2)", 3, {"other": 5})
    assert plan.read(plan.text_of(asked)) == asked
    assert plan.text_of(plan.planned("silence", "conv1", 3)) == "silence:conv1:3"
    for odd in ("", "silence", "silence:conv1:x", "silence:conv1:3:loud", "shout:conv1:3"):
        with pytest.raises(LabError):
            plan.read(odd)
