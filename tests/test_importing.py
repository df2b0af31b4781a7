"""A reader's own model becomes a run; what cannot is refused in one sentence."""

import json
import shlex
import zipfile

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import __main__ as cli
from cnnlab import evaluation, importing, lab, paths, prediction, runs
from cnnlab.errors import LabError
from cnnlab.lab.engine_calls import UploadedModel
from cnnlab.visualization.arithmetic import explanation
from cnnlab.visualization.attribution import heat
from cnnlab.visualization.features import activations, kernels


def classifier(*inner, shape=(12, 12, 1), classes=3, activation="softmax") -> keras.Model:
    """A small network around some layers."""
    return keras.Sequential(
        [
            keras.Input(shape),
            *inner,
            layers.Flatten(),
            layers.Dense(classes, activation=activation),
        ]
    )


@pytest.fixture
def saved(tmp_path):
    """Saves a model under a name and gives the file."""

    def save(model: keras.Model, name: str = "mine.keras"):
        model.save(tmp_path / name)
        return tmp_path / name

    return save


def test_a_model_becomes_a_finished_run(saved):
    model = classifier(layers.Conv2D(4, 3, name="conv"))
    run = importing.import_file(saved(model), labels=["ant", "bee", "cat"])
    assert run in runs.list_runs()
    assert run.status.state == "done"
    assert run.title == "mine"
    config = run.config
    assert (config.architecture, config.dataset) == ("imported", "unknown")
    assert (config.input_shape, config.labels) == ((12, 12, 1), ("ant", "bee", "cat"))
    said = config.imported
    assert (said.file, said.input_range) == ("mine.keras", "0..1")
    (note,) = said.notes
    assert note.startswith("Nothing in the file says in which range")
    assert run.metrics.params == model.count_params() == 1243  # 4 x 9 + 4, 400 x 3 + 3
    assert run.metrics.params_batchnorm_folded == 1243
    assert run.metrics.file_bytes == 4 * 1243
    assert run.metrics.peak_activation_bytes == 4 * (12 * 12 + 10 * 10 * 4)
    picture = np.random.default_rng(0).random((12, 12, 1), np.float32)
    expected = model.predict_on_batch(picture[None])[0]
    answer = prediction.predict(run, picture)
    assert np.allclose(list(answer.by_class.values()), expected, atol=1e-5)
    again = evaluation.load_model(run)
    assert np.allclose(again.predict_on_batch(picture[None])[0], expected, atol=1e-6)
    assert lab.row(run)["epochs"] == "imported"
    assert lab.live(run).done == 1.0
    assert not [path for path in paths.runs_dir().iterdir() if "importing" in path.name]


def test_every_view_works_on_it(saved):
    run = importing.import_file(saved(classifier(layers.Conv2D(4, 3, name="conv"))))
    assert kernels.layers(run) == ["conv"]
    assert kernels.moments(run) == ["final"]
    picture = np.random.default_rng(0).random((12, 12, 1), np.float32)
    path = str(run.path)
    assert activations.flow(path, picture).layers[0].name == "conv"
    assert explanation.explain_run(path, picture, "conv", (1, 2, 3)).stages
    assert len(heat.attribute_run(path, picture, ["grad_cam", "occlusion"]).heats) == 2


def test_scores_and_byte_pictures_are_fitted_and_said(saved):
    inner = (layers.Rescaling(1 / 255), layers.Conv2D(4, 3))
    model = classifier(*inner, shape=(16, 16, 3), activation=None)
    run = importing.import_file(saved(model))
    notes = run.config.imported.notes
    assert len(notes) == 2
    assert "multiplies by 255" in notes[0]
    assert "softmax" in notes[1]
    picture = np.random.default_rng(0).random((16, 16, 3), np.float32)
    scores = model.predict_on_batch(255 * picture[None])[0]
    expected = np.exp(scores) / np.exp(scores).sum()
    answer = prediction.predict(run, picture)
    assert np.allclose(list(answer.by_class.values()), expected, atol=1e-4)


def test_a_named_dataset_lends_its_classes_and_measures(saved):
    model = classifier(layers.Conv2D(2, 3), shape=(28, 28, 1), classes=10)
    run = importing.import_file(saved(model), dataset="digits", title="My own")
    assert run.config.labels == tuple(str(n) for n in range(10))
    assert run.config.preparation == "digit"
    assert run.title == "My own"
    assert run.metrics.test_count == 359
    assert 0 <= run.metrics.test_accuracy <= 1
    assert run.name.endswith("imported-digits")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"labels": ["a", "b"]}, "tells 3 classes apart"),
        ({"dataset": "digits"}, "10 class names"),
        ({"dataset": "nothing"}, "There is no dataset"),
        ({"preparation": "sideways"}, "'digit' or 'picture'"),
        ({"labels": ["a", "b", "a"]}, "'a' stands there twice"),
        ({"labels": ["a", "b ", "b"]}, "'b' stands there twice"),
        ({"labels": ["a", "\n", "b"]}, "Class name 2 is empty"),
        ({"input_range": "0..7"}, "one of 0..1"),
    ],
)
def test_settings_that_do_not_fit_are_refused(saved, settings, words):
    with pytest.raises(LabError, match=words):
        importing.import_file(saved(classifier()), **settings)
    assert runs.list_runs() == []


