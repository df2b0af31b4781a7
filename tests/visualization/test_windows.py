"""What a value depends on: nothing outside its window, and every corner of it."""

import numpy as np
import pytest

from cnnlab import summary
from cnnlab.visualization._opened import open_model
from cnnlab.visualization.arithmetic.windows import Span, in_picture
from tests.visualization.conftest import every_kind, picture


def window_of(opened, number, place):
    row, column = place
    return in_picture(opened, number, (Span(row, row), Span(column, column)))


@pytest.mark.parametrize("network", ["kinds", "inside", "plain"])
def test_pixels_outside_the_window_do_not_matter(network, request):
    opened = request.getfixturevalue(network)
    rng = np.random.default_rng(0)
    image = picture(opened)
    made = opened.outputs(image[None])
    for number, call in enumerate(opened.calls):
        if not call.is_map or "LayerNorm" in call.kind:
            continue
        place = tuple(int(rng.integers(size)) for size in call.shape[:2])
        rows, columns = window_of(opened, number, place)
        others = rng.random((4, *opened.input_shape), np.float32)
        inside = np.s_[rows.first : rows.last + 1, columns.first : columns.last + 1]
        for other in others:
            other[inside] = image[inside]
        changed = opened.outputs(others)[number][:, *place]
        assert np.allclose(changed, made[number][0, *place], atol=1e-4), call.name


def test_the_window_is_no_larger_than_it_must_be(plain):
    image = picture(plain)
    number = plain.index("conv2")
    place = (1, 2)
    rows, columns = window_of(plain, number, place)
    before = plain.outputs(image[None])
    # Before the activations and pools, which let only some pixels through.
    number = plain.index("conv1")
    rows, columns = window_of(plain, number, place)
    assert (rows.length, columns.length) == (3, 3)
    for corner in ((rows.first, columns.first), (rows.last, columns.last)):
        other = image.copy()
        other[corner] += 0.5
        after = plain.outputs(other[None])[number][0, *place]
        assert not np.allclose(after, before[number][0, *place], atol=1e-4)


def test_in_the_middle_it_is_the_receptive_field_of_the_layer_table(plain):
    rows = {row.name: row.receptive_field for row in summary.summarize(plain.model).layers}
    for number, call in enumerate(plain.calls):
        if call.is_map:
            seen = window_of(plain, number, (call.shape[0] // 2, call.shape[1] // 2))
            assert (seen[0].length, seen[1].length) == rows[call.name]


def test_a_vector_depends_on_everything(plain):
    whole = in_picture(plain, plain.index("classes"), None)
    assert whole == (Span(0, 13), Span(0, 13))


def test_many_branches_are_walked_once():
    """Thirty joins in a row would be 2**30 paths."""
    import keras

    x = image = keras.Input((8, 8, 1))
    for _ in range(30):
        x = keras.layers.Add()([x, keras.layers.Conv2D(1, 1)(x)])
    opened = open_model(keras.Model(image, x))
    assert window_of(opened, len(opened.calls) - 1, (4, 4)) == (Span(4, 4), Span(4, 4))


def test_the_network_of_every_kind_has_them():
    assert len({type(layer).__name__ for layer in every_kind().layers}) > 20
