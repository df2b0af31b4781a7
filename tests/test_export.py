"""Files for other programs: one picture in, probabilities out, the same answers as the run's."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from PIL import Image

from cnnlab import datasets, evaluation, export, images, paths, prediction
from cnnlab.errors import LabError
from cnnlab.export import _bundle, _tflite
from cnnlab.export import _rounding as rounding
from cnnlab.export._micro import micro_words
from cnnlab.export._model_card import model_card
from cnnlab.importing._weights import load_weights
from cnnlab.runs import Run
from tests import small_tflite


@pytest.fixture(scope="module")
def pictures():
    """A hundred test digits, floats in 0..1."""
    return datasets.load("digits", (28, 28, 1)).x_test[:100].astype("float32") / 255


def test_the_file_answers_like_keras(tiny_run, pictures):
    model = evaluation.load_model(tiny_run)
    expected = np.asarray(model.predict_on_batch(pictures))
    said = [list(prediction.predict(tiny_run, p).by_class.values()) for p in pictures]
    np.testing.assert_allclose(said, expected, atol=1e-5)


def test_one_float_picture_in_and_probabilities_out(tiny_run):
    interpreter = Interpreter(model_content=tiny_run.tflite_file.read_bytes())
    (entry,), (answer,) = interpreter.get_input_details(), interpreter.get_output_details()
    assert (tuple(entry["shape"]), entry["dtype"]) == ((1, 28, 28, 1), np.float32)
    assert (tuple(answer["shape"]), answer["dtype"]) == ((1, 10), np.float32)


def test_writing_again_replaces_the_file_whole(tiny_run):
    tiny_run.tflite_file.write_bytes(b"old")
    size = export.save_tflite(tiny_run, evaluation.load_model(tiny_run))
    assert tiny_run.tflite_file.stat().st_size == size > 200_000
    assert not list(tiny_run.path.glob(".*"))


@pytest.fixture(scope="module")
def packed(tiny_run_folder):
    """Everything a run can be written as."""
    return export.bundle(Run(tiny_run_folder))


def test_every_file_answers_like_the_run(packed, tiny_run_folder):
    assert [check.format for check in packed.checks] == [
        form.name for form in export.formats_of(Run(tiny_run_folder))
    ]
    for check in packed.checks:
        assert check.passed, check
        assert check.pictures == 100
        fewer_bits = export.FORMATS[check.format].tolerance.difference == 1
        assert check.agreement >= 0.99 if fewer_bits else check.difference <= 1e-4
    sizes = {check.format: check.size_bytes for check in packed.checks}
    assert sizes["tflite_int8"] < 0.4 * sizes["tflite"]


@pytest.mark.parametrize(
    "file", ["model.tflite", "model.onnx", "model_int8.tflite", "cnn/cnn.c", "network.html"]
)
def test_the_program_inside_says_what_the_app_says(packed, tiny_run, tmp_path, file):
    drawn = np.full((200, 160), 255, np.uint8)
    drawn[40:160, 70:90] = 0  # a one
    Image.fromarray(drawn).save(tmp_path / "one.png")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / packed.name.removesuffix(".zip")
    assert (folder / "labels.txt").read_text().split() == list("0123456789")
    done = subprocess.run(
        [sys.executable, str(folder / "predict.py"), str(tmp_path / "one.png"), file, "--json"],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    app = prediction.ask(tiny_run, images.read_picture(str(tmp_path / "one.png"))).prediction
    if file in ("model_int8.tflite", "cnn/cnn.c"):
        assert max(said, key=said.get) == app.label
    else:
        assert said == pytest.approx(dict(app.by_class), abs=1e-4)


def test_weights_alone_go_into_the_architecture_again(packed, tiny_run, tmp_path):
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        (place,) = (name for name in archive.namelist() if name.endswith(".weights.h5"))
        file = tmp_path / "own.weights.h5"
        file.write_bytes(archive.read(place))
    model = load_weights(file, file.name, "lenet5", (28, 28, 1), 10, {})
    again = evaluation.load_model(tiny_run).get_weights()
    for one, other in zip(model.get_weights(), again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_model_card_travels_along(packed):
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        (place,) = (name for name in archive.namelist() if name.endswith("MODEL_CARD.md"))
        card = archive.read(place).decode()
    for words in ("LeNet-5", "61,706", "What it cannot", "/predict", "cnn/cnn.c"):
        assert words in card
    rows = [line.split("|") for line in card.splitlines() if re.match(r"\| \d \|", line)]
    assert [row[1].strip() for row in rows] == list("0123456789")
    assert sum(int(row[2].replace(",", "")) for row in rows) == 359  # digits tested


def test_what_a_reader_called_things_is_text_in_the_card(tmp_path):
    evil = "<script>|\n# Bought\n![x](//e.xx) [y](//e.xx) `z`"
    folder = small_tflite.finished_run(tmp_path, "evil", labels=(evil, "b"), says=1)
    card = model_card(Run(folder), (), np.array([[3, 1], [0, 2]]))
    assert "<script>" not in card
    assert not re.search(r"^# Bought", card, re.MULTILINE)
    assert "](//e.xx" not in card
    assert "`z`" not in card
    assert "| 4 | 75.0% | 100.0% |" in card


def test_a_note_says_what_memory_a_chip_needs(packed):
    said = {check.format: check.words for check in packed.checks}
    assert re.search(r"1,288 bytes of RAM hold all that flows", said["c"])


def test_tensorflow_lite_micro_says_its_arena_or_what_it_lacks(tiny_run):
    pytest.importorskip("tflite_micro", reason="needs .github/requirements-mcu.txt")
    model = evaluation.load_model(tiny_run)
    floats = datasets.load("digits", (28, 28, 1)).x_train[:20].astype("float32") / 255
    said = re.search(r"runs it in ([\d,]+) bytes", micro_words(_tflite._int8(model, floats)))
    assert 5_000 < int(said[1].replace(",", "")) < 30_000
    assert "does not run it" in micro_words(b"no file")


def test_a_file_that_answers_otherwise_is_not_packed(tiny_run):
    tiny_run.tflite_file.write_bytes(export.to_float32(shuffled(tiny_run)))
    made = export.bundle(tiny_run, ["keras", "tflite"])
    assert [check.passed for check in made.checks] == [True, False]
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = {name.split("/")[1] for name in archive.namelist()}
    assert "model.keras" in names
    assert "model.tflite" not in names
    with pytest.raises(LabError, match="answers as it does"):
        export.bundle(tiny_run, ["tflite"])
    with pytest.raises(LabError, match="There is no export format 'exe'"):
        export.bundle(tiny_run, ["exe"])


def shuffled(run):
    """The run's network with its last weights turned round."""
    model = evaluation.load_model(run)
    weights = model.get_weights()
    weights[-2] = weights[-2][:, ::-1]
    model.set_weights(weights)
    return model