def test_a_lambda_layer_is_refused_by_safe_mode_and_not_run(saved, tmp_path):
    proof = tmp_path / "proof"

    def mischief(x):
        proof.touch()
        return x

    file = saved(classifier(layers.Lambda(mischief, output_shape=(12, 12, 1))))
    keras.Sequential([keras.Input((12, 12, 1)), layers.Lambda(mischief)])
    assert proof.exists()  # the layer does run where it is trusted
    proof.unlink()
    with pytest.raises(LabError, match="Lambda layer, which is program code"):
        importing.import_file(file)
    assert not proof.exists()
    assert runs.list_runs() == []


def test_a_class_of_ones_own_is_named(saved):
    class Mirror(layers.Layer):
        def call(self, x):
            return keras.ops.flip(x, axis=1)

    with pytest.raises(LabError, match="uses Mirror"):
        importing.import_file(saved(classifier(Mirror())))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (lambda: classifier(shape=(12, 12, 5)), "1 or 3 channels"),
        (lambda: keras.Sequential([keras.Input((30,)), layers.Dense(3)]), "not pictures"),
        (
            lambda: keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(3, 3)]),
            "one value",
        ),
        (lambda: classifier(shape=(3, 12, 1)), "fixed height and width"),
        (
            lambda: keras.Model(two := [keras.Input((8, 8, 1)) for _ in "ab"], layers.Add()(two)),
            "2 inputs and 1 output",
        ),
        (lambda: keras.Sequential([keras.Input((12, 12, 1)), layers.Conv2D(3, 3)]), "one value"),
    ],
)
def test_networks_that_do_not_fit_say_what_is_wrong(saved, model, words):
    with pytest.raises(LabError, match=words) as refusal:
        importing.import_file(saved(model()))
    assert "mine.keras" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_network_that_answers_with_no_numbers_is_refused(saved):
    model = classifier()
    model.set_weights([np.full(weight.shape, np.nan) for weight in model.get_weights()])
    with pytest.raises(LabError, match="diverged"):
        importing.import_file(saved(model))


def test_files_that_are_no_models_are_refused(tmp_path, saved):
    (tmp_path / "junk.keras").write_bytes(b"junk")
    (tmp_path / "empty.keras").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "other.keras", "w") as file:
        file.writestr("readme.txt", "hello")
    with zipfile.ZipFile(tmp_path / "odd.keras", "w") as file:
        file.writestr("config.json", json.dumps([1, 2]))
        file.writestr("metadata.json", "{}")
    whole = saved(classifier()).read_bytes()
    (tmp_path / "cut.keras").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "old.h5").write_bytes(b"\x89HDF\r\n")
    for name in ("junk", "empty", "other", "odd", "cut", "absent"):
        with pytest.raises(LabError) as refusal:
            importing.import_file(tmp_path / f"{name}.keras")
        assert "\n" not in str(refusal.value)
    with pytest.raises(LabError, match="neither a"):
        importing.import_file(tmp_path / "old.h5")
    assert runs.list_runs() == []


def test_a_file_that_unpacks_to_too_much_is_refused_unread(saved, monkeypatch):
    monkeypatch.setattr("cnnlab.importing._loading.MAX_BYTES", 1000)
    with pytest.raises(LabError, match="unpacks to"):
        importing.import_file(saved(classifier()))


def test_from_the_command_line(saved, capsys):
    file = saved(classifier(layers.Conv2D(2, 3)), "mine; ls.keras")
    asked = ["import", str(file), "--labels", "a, b\nb, c", "--title", "T", "--json"]
    assert cli.main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    run = runs.find(told["run"])
    assert run.config.labels == ("a", "b b", "c")
    again = shlex.split(run.config.command)[3:]
    assert again == ["import", file.name, "--title=T", "--labels=a,b\nb,c"]
    assert cli.main(["import", str(file.with_name("absent.keras"))]) == 1
    assert "There is no file" in capsys.readouterr().err


def test_an_upload_keeps_its_own_name(saved):
    file = saved(classifier(), "upload-17.keras")
    run = UploadedModel(file, "My net.keras").answer()
    assert run.title == "My net"
    assert run.config.imported.file == "My net.keras"
