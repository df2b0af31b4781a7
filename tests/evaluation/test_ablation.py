"""What is taken from a network is given back, and what is measured is what was taken."""

import numpy as np
import pytest

from cnnlab import datasets, evaluation
from cnnlab.evaluation import ablation
from cnnlab.evaluation.questions import WhatIsLost
from cnnlab.runs import find


@pytest.fixture(scope="module")
def step():
    """Rung 3 beside rung 2, on the part of MNIST that comes along."""
    question = WhatIsLost(find("ladder_02").path, find("ladder_03").path)
    return question.answer()


def test_lost_pictures_are_those_only_the_larger_reads(step):
    part = datasets.load(datasets.stand_in("mnist"), (28, 28, 1))
    small, large = (
        evaluation.answer(find(name), part.x_test).argmax(axis=1) == part.y_test
        for name in ("ladder_02", "ladder_03")
    )
    assert step.count == len(part.y_test)
    assert step.only_larger == (large & ~small).sum()
    assert step.only_smaller == (small & ~large).sum()
    for shown in step.lost:
        assert large[shown.index]
        assert not small[shown.index]
        assert shown.answers[0][0] != shown.truth


def test_each_thing_the_smaller_lacks_is_taken_and_costs_something(step):
    words = [one.words for one in step.ablations]
    assert words == ["on pictures of 7x7", "with 1 of its 3 first kernels"]
    assert len({one.before for one in step.ablations}) == 1
    assert all(one.accuracy < one.before - 0.1 for one in step.ablations)
    assert len(step.kernels) == 3
    for kernel in step.kernels:
        assert kernel.after < kernel.before
        assert kernel.accuracy < step.ablations[0].before


def test_means_are_held_by_the_squares_of_pixels():
    pictures = np.zeros((1, 4, 4, 1), np.uint8)
    pictures[0, :2, :2] = [[[0], [100]], [[100], [200]]]
    coarse = ablation._coarse(pictures, 2)
    assert coarse.shape == pictures.shape
    assert (coarse[0, :2, :2] == 100).all()
    assert coarse[0, 2:].sum() == 0


def test_weights_come_back_even_after_a_failure():
    model = evaluation.load_model(find("ladder_03"))
    layer = model.get_layer("conv1")
    before = [weights.copy() for weights in layer.get_weights()]
    with pytest.raises(RuntimeError, match="pressed stop"):
        fail_meanwhile(layer)
    for kept, now in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, now)


def fail_meanwhile(layer) -> None:
    """Silence the second filter, look, and go wrong."""
    with ablation._zeroed(layer, [1]):
        kernel, bias = layer.get_weights()
        assert not kernel[..., 1].any()
        assert not bias[1]
        assert kernel[..., 0].any()
        raise RuntimeError("somebody pressed stop")