# -- weights on 255 steps --


@pytest.fixture(scope="module")
def alike():
    """Inputs that say much the same, as neighboring pixels do: rows `(400, 24)`; 24 x 5 weights."""
    chance = np.random.default_rng(3)
    mixed = chance.normal(size=(6, 24))
    return chance.normal(size=(400, 6)) @ mixed + 0.1 * chance.normal(
        size=(400, 24)
    ), chance.normal(size=(24, 5))


def nearest(weights: np.ndarray) -> np.ndarray:
    step = np.abs(weights).max(axis=0) / 127
    return np.rint(weights / step) * step


def test_rounded_weights_are_on_the_steps_of_their_largest(alike):
    rows, weights = alike
    weights = np.concatenate([weights, np.zeros((24, 1))], axis=1)  # a dead filter stays dead
    done = rounding.round_columns(weights, rows.T @ rows)
    np.testing.assert_array_equal(np.abs(done).max(axis=0), np.abs(weights).max(axis=0))
    np.testing.assert_allclose(nearest(done[:, :5]), done[:, :5], atol=1e-12)
    assert not done[:, 5].any()


def test_what_one_weight_loses_the_next_make_up_for(alike):
    rows, weights = alike
    lost = np.linalg.norm(rows @ (nearest(weights) - weights))
    made_up = np.linalg.norm(rows @ (rounding.round_columns(weights, rows.T @ rows) - weights))
    assert made_up < 0.7 * lost


def test_inputs_that_share_nothing_are_rounded_to_the_nearest(alike):
    _, weights = alike
    np.testing.assert_allclose(rounding.round_columns(weights, np.eye(24)), nearest(weights))


