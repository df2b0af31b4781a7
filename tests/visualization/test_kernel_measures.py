"""Kernels in numbers: norms, twins, dead filters, and every kind of convolution."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab.errors import LabError
from cnnlab.visualization.features.kernels import Kernels, composite, kernels_of, measure, read
from tests.visualization.conftest import every_kind, nested


def kernels(values: np.ndarray) -> Kernels:
    return Kernels("conv", "final", values.astype(np.float32))


@pytest.fixture
def random() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(3, 3, 2, 6))


def test_norm_mean_spread_and_way(random):
    found = measure(kernels(random), kernels(random * 0.5))
    for f in range(6):
        own = random[..., f]
        assert found.norm[f] == pytest.approx(np.sqrt((own**2).sum()), rel=1e-5)
        assert found.mean[f] == pytest.approx(own.mean(), abs=1e-5)
        assert found.spread[f] == pytest.approx(own.std(), rel=1e-5)
    assert np.allclose(found.moved, 1.0, atol=1e-5)  # twice as long: moved by its own length


def test_dead_filters_and_twins_are_flagged(random):
    random[..., 2] *= 1e-4
    random[..., 5] = 3 * random[..., 1]
    random[..., 4] = -random[..., 0]  # the opposite is no twin
    found = measure(kernels(random), kernels(random))
    assert found.dead == (2,)
    assert found.duplicates == {5: 1}


def test_single_weights_have_no_direction():
    found = measure(kernels(np.ones((1, 1, 1, 8))), kernels(np.ones((1, 1, 1, 8))))
    assert found.duplicates == {}
    assert kernels(np.ones((1, 1, 4, 8))).pointwise


def test_a_layer_of_zeros_is_measured_too():
    zeros = kernels(np.zeros((3, 3, 1, 2)))
    found = measure(zeros, zeros)
    assert np.isfinite(found.moved).all()


def test_color_composites_show_red_weights_red():
    values = np.zeros((3, 3, 3, 2))
    values[1, 1, 0, 0] = 4.0
    values[0, 0, 2, 1] = -2.0
    made = composite(kernels(values))
    assert made[1, 1, :, 0].tolist() == [1.0, 0.5, 0.5]
    assert made[0, 0, :, 1].tolist() == [0.5, 0.5, 0.0]
    with pytest.raises(LabError, match="reads 1 channels"):
        composite(kernels(np.zeros((3, 3, 1, 2))))


def test_every_kind_of_convolution_has_its_kernels():
    model = every_kind()
    found = kernels_of(model)
    assert found["grouped"].shape == (3, 3, 2, 6)
    assert found["separable depthwise"].shape == (5, 5, 1, 8)
    assert found["separable pointwise"].shape == (1, 1, 8, 6)
    assert found["depthwise"].shape == (3, 3, 1, 8)
    weights = np.asarray(model.get_layer("depthwise").kernel)  # (3, 3, 4, 2)
    assert np.array_equal(found["depthwise"][:, :, 0, 5], weights[:, :, 2, 1])
    assert {"stem.conv", "body.conv", "body.point", "shared"} == set(kernels_of(nested()))


def test_transposed_convolutions_too():
    image = keras.Input((4, 4, 3))
    model = keras.Model(image, layers.Conv2DTranspose(5, 2, name="up")(image))
    assert kernels_of(model)["up"].shape == (2, 2, 3, 5)


def test_a_depthwise_snapshot_reads_as_one_filter_per_channel(tiny_run):
    file = tiny_run.snapshots_dir / "final.npz"
    values = np.random.default_rng(0).normal(size=(3, 3, 4, 1))
    np.savez(file, conv1=values)
    found = read(tiny_run, "conv1", "final")
    assert (found.filters, found.reads) == (4, 1)
    assert np.allclose(found.values[:, :, 0, 2], values[:, :, 2, 0])
