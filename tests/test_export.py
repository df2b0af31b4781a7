"""Files for other programs: one picture in, probabilities out, the same answers as the run's."""

import io
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from cnnlab import datasets, evaluation, export, images, prediction
from cnnlab.errors import LabError
from cnnlab.runs import Run


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


def test_every_file_answers_like_the_run(packed):
    assert [check.format for check in packed.checks] == [form.name for form in export.FORMATS]
    for check in packed.checks:
        assert check.passed, check
        assert check.pictures == 100
        full = check.format in ("keras", "tflite", "onnx")
        assert check.difference <= 1e-4 if full else check.agreement >= 0.99
    sizes = {check.format: check.size_bytes for check in packed.checks}
    assert sizes["tflite_int8"] < 0.4 * sizes["tflite"]


@pytest.mark.parametrize("file", ["model.tflite", "model.onnx", "model_int8.tflite"])
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
    if file == "model_int8.tflite":
        assert max(said, key=said.get) == app.label
    else:
        assert said == pytest.approx(dict(app.by_class), abs=1e-4)


def test_a_file_that_answers_otherwise_is_not_packed(tiny_run):
    tiny_run.tflite_file.write_bytes(export.to_tflite(shuffled(tiny_run)))
    made = export.bundle(tiny_run, ["keras", "tflite"])
    assert [check.passed for check in made.checks] == [True, False]
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = {name.split("/")[1] for name in archive.namelist()}
    assert "model.keras" in names
    assert "model.tflite" not in names
    with pytest.raises(LabError, match="answers as it does"):
        export.bundle(tiny_run, ["tflite"])
    with pytest.raises(LabError, match="has no format 'exe'"):
        export.bundle(tiny_run, ["exe"])


def shuffled(run):
    """The run's network with its last weights turned round."""
    model = evaluation.load_model(run)
    weights = model.get_weights()
    weights[-2] = weights[-2][:, ::-1]
    model.set_weights(weights)
    return model