def test_the_converter_finds_the_weights_on_its_own_steps(tiny_run, pictures):
    model = evaluation.load_model(tiny_run)
    calm = rounding.rounded(model, pictures)
    content = export.to_int8(model, np.rint(pictures * 255).astype("uint8"))
    # Without the fast kernels, which pack the weights away.
    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(model_content=content, experimental_op_resolver_type=plain)
    interpreter.allocate_tensors()
    kernel = np.moveaxis(np.asarray(calm.get_layer("conv1").kernel), -1, 0)
    (detail,) = (
        one
        for one in interpreter.get_tensor_details()
        if one["dtype"] == np.int8 and tuple(one["shape"]) == kernel.shape
    )
    scales = detail["quantization_parameters"]["scales"].reshape(-1, 1, 1, 1)
    found = interpreter.get_tensor(detail["index"]) * scales
    np.testing.assert_allclose(found, kernel, atol=1e-6)


def test_what_a_layer_sees_is_what_it_multiplies_with_its_kernel(tiny_run, pictures, monkeypatch):
    model = evaluation.load_model(tiny_run)
    layer = model.get_layer("conv1")
    kernel = np.asarray(layer.kernel).reshape(-1, layer.filters)
    rows = rounding._seen(layer, pictures[:2])
    linear = np.asarray(keras.ops.conv(pictures[:2], layer.kernel, layer.strides, layer.padding))
    np.testing.assert_allclose(rows @ kernel, linear.reshape(-1, layer.filters), atol=1e-5)
    # Of many pictures only so many rows are kept, the same ones every time.
    monkeypatch.setattr(rounding, "_MOST_ROWS", 70)
    before = keras.Model(model.inputs, layer.input)
    some = rounding._inputs(before, layer, pictures)
    assert some.shape == (70, len(kernel))
    np.testing.assert_array_equal(some, rounding._inputs(before, layer, pictures))


def test_what_layers_see_is_the_same_at_once_and_in_parts(tiny_run, pictures, monkeypatch):
    model = evaluation.load_model(tiny_run)
    at_once = rounding.rounded(model, pictures[:20]).get_weights()
    monkeypatch.setattr(rounding, "_PART_BYTES", 1 << 18)
    in_parts = rounding.rounded(model, pictures[:20]).get_weights()
    for one, other in zip(at_once, in_parts, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    assert any((a != b).any() for a, b in zip(at_once, model.get_weights(), strict=True))


def test_a_network_that_exploded_is_rounded_by_nobody(tiny_run, pictures):
    model = evaluation.load_model(tiny_run)
    layer = model.get_layer("conv1")
    layer.kernel.assign(np.full(layer.kernel.shape, np.nan))
    calm = rounding.rounded(model, pictures)
    for one, other in zip(calm.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_ranges_are_measured_on_as_many_pictures_as_serve_best(tiny_run, pictures):
    model = evaluation.load_model(tiny_run)
    seen = np.rint(pictures * 255).astype("uint8")
    expected = evaluation.predict_all(model, seen)
    on_steps = rounding.rounded(model, seen.astype("float32") / 255)
    off = {
        count: _tflite._deviation(_tflite._int8(on_steps, part), seen, expected)
        for count in {len(seen) // 8, len(seen) // 4, len(seen)}
        for part in [seen[:count].astype("float32") / 255]
    }
    assert len(set(off.values())) > 1  # else there is nothing to choose
    chosen = export.to_int8(model, seen)
    assert _tflite._deviation(chosen, seen, expected) == min(off.values())


def test_classes_that_the_run_holds_as_likely_may_change_places():
    run = np.array([[0.3334, 0.3333, 0.3333], [0.6, 0.3, 0.1], [0.5, 0.45, 0.05]])
    file = np.array([[0.3320, 0.3360, 0.3320], [0.6, 0.3, 0.1], [0.4, 0.55, 0.05]])
    assert _bundle.alike(file, run) == pytest.approx(2 / 3)


def test_a_very_large_network_is_written_over_the_disk_and_answers_alike(monkeypatch):
    model = evaluation.load_model(Run(paths.pretrained_dir() / "ladder_05"))
    pictures = np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1), np.uint8)
    usual = prediction.answer_all(_tflite.to_float32(model), pictures)
    monkeypatch.setattr(_tflite, "LARGE", 0)
    written = prediction.answer_all(_tflite.to_float32(model), pictures)
    np.testing.assert_allclose(written, usual, atol=1e-6)
