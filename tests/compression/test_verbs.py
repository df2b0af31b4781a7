"""The verbs that make a run smaller, from the command line to the finished run."""

import json

import pytest

from cnnlab import jobs, runs
from cnnlab.__main__ import main
from cnnlab.jobs import worker
from tests.records import read_json, write_json

SHORT = ["--epochs", "1", "--train-limit", "100", "--batch-size", "32"]


@pytest.fixture(autouse=True)
def _workers_here(monkeypatch):
    """What the queue would start is carried out in this process, oldest first."""

    def dispatch(*_):
        for run in reversed(runs.list_runs()):
            if run.status.state == "queued":

                def report(run=run, **fields):
                    known = {"state": "running"} | read_json(run.path / "status.json")
                    if known["state"] == "queued":
                        known["state"] = "running"
                    write_json(run.path / "status.json", known | fields)

                worker.work(run, report)

    monkeypatch.setattr(jobs, "dispatch", dispatch)


def said(capsys, *words: str):
    """The JSON a verb prints."""
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])  # the worker here prints, too


def test_teacher_student_pruned_int8_and_exported(tiny_run, capsys, tmp_path):
    made = said(
        *(capsys, "distill", tiny_run.name, "mnist_approach_2", "--set", "temperature=6"),
        *SHORT,
    )
    assert [one["state"] for one in made["runs"]] == ["done"] * 2
    student = made["runs"][-1]["run"]
    assert runs.find(student).config.compression.settings["temperature"] == 6
    pruned = said(capsys, "prune", student, "--set", "share=0.3", *SHORT)
    assert pruned["params"] < 3_226
    small = said(capsys, "quantize", pruned["run"], "--method", "int8")
    assert small["tflite_bytes"] < pruned["tflite_bytes"]
    lines = said(capsys, "ledger", small["run"])
    assert [line["run"] for line in lines] == [
        *(tiny_run.name, made["runs"][0]["run"], student, pruned["run"], small["run"]),
    ]
    packed = said(capsys, "export", small["run"], str(tmp_path / "out.zip"))
    assert packed["checks"][0]["passed"]
    assert (tmp_path / "out.zip").stat().st_size > small["tflite_bytes"] / 2


def test_a_pyramid_level_by_level(tiny_run, capsys):
    made = said(
        *(capsys, "pyramid", tiny_run.name, "lenet5", "mnist_approach_2"),
        *("--set", "transfer=fitnet", *SHORT),
    )
    names = [one["run"] for one in made["runs"]]
    assert [runs.find(name).config.parent for name in names] == [tiny_run.name, names[0], None]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("prune 0404-gone", "There is no run '0404-gone'"),
        ("quantize {run} --method int9", "did you mean 'int8'"),
        ("distill {run} lenet5 --seeds one", "Seeds read 0,1,2"),
        ("export {run} --format exe", "There is no export format 'exe'"),
        ("pyramid {run} lenet6", "did you mean 'lenet5'"),
    ],
)
def test_what_cannot_be_is_one_sentence(tiny_run, capsys, words, sentence):
    assert main(words.format(run=tiny_run.name).split()) == 1
    assert sentence in capsys.readouterr().err
