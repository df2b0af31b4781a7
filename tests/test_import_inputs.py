"""What imported networks want: channels first, standardized outside, ranges on the command line."""

import json

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import __main__ as command_line
from cnnlab import evaluation, importing, keras_graph, prediction, runs
from cnnlab.errors import LabError
from cnnlab.importing import _ranges
from cnnlab.visualization import network
from cnnlab.visualization.attribution import heat
from tests.cases import FOLDER, TRUTH, saved_model

FIRST = {"data_format": "channels_first"}


def _flat(flatten: layers.Layer):
    image = keras.Input((1, 12, 10))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", **FIRST)(image)
    x = layers.BatchNormalization(axis=1)(x)
    x = layers.MaxPooling2D(2, **FIRST)(x)
    return keras.Model(image, layers.Dense(3, activation="softmax")(flatten(x)))


def _branches():
    image = keras.Input((3, 12, 10))
    x = layers.SeparableConv2D(4, 3, padding="same", **FIRST)(image)
    y = layers.Conv2D(2, 1, **FIRST)(layers.ZeroPadding2D(0, **FIRST)(x))
    x = layers.Concatenate(axis=1)([layers.ReLU()(x) * 0.5, y])
    x = layers.DepthwiseConv2D(3, **FIRST)(layers.SpatialDropout2D(0.1, **FIRST)(x))
    x = layers.GlobalAveragePooling2D(**FIRST)(x)
    return keras.Model(image, layers.Dense(3, activation="softmax")(x))


CHANNELS_FIRST = {
    "in its order": lambda: _flat(layers.Flatten()),
    "turned by the flattening": lambda: _flat(layers.Flatten(**FIRST)),
    "branches": _branches,
}


@pytest.mark.parametrize("build", CHANNELS_FIRST.values(), ids=CHANNELS_FIRST.keys())
def test_channels_first_is_looked_inside_on_the_right_axes(build, tmp_path):
    keras.utils.set_random_seed(1)
    model = build()
    model.save(tmp_path / "mine.keras")
    run = importing.import_file(tmp_path / "mine.keras")
    opened = evaluation.load_model(run)
    picture = np.random.default_rng(0).uniform(0, 1, (12, 10, model.inputs[0].shape[1]))
    np.testing.assert_allclose(
        opened.predict_on_batch(picture[None].astype("float32")),
        model.predict_on_batch(picture.transpose(2, 0, 1)[None].astype("float32")),
        atol=1e-5,
    )
    maps = [call.shape for call in keras_graph.walk(opened) if len(call.shape) == 3]
    assert {shape[:2] for shape in maps} <= {(12, 10), (10, 8), (6, 5)} | {(4, 6)}
    assert not any(shape[:2] == (4, 12) for shape in maps)
    folder = str(run.path)
    said = heat.attribute_run(folder, picture.astype("float32"), ["grad_cam"])
    assert [one.values.shape for one in said.heats] == [(12, 10)]
    listed = [layer.shape for layer in network.layers(folder) if layer.is_map]
    assert (4, 12, 10) not in listed
    assert any(shape[:2] == (12, 10) for shape in listed)


def test_what_has_no_twin_stays_as_it_is(tmp_path):
    image = keras.Input((1, 8, 8))
    x = layers.Conv2D(2, 3, **FIRST)(image)
    x = layers.Flatten()(layers.Permute((2, 3, 1))(x))
    keras.Model(image, layers.Dense(3, activation="softmax")(x)).save(tmp_path / "mine.keras")
    run = importing.import_file(tmp_path / "mine.keras")
    assert run.config.input_shape == (8, 8, 1)


def _standardized_outside(mean: float, deviation: float) -> keras.Model:
    """The plain one, wanting (x - mean) / deviation."""
    image = keras.Input((28, 28, 1))
    undo = layers.Conv2D(1, 1, name="undo")
    model = keras.Model(image, saved_model("plain")(undo(image)))
    undo.set_weights([np.full((1, 1, 1, 1), deviation), np.full(1, mean)])
    return model


