"""The command line: every verb, JSON and nothing else, one sentence for what went wrong."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from cnnlab import jobs, lab, paths, recipe, runs
from cnnlab.__main__ import main, parser
from cnnlab.runs import Run
from tests.records import write_json


def json_of(capsys, *arguments: str):
    """What a verb prints with `--json`."""
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def sentence_of(capsys, *arguments: str) -> str:
    """What a verb that cannot work prints."""
    assert main(list(arguments)) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("cnnlab: ")
    assert printed.err.count("\n") == 1
    return printed.err


@pytest.fixture
def picture(tmp_path) -> str:
    """A drawn one, white paper."""
    drawn = np.full((60, 60), 255, np.uint8)
    drawn[10:50, 27:33] = 0
    file = tmp_path / "one.png"
    Image.fromarray(drawn).save(file)
    return str(file)


def test_training_prints_json_and_nothing_else(tiny_training):
    folder, printed = tiny_training
    answer = json.loads(printed)
    assert (answer["run"], answer["state"]) == (folder.name, "done")
    assert answer["test_count"] == 359
    assert answer["test_accuracy"] == Run(folder).metrics.test_accuracy


def test_architectures(capsys):
    rows = json_of(capsys, "architectures")
    names = {row["name"]: row for row in rows}
    assert names["mnist_baseline"]["params"] == 591_786
    assert main(["architectures"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(rows)


def test_datasets(capsys):
    rows = {row["name"]: row for row in json_of(capsys, "datasets")}
    assert rows["digits"]["ready"]
    assert all(row["message"] for row in rows.values())


def test_summary(capsys):
    answer = json_of(capsys, "summary", "lenet5", "--input", "32x32x3", "--classes", "5")
    assert sum(layer["params"] for layer in answer["layers"]) == answer["totals"]["params"]
    assert main(["summary", "mnist_approach_2", "--knob", "width=0.5"]) == 0
    assert "total: " in capsys.readouterr().out


def test_runs_own_and_shipped(capsys, tiny_run):
    rows = {row["run"]: row for row in json_of(capsys, "runs")}
    assert rows[tiny_run.name]["state"] == "done"
    assert rows["lenet5"]["shipped"]
    (tiny_run.path / "config.json").write_text("{")
    assert main(["runs"]) == 0
    assert "config.json is damaged: it is not the JSON object" in capsys.readouterr().out
    assert main(["delete", tiny_run.name]) == 0
    assert runs.list_runs(damaged=True) == []


def test_evaluate(capsys, tiny_run):
    answer = json_of(capsys, "evaluate", tiny_run.name)
    assert answer["accuracy"] == tiny_run.metrics.test_accuracy
    assert answer["test_count"] == 359
    assert main(["evaluate", tiny_run.name]) == 0
    assert "95 % interval" in capsys.readouterr().out


def test_predict(capsys, tiny_run, picture):
    answer = json_of(capsys, "predict", tiny_run.name, picture)
    assert answer["run"] == tiny_run.name
    assert set(answer["probabilities"]) == set("0123456789")
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert answer["label"] == max(answer["probabilities"], key=answer["probabilities"].get)
    assert json_of(capsys, "predict", "lenet5", picture)["label"] == "1"  # a shipped one


def test_predict_tells_doubts_and_preparation_and_takes_the_ink(capsys, tiny_run, picture):
    answer = json_of(capsys, "predict", tiny_run.name, picture)
    assert all(isinstance(doubt, str) for doubt in answer["doubts"])
    assert answer["preparation"]["kind"] == "digit"
    dark = json_of(capsys, "predict", tiny_run.name, picture, "--ink", "dark")
    assert any("Inverted" in note for note in dark["preparation"]["notes"])
    assert "auto, dark, light" in sentence_of(
        capsys, "predict", tiny_run.name, picture, "--ink", "blue"
    )


def test_predict_says_what_is_wrong_with_a_picture(capsys, tiny_run, tmp_path):
    blank, broken = tmp_path / "blank.png", tmp_path / "broken.png"
    Image.new("L", (50, 50), 255).save(blank)
    broken.write_bytes(b"\x89PNG\r\n\x1a\nhalf")
    assert "blank" in sentence_of(capsys, "predict", tiny_run.name, str(blank))
    sentence_of(capsys, "predict", tiny_run.name, str(broken))
    sentence_of(capsys, "predict", tiny_run.name, str(tmp_path / "none.png"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("summary", "lenet"), "did you mean 'lenet5'"),
        (("summary", "lenet5", "--input", "4x4x1"), "does not fit an input of 4x4"),
        (("summary", "lenet5", "--classes", "1"), "Classes"),
        (("summary", "lenet5", "--knob", "wings=2"), "no knob 'wings'"),
        (("train", "lenet5", "--epochs", "many"), "whole number"),
        (("train", "lenet5", "--dataset", "digitz"), "no dataset"),
        (("train", "lenet5", "--knob", "width=99"), "between"),
        (("train", "lenet5", "--dataset", "digits", "--input", "0x0x1"), "between 4 and 1024"),
        (("evaluate", "nowhere"), "no run 'nowhere'"),
        (("evaluate", "../../etc"), "no run"),
        (("stop", "lenet5"), "nothing to stop"),
        (("change", "lenet5", "--epochs", "3"), "shipped"),
        (("delete", "lenet5"), "shipped with the lab"),
        (("resume", "lenet5"), "shipped with the lab"),
        (("ship", "..", "lenet5"), "small letters"),
    ],
)
def test_a_mistake_is_one_sentence(capsys, arguments, words):
    assert words in sentence_of(capsys, *arguments)
    assert runs.list_runs(damaged=True) == []


def test_a_file_that_cannot_be_written_is_one_sentence(capsys):
    assert main(["compare", "lenet5", "--report", "/nowhere/at.html"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("train",),
        ("summary", "lenet5", "--input", "big"),
        ("summary", "lenet5", "--input", "28x28"),
        ("train", "lenet5", "--knob", "width"),
        ("predict", "lenet5"),
        ("serve", "--port", "99999999"),
    ],
)
def test_wrong_grammar_shows_the_usage(capsys, arguments):
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    assert left.value.code == 2
    assert "usage: python -m cnnlab" in capsys.readouterr().err


def test_a_terminal_shows_what_it_would_obey(capsys, tiny_run):
    config = json.loads((tiny_run.path / "config.json").read_text())
    write_json(tiny_run.path / "config.json", config | {"title": "\x1b[2J\x9b2J\u202ehidden\r"})
    assert main(["runs"]) == 0
    assert main(["compare", tiny_run.name]) == 0
    assert main(["predict", tiny_run.name, "\x1b[31m.png"]) == 1
    said = "".join(capsys.readouterr())
    assert not {"\x1b", "\x9b", "\u202e", "\r"} & set(said)


def test_every_verb_has_help(capsys):
    verbs = next(action for action in parser()._actions if action.choices)
    for verb in verbs.choices:
        with pytest.raises(SystemExit) as left:
            main([verb, "--help"])
        assert left.value.code == 0


def test_the_queue_lists_what_waits_in_starting_order(capsys, monkeypatch):
    assert main(["queue"]) == 0
    assert capsys.readouterr().out == "Nothing trains or waits.\n"
    config = recipe.plan("lenet5", "digits")
    ann, also_ann = (runs.create(replace(config, owner="Ann")) for _ in range(2))
    bob = runs.create(replace(config, owner="Bob"))
    rows = json_of(capsys, "queue")
    assert [row["run"] for row in rows] == [ann.name, bob.name, also_ann.name]
    assert [row["position"] for row in rows] == [1, 2, 3]
    runs.prioritize(also_ann)
    assert main(["queue"]) == 0
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith("1.")
    assert also_ann.name in first
    assert first.endswith("(priority)")
    assert last == f"{jobs.slots()} may train at once."


def test_training_says_who_asks_and_what_it_follows(capsys, monkeypatch):
    followed = runs.create(recipe.plan("lenet5", "digits"))

    def ends_at_once():
        run = runs.list_runs()[0]
        write_json(run.path / "status.json", {"state": "done", "epoch": 30})

    monkeypatch.setattr(jobs, "dispatch", ends_at_once)
    asked = ("--owner", "Ann", "--priority", "--after", followed.name)
    run = runs.find(json_of(capsys, "train", "lenet5", *asked)["run"])
    assert (run.config.owner, run.config.after) == ("Ann", (followed.name,))
    assert run.priority_file.exists()
    assert "no run 'nowhere'" in sentence_of(capsys, "train", "lenet5", "--after", "nowhere")


def test_stop_resume_and_delete(capsys, monkeypatch):
    run = runs.create(recipe.plan("lenet5", "digits"))
    asked = json_of(capsys, "change", run.name, "--epochs", "7")
    assert (asked["epochs"], runs.requested_change(run).epochs) == (7, 7)
    assert json_of(capsys, "stop", run.name) == {"run": run.name, "state": "stopped"}

    def ends_at_once():
        write_json(run.path / "status.json", {"state": "done", "epoch": 30})

    monkeypatch.setattr(jobs, "dispatch", ends_at_once)
    assert json_of(capsys, "resume", run.name) == {"run": run.name, "state": "done"}
    assert json_of(capsys, "delete", run.name)["deleted"] is True
    assert not run.path.exists()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"state": "failed", "message": "The disk is full."}, "is failed: The disk is full."),
        ({"state": "running"}, "is interrupted: "),  # nobody holds its lock
    ],
)
def test_a_training_that_fails_is_no_success(capsys, monkeypatch, written, words):
    def fails():
        run = runs.list_runs()[0]
        write_json(run.path / "status.json", written)

    monkeypatch.setattr(jobs, "dispatch", fails)
    assert main(["train", "lenet5", "--json"]) == 1
    assert words in capsys.readouterr().err


def test_a_run_deleted_while_it_is_followed_is_one_sentence(capsys, monkeypatch):
    monkeypatch.setattr(jobs, "dispatch", lambda: shutil.rmtree(runs.list_runs()[0].path))
    assert main(["train", "lenet5"]) == 1
    assert "is gone" in capsys.readouterr().err


def test_leaving_with_control_c_is_no_error(capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(lab, "start_training", interrupted)
    assert main(["train", "lenet5"]) == 130


def test_listing_needs_no_keras():
    program = (
        "import sys\nfrom cnnlab.__main__ import main\n"
        "for verb in ('architectures', 'datasets', 'runs'): assert main([verb, '--json']) == 0\n"
        "assert not {'keras', 'tensorflow', 'streamlit'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-c", program]
    subprocess.run(command, check=True, cwd=paths.ROOT, stdout=subprocess.DEVNULL)


def test_the_terminal_says_only_what_the_lab_says():
    words = [sys.executable, "-m", "cnnlab", "summary", "lenet5"]
    done = subprocess.run(words, cwd=paths.ROOT, capture_output=True, text=True, check=True)
    assert "61,706" in done.stdout
    assert done.stderr == ""
