"""A model laid open: every layer's output, for every way of building a model."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import architectures, summary
from cnnlab.errors import LabError
from cnnlab.visualization import _opened
from cnnlab.visualization._opened import open_model, open_run
from tests.visualization.conftest import little, nested, picture


def test_every_output_is_the_layers_own(plain):
    image = picture(plain)[None]
    made = plain.outputs(image)
    for call, array in zip(plain.calls, made, strict=True):
        own = keras.Model(plain.model.inputs, plain.model.get_layer(call.name).output)
        assert np.allclose(array, own.predict_on_batch(image), atol=1e-6), call.name


def test_models_inside_models_are_laid_open_under_their_names(inside):
    names = [call.name for call in inside.calls]
    assert names[:6] == [
        *("stem.conv", "stem.relu", "body.conv", "body.point", "body.add", "shared")
    ]
    assert "shared (2)" in names
    image = picture(inside)[None]
    assert np.allclose(inside.outputs(image)[-1], inside.model.predict_on_batch(image), atol=1e-6)


def test_names_and_order_are_those_of_the_layer_table():
    model = architectures.build("squeezenet_a", (32, 32, 3), 10)
    rows = summary.summarize(model).layers
    opened = open_model(model)
    assert {call.name for call in opened.calls} == {row.name for row in rows}
    shapes = {row.name: row.output_shape for row in rows}
    assert all(call.shape == shapes[call.name] for call in opened.calls)


@pytest.mark.parametrize("make", [little, nested])
def test_a_reloaded_model_opens_like_the_first(make, tmp_path):
    model = make()
    model.save(tmp_path / "model.keras")
    again = open_model(keras.models.load_model(tmp_path / "model.keras", compile=False))
    image = picture(again)[None]
    for one, other in zip(open_model(model).outputs(image), again.outputs(image), strict=True):
        assert np.allclose(one, other, atol=1e-6)


def test_a_run_is_read_once_and_again_when_its_file_changes(tmp_path, monkeypatch):
    model = little()
    model.save(tmp_path / "model.keras")
    first = open_run(tmp_path)
    assert open_run(str(tmp_path)) is first
    model.save(tmp_path / "model.keras")
    assert open_run(tmp_path) is not first
    monkeypatch.setattr(_opened, "MAX_MODELS", 1)
    (tmp_path / "other").mkdir()
    model.save(tmp_path / "other" / "model.keras")
    open_run(tmp_path / "other")
    assert list(_opened._opened) == [tmp_path / "other" / "model.keras"]


def test_no_model_yet_and_a_damaged_one_are_one_sentence(tmp_path):
    with pytest.raises(LabError, match="no trained model yet"):
        open_run(tmp_path)
    (tmp_path / "model.keras").write_bytes(b"nothing")
    with pytest.raises(LabError, match="cannot be read"):
        open_run(tmp_path)


def test_what_cannot_be_looked_into_says_so():
    class Own(keras.Model):
        def call(self, x):
            return x

    two = [keras.Input((8, 8, 1)), keras.Input((8, 8, 1))]
    free = keras.Input((None, None, 1))
    for model in (
        Own(),
        keras.Model(two, layers.Add()(two)),
        keras.Model(free, layers.Conv2D(2, 3)(free)),
    ):
        with pytest.raises(LabError, match="one picture of a fixed size"):
            open_model(model)


def test_another_layer_or_picture_size_is_refused_with_what_is_there(plain):
    with pytest.raises(LabError, match="conv1, norm1"):
        plain.index("conv9")
    with pytest.raises(LabError, match=r"\(14, 14, 1\)"):
        plain.activations(np.zeros((10, 10, 1)))