def test_a_network_standardized_outside_is_found_out(tmp_path):
    _standardized_outside(0.1307, 0.3081).save(tmp_path / "mine.keras")
    run = importing.import_file(tmp_path / "mine.keras", dataset="mnist")
    assert run.config.imported.input_range.startswith("mean=0.13"), run.config.imported.notes
    assert any("standardized, less 0.13" in note for note in run.config.imported.notes)
    assert run.metrics.test_accuracy > TRUTH["plain"]["accuracy"] - 0.03


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("mean=0.2,std=0.4", "mean=0.2,std=0.4"),
        ("mean=51, std=102", "mean=51,std=102"),
        ("standardized", "mean=0.13"),
    ],
)
def test_standardization_can_be_set(asked, wanted, tmp_path):
    known = asked == "standardized"
    mean, deviation = (0.1307, 0.3081) if known else (0.2, 0.4)
    _standardized_outside(mean, deviation).save(tmp_path / "mine.keras")
    run = importing.import_file(tmp_path / "mine.keras", dataset="mnist", input_range=asked)
    assert run.config.imported.input_range.startswith(wanted)
    assert run.metrics.test_accuracy > TRUTH["plain"]["accuracy"] - 0.03


def test_colors_have_a_mean_each(tmp_path):
    image = keras.Input((8, 8, 3))
    ends = layers.Dense(2, activation="softmax")(layers.Flatten()(image))
    keras.Model(image, ends).save(tmp_path / "mine.keras")
    run = importing.import_file(tmp_path / "mine.keras", input_range=_ranges.IMAGENET)
    first = evaluation.load_model(run).layers[1]
    picture = np.full((1, 8, 8, 3), 0.5, "float32")
    wanted = (0.5 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    np.testing.assert_allclose(np.asarray(first(picture))[0, 0, 0], wanted, rtol=1e-5)


@pytest.mark.parametrize(
    "asked", ["mean=0.1", "mean=0.1,std=0", "mean=0.1/0.2,std=1/1", "mean=1e9e,std=1", "0..7"]
)
def test_a_range_that_is_none_is_one_sentence(asked):
    with pytest.raises(LabError, match="An input range is one of"):
        importing.import_file(FOLDER / "plain.keras", input_range=asked)
    with pytest.raises(LabError, match="Name the dataset"):
        importing.import_file(FOLDER / "plain.keras", input_range="standardized")
    with pytest.raises(LabError, match="3 channels"):
        importing.import_file(FOLDER / "plain.keras", input_range=_ranges.IMAGENET)


@pytest.mark.parametrize("words", [["--range", "-1..1"], ["--range=-1..1"], ["--range", "signed"]])
def test_a_range_that_begins_with_a_minus_is_no_option(words, capsys, answering):
    file = str(FOLDER / "plain.keras")
    assert command_line.main(["import", file, *words, "--json"]) == 0
    run = runs.find(json.loads(capsys.readouterr().out)["run"])
    assert run.config.imported.input_range == "-1..1"


def test_the_command_line_imports_and_converts_where_memory_is_limited(monkeypatch, capsys):
    from cnnlab import engine

    lanes = []

    def ask(question):
        lanes.append(question.lane)
        return question.answer()

    monkeypatch.setattr(engine, "ask", ask)
    command_line.main(["import", str(FOLDER / "plain.keras"), "--json"])
    name = json.loads(capsys.readouterr().out)["run"]
    archive = str(runs.find(name).path / "packed.zip")
    command_line.main(["export", name, archive, "--format", "tflite", "--json"])
    assert json.loads(capsys.readouterr().out)["file"] == archive
    assert len(lanes) == 2
    assert all(lane.memory_bytes for lane in lanes)


def test_recurrent_layers_are_written_for_one_picture_at_a_time(tmp_path):
    image = keras.Input((12, 12, 1))
    x = layers.LSTM(4)(layers.Reshape((12, 12))(image))
    keras.Model(image, layers.Dense(3, activation="softmax")(x)).save(tmp_path / "mine.keras")
    run = importing.import_file(tmp_path / "mine.keras")
    pictures = np.random.default_rng(0).integers(0, 256, (3, 12, 12, 1), np.uint8)
    expected = evaluation.answer(run, pictures)
    light = prediction.answer_all(run.tflite_file.read_bytes(), pictures)
    np.testing.assert_allclose(light, expected, atol=1e-4)


def test_what_litert_cannot_write_is_one_sentence(monkeypatch):
    import tensorflow as tf
    from tensorflow.lite.python.convert_phase import ConverterError

    def refuse(self):
        raise ConverterError("<unknown>:0: error: op\nmore")

    converter = tf.lite.TFLiteConverter
    for name in ("from_keras_model", "from_concrete_functions"):
        made = type("Converter", (), {"convert": refuse})()
        monkeypatch.setattr(converter, name, lambda *_, made=made: made)
    with pytest.raises(LabError, match="cannot write this network"):
        importing.import_file(FOLDER / "plain.keras")
    assert not list(runs.list_runs())
