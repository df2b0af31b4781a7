"""Studies from a terminal; one of them for real, on the built-in digits."""

import json
import os
import subprocess
import sys

import pytest

from cnnlab import paths, runs, studies
from cnnlab.__main__ import main
from cnnlab.studies import _driver
from tests.studies import made


def cnnlab(*words):
    done = subprocess.run(
        [sys.executable, "-m", "cnnlab", *words],
        cwd=paths.ROOT,
        env={**os.environ, "CNNLAB_SPARE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.timeout(600)
def test_a_study_of_digits_answers():
    """Planned by the engine, driven by a process of its own, trained by copies of one worker."""
    words = "study new small --architecture ladder --from 60 --to 400 --seeds 1"
    settings = "--set rungs=1 --set candidates=2 --set finalists=1 --epochs 1 --train-limit 200"
    settings += " --minutes 30 --json"
    told = json.loads(cnnlab(*words.split(), *settings.split()))
    assert told["state"] == "done"
    assert (told["steps"], told["steps_done"], told["failed"]) == (3, 3, {})
    (point,) = told["points"]
    (name,) = point["runs"]
    metrics = runs.find(name).metrics
    assert 60 <= point["params"] == metrics.params <= 400
    assert metrics.macs == point["macs"]
    assert metrics.peak_activation_bytes == point["memory_bytes"]
    assert metrics.test_accuracy == point["accuracy"]
    assert len(told["trials"]) == 2
    for trial in told["trials"]:
        assert runs.find(trial["run"]).metrics.test_accuracy is None
        assert runs.find(trial["run"]).metrics.confusion is None
        assert runs.find(trial["run"]).tflite_file.is_file()
    assert told["answer"].startswith("On Digits, ")
    study = studies.find("small")
    assert all(result.seconds > 0 for result in study.results.values())
    again = told["command"].replace("python -m cnnlab study new small", "study new other")
    assert again.split()[:5] == ["study", "new", "other", "--dataset", "digits"]


@pytest.fixture
def finished():
    study = made.study()
    _driver.drive(study, made.dispatch, tick_s=0)
    return study


def test_show_list_export_and_delete(finished, capsys, tmp_path):
    assert main(["study", "show", "cliff"]) == 0
    words = capsys.readouterr().out
    assert studies.answer(finished).sentence in words
    assert "front knee" in words
    assert main(["study", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert main(["study", "show", "cliff", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == listed
    file = tmp_path / "report.html"
    assert main(["study", "export", "cliff", str(file)]) == 0
    assert file.read_text() == studies.report(studies.answer(finished))
    assert main(["study", "delete", "cliff", "--with-runs"]) == 0
    assert runs.list_runs() == []
    capsys.readouterr()
    assert main(["study", "list"]) == 0
    assert "no studies yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("show nobody", "There is no study 'nobody'"),
        ("stop cliff", "nothing to stop"),
        ("resume cliff", "nothing left to train"),
        ("export cliff /nowhere/x.html", "cannot be written"),
        ("new cliff", "already"),
        ("new x --dataset nothing", "There is no dataset 'nothing'"),
        ("new x --minutes soon", "Minutes"),
        ("new x --set speed=3", "no knob 'speed'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(finished, capsys, words, sentence):
    assert main(["study", *words.split()]) == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1


def test_bad_input_reaches_the_reader_from_the_engine(answering, capsys):
    assert main(["study", "new", "x", "--architecture", "lenet5", "--from", "1", "--to", "2"]) == 1
    assert "the nearest has" in capsys.readouterr().err
    assert main(["study", "new", "x", "--architecture", "lenet6"]) == 1
    assert "did you mean 'lenet5'" in capsys.readouterr().err
    assert studies.list_studies() == []
