"""Prediction by LiteRT: right numbers, loaded once, safe under threads, plain about failure."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from cnnlab import images, paths, prediction
from cnnlab.datasets import DATASETS
from cnnlab.errors import LabError
from cnnlab.prediction import _loaded
from cnnlab.runs import Run, find
from tests.small_tflite import finished_run, tflite

BLACK = np.zeros((28, 28, 1), np.float32)


@pytest.fixture(autouse=True)
def _nothing_loaded():
    _loaded._loaded.clear()
    yield
    _loaded._loaded.clear()


def test_probabilities_are_those_of_the_network(tmp_path):
    path = finished_run(tmp_path, "dense")
    chance = np.random.default_rng(0)
    weights, bias = chance.normal(0, 0.1, (10, 784)), chance.normal(size=10)
    (path / "model.tflite").write_bytes(tflite(weights, bias, (28, 28, 1)))
    picture = chance.random((28, 28, 1), np.float32)
    logits = weights @ picture.ravel() + bias
    expected = np.exp(logits) / np.exp(logits).sum()
    said = prediction.predict(Run(path), picture)
    np.testing.assert_allclose(list(said.by_class.values()), expected, atol=1e-5)
    assert list(said.by_class) == list("0123456789")
    assert said.label == str(expected.argmax())
    assert said.probabilities == tuple(sorted(said.by_class.values(), reverse=True))
    assert said.latency_ms > 0


def test_a_drawing_is_prepared_and_a_blank_one_not_answered(tmp_path):
    run = Run(finished_run(tmp_path, "three"))
    drawing = np.zeros((140, 140), np.uint8)
    assert prediction.ask(run, drawing).prediction is None
    drawing[20:100, 60:80] = 255
    answer = prediction.ask(run, drawing)
    assert answer.prediction.label == "3"
    assert answer.prepared.network_input.shape == (28, 28, 1)


def test_a_model_is_read_once_and_again_when_its_file_changes(tmp_path):
    path = finished_run(tmp_path, "changing", says=3)
    run = Run(path)
    prediction.predict(run, BLACK)
    kept = _loaded._loaded[run.tflite_file, False]
    prediction.predict(run, BLACK)
    assert _loaded._loaded[run.tflite_file, False] is kept
    other = finished_run(tmp_path, "other", says=7)
    os.replace(other / "model.tflite", path / "model.tflite")
    assert prediction.predict(run, BLACK).label == "7"


def test_the_least_recently_used_model_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(_loaded, "MAX_MODELS", 2)
    first, second, third = (Run(finished_run(tmp_path, name)) for name in "abc")
    for run in (first, second, first, third):
        prediction.predict(run, BLACK)
    assert [path for path, _ in _loaded._loaded] == [first.tflite_file, third.tflite_file]
    monkeypatch.setattr(_loaded, "MAX_BYTES", 1)
    prediction.predict(second, BLACK)
    assert [path for path, _ in _loaded._loaded] == [second.tflite_file]


def test_six_readers_at_once_get_their_own_answers(tmp_path, monkeypatch):
    monkeypatch.setattr(_loaded, "MAX_MODELS", 2)
    runs = [Run(finished_run(tmp_path, f"says{label}", says=label)) for label in range(6)]

    def read(label: int) -> set[str]:
        return {prediction.predict(runs[label], BLACK).label for _ in range(100)}

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(read, range(6))) == [{str(label)} for label in range(6)]


def test_one_model_under_many_threads_mixes_nothing_up(tmp_path):
    path = finished_run(tmp_path, "pixels")
    weights = np.zeros((10, 784))
    weights[np.arange(10), np.arange(10)] = 20
    (path / "model.tflite").write_bytes(tflite(weights, np.zeros(10), (28, 28, 1)))
    run = Run(path)

    def read(label: int) -> bool:
        picture = BLACK.copy()
        picture.ravel()[label] = 1
        return all(prediction.predict(run, picture).label == str(label) for _ in range(200))

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(read, range(6)))


def test_how_a_network_is_built_is_read_from_its_file(tmp_path):
    lenet = find("lenet5")
    built = prediction.anatomy(lenet.tflite_file.read_bytes())
    # Two windows of 5 and a pool of 2 between them: 5 + 1 + 4 * 2 = 14 pixels.
    found = built.resolution, built.kernels, built.depth, built.field, built.features
    assert found == (28, 6, 2, 14, 84)
    with np.load(lenet.snapshots_dir / "final.npz") as kept:
        first = next(kept[name] for name in kept.files if kept[name].shape == (5, 5, 1, 6))
    np.testing.assert_allclose(built.first_kernels, first.transpose(3, 0, 1, 2), atol=2e-3)
    dense = finished_run(tmp_path, "dense") / "model.tflite"
    assert prediction.anatomy(dense.read_bytes()) is None


@pytest.mark.parametrize("cut", [0, 8, 100, 5000])
def test_of_a_damaged_file_it_is_not_known(cut):
    assert prediction.anatomy(find("lenet5").tflite_file.read_bytes()[:cut]) is None


def test_the_first_layers_can_be_looked_at(tiny_run):
    drawing = np.zeros((140, 140), np.uint8)
    drawing[20:100, 60:80] = 255
    seen = images.prepare(drawing, (28, 28, 1), "digit").network_input
    first, second = prediction.feature_maps(tiny_run, seen)
    assert first.shape == (28, 28, 6)
    assert second.shape == (10, 10, 16)
    assert np.abs(first).max() <= 1  # behind tanh
    assert first.std() > 0
    blank = prediction.feature_maps(tiny_run, np.zeros_like(seen), layers=1)
    assert len(blank) == 1
    assert not np.array_equal(blank[0], first)


def test_a_network_without_convolutions_has_no_maps(tmp_path):
    assert prediction.feature_maps(Run(finished_run(tmp_path, "dense")), BLACK) == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("queued", "still training"),
        ("failed", "has not finished \\(failed\\)"),
        ("done", "has lost its model.tflite"),
    ],
)
def test_a_run_without_a_model_says_why(tmp_path, state, words):
    path = finished_run(tmp_path, "young")
    (path / "model.tflite").unlink()
    (path / "status.json").write_text(json.dumps({"state": state}))
    with pytest.raises(LabError, match=words):
        prediction.predict(Run(path), BLACK)


def test_a_deleted_folder_says_so_though_the_model_was_loaded(tmp_path):
    path = finished_run(tmp_path, "gone")
    prediction.predict(Run(path), BLACK)
    shutil.rmtree(path)
    with pytest.raises(LabError, match="gone"):
        prediction.predict(Run(path), BLACK)


def test_a_shipped_run_without_its_model_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "pretrained_dir", lambda: tmp_path)
    path = finished_run(tmp_path, "shipped")
    (path / "model.tflite").unlink()
    with pytest.raises(LabError, match="lost its model"):
        prediction.predict(Run(path), BLACK)


@pytest.mark.parametrize("damage", ["cut", "noise", "empty"])
def test_a_damaged_model_is_refused_in_one_sentence(tmp_path, damage):
    path = finished_run(tmp_path, "damaged")
    whole = (path / "model.tflite").read_bytes()
    broken = {"cut": whole[: len(whole) // 2], "noise": bytes(range(256)) * 20, "empty": b""}
    (path / "model.tflite").write_bytes(broken[damage])
    with pytest.raises(LabError, match="damaged") as refusal:
        prediction.predict(Run(path), BLACK)
    assert "\n" not in str(refusal.value)


def test_another_shape_is_refused_with_both_shapes(tmp_path):
    run = Run(finished_run(tmp_path, "small"))
    with pytest.raises(LabError, match=r"\(28, 28, 1\).*\(32, 32, 3\)"):
        prediction.predict(run, np.zeros((32, 32, 3)))


def test_a_diverged_network_is_not_read_as_an_answer(tmp_path):
    path = finished_run(tmp_path, "diverged")
    weights = np.full((10, 784), np.nan)
    (path / "model.tflite").write_bytes(tflite(weights, np.zeros(10), (28, 28, 1)))
    with pytest.raises(LabError, match="diverged"):
        prediction.predict(Run(path), BLACK)


def said(name: str, label: str, confidence: float, wavers="", doubts=()) -> prediction.Answer:
    """A made-up answer over two classes."""
    other = "b" if label == "a" else "a"
    shares = {label: confidence, other: 1 - confidence}
    made = prediction.Prediction(name, (label, other), tuple(shares.values()), shares, 0.1)
    return prediction.Answer(images.Prepared(BLACK, doubts=doubts), made, wavers)


NOTHING = prediction.Answer(images.Prepared(BLACK, blank=True), None)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([NOTHING], ""),
        ([said("m", "a", 0.99)], "The model says a."),
        ([said("m", "a", 0.99), said("n", "a", 0.9)], "All 2 models say a."),
        (
            [said("m", "a", 0.6)],
            "The model says a. Unsure: m gives it only 60%; b is next with 40%.",
        ),
        (
            [said("m", "a", 0.99), said("n", "b", 0.9)],
            "The models disagree: a (99%), b (90%). "
            "Look at what the network sees before trusting one.",
        ),
        (
            [said("m", "a", 0.9), said("n", "a", 0.6)],
            "All 2 models say a. Unsure: n gives it only 60%; b is next with 40%.",
        ),
        (
            [said("m", "a", 0.9, wavers="b")],
            "The model says a. Unsure: turned or shifted a little, m reads it as b.",
        ),
        (
            [said("m", "a", 0.9, doubts=("There is more.",))],
            "The model says a. Unsure: there is more.",
        ),
    ],
)
def test_agreement_and_doubt_are_said(answers, words):
    assert prediction.opinion(answers) == words


def test_doubts_are_listed_strongest_first():
    answer = said("m", "a", 0.6, wavers="b", doubts=("There is more.",))
    assert answer.doubts == (
        "m gives it only 60%; b is next with 40%.",
        "Turned or shifted a little, m reads it as b.",
        "There is more.",
    )
    assert answer.to_json(["Read."])["doubts"] == list(answer.doubts)
    assert answer.to_json(["Read."])["preparation"]["notes"] == ["Read."]
    assert said("m", "a", 0.99).doubts == NOTHING.doubts == ()


def test_a_reading_that_small_changes_overturn_is_called_wavering(tmp_path):
    path = finished_run(tmp_path, "touchy")
    drawing = np.zeros((60, 60), np.uint8)
    drawing[10:50, 28:32] = 255
    seen = images.prepare(drawing, (28, 28, 1), "digit").network_input.ravel()
    weights = np.zeros((10, 784))
    weights[3] = np.where(seen > 0.5, 10.0, -10.0)  # nothing but this very picture is a 3
    bias = np.where(np.arange(10) == 3, 1 - weights[3] @ seen, 0)
    (path / "model.tflite").write_bytes(tflite(weights, bias, (28, 28, 1)))
    answer = prediction.ask(Run(path), drawing)
    assert answer.prediction.label == "3"
    assert answer.wavers
    assert prediction.ask(Run(finished_run(tmp_path, "steady")), drawing).wavers == ""


def test_predicting_loads_neither_keras_nor_tensorflow(tmp_path):
    finished_run(tmp_path, "light")
    program = (
        "import sys, numpy as np; from pathlib import Path\n"
        "from cnnlab import prediction; from cnnlab.runs import Run\n"
        f"run = Run(Path({str(tmp_path / 'light')!r}))\n"
        "prediction.ask(run, np.full((9, 9), 200, np.uint8))\n"
        "assert not {'keras', 'tensorflow', 'streamlit'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=paths.ROOT)


def test_the_pad_is_turned_for_networks_that_learned_dark_on_light(tmp_path, monkeypatch):
    run = Run(finished_run(tmp_path, "three"))
    drawn = np.zeros((140, 140), np.uint8)
    drawn[20:100, 60:80] = 255
    assert prediction.on_its_ground(run, drawn) is drawn
    name = run.config.dataset
    card = dataclasses.replace(DATASETS[name], ground="light")
    monkeypatch.setitem(DATASETS._cards, name, card)
    turned = prediction.on_its_ground(run, drawn)
    assert np.array_equal(turned, 255 - drawn)
