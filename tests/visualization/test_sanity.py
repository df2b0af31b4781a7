"""The check with shuffled weights: it forgets, it measures, and it leaves no trace."""

import numpy as np
import pytest

from cnnlab.visualization.attribution.heat import attribute
from cnnlab.visualization.attribution.sanity import randomized, rank_correlation, sanity_check
from tests.visualization.conftest import picture


def test_the_weights_are_as_before_afterwards_also_after_a_failure(plain):
    image = picture(plain)
    before, answer = plain.model.get_weights(), plain.activations(image)[-1]
    sanity_check(plain, image, "grad_cam", 1)
    with pytest.raises(ZeroDivisionError), randomized(plain, 3):
        _ = 1 / 0
    for one, other in zip(before, plain.model.get_weights(), strict=True):
        assert np.array_equal(one, other)
    assert np.array_equal(answer, plain.activations(image)[-1])


def test_the_last_layers_are_shuffled_first_and_keep_their_values(plain):
    kept = {layer.name: layer.get_weights() for layer in plain.model.layers}
    with randomized(plain, 2):
        for name, arrays in kept.items():
            now = plain.model.get_layer(name).get_weights()
            same = all(np.array_equal(a, b) for a, b in zip(arrays, now, strict=True))
            assert same == (name not in ("conv2", "classes")), name
            for one, other in zip(arrays, now, strict=True):
                assert np.array_equal(np.sort(one, axis=None), np.sort(other, axis=None))
    with randomized(plain, 3):
        # Batch-norm goes with the convolution before it.
        now = plain.model.get_layer("norm1").get_weights()
        assert not all(np.array_equal(a, b) for a, b in zip(now, kept["norm1"], strict=True))


def test_the_stages_go_from_trained_to_knowing_nothing(plain):
    image = picture(plain)
    told = sanity_check(plain, image, "saliency", 0)
    assert [stage.layers for stage in told.stages] == [0, 1, 2, 3]
    assert told.stages[0].title == "As trained"
    assert told.stages[-1].title == "All 3 layers shuffled"
    assert told.stages[0].correlation == pytest.approx(1.0)
    assert np.array_equal(
        told.stages[0].values, attribute(plain, image, ["saliency"], 0).heats[0].values
    )
    assert not np.array_equal(told.stages[0].values, told.stages[-1].values)


def test_a_method_that_ignores_the_network_fails(plain, monkeypatch):
    """An edge detector of the picture: the trap the check was made for."""
    from dataclasses import replace

    from cnnlab.visualization import ATTRIBUTIONS

    def edges(opened, image, label, layer):
        return np.abs(np.gradient(image[..., 0])[0])

    card = replace(ATTRIBUTIONS["saliency"], function=edges)
    monkeypatch.setitem(ATTRIBUTIONS._cards, "saliency", card)
    told = sanity_check(plain, picture(plain), "saliency", 0)
    assert told.stages[-1].correlation == pytest.approx(1.0)
    assert not told.passed


def test_rank_correlation_is_spearmans():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    for _ in range(5):
        one = rng.normal(5, 1, size=(7, 6)).round(1)  # with ties
        other = (one + rng.normal(size=(7, 6))).round(1)
        expected = stats.spearmanr(one.ravel(), other.ravel()).statistic
        assert rank_correlation(one, other) == pytest.approx(expected)
        # A wide black border on both is no likeness.
        framed = [np.pad(heat, 5) for heat in (one, other)]
        assert rank_correlation(*framed) == pytest.approx(expected)
    assert rank_correlation(np.zeros((3, 3)), np.arange(9.0).reshape(3, 3)) == 0
    assert rank_correlation(np.zeros((3, 3)), np.zeros((3, 3))) == 0
