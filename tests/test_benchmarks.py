"""The benchmark of the shipped models, with few pictures; the other parts need a browser."""

import importlib

import pytest

from cnnlab import benchmarks, paths, shipping
from cnnlab.benchmarks import _contest as contest
from cnnlab.benchmarks import _turns as turns
from cnnlab.benchmarks import models
from cnnlab.errors import LabError


@pytest.mark.usefixtures("nothing_shipped")
def test_every_shipped_model_has_a_line_and_real_figures(tiny_run, monkeypatch):
    monkeypatch.setattr(models, "_PICTURES", 64)
    monkeypatch.setattr(models, "_CALLS", 20)
    monkeypatch.setattr(models, "_KERAS_CALLS", 3)
    shipping.ship("lenet5", [tiny_run])
    said = []
    figures = benchmarks.measure("models", said.append)
    assert list(figures) == ["lenet5"]
    row = figures["lenet5"]
    assert (row["params"], row["accuracy"]) == (61_706, tiny_run.metrics.test_accuracy)
    assert 0 < row["litert_p50_ms"] <= row["litert_p95_ms"]
    assert row["litert_p50_ms"] < 1000 * 64 / row["litert_images_per_s"]
    assert min(row["keras_p50_ms"], row["keras_images_per_s"]) > 0
    assert any(line.startswith("lenet5") and "61,706" in line for line in said)


@pytest.mark.usefixtures("nothing_shipped")
def test_without_a_shipped_model_it_says_so():
    with pytest.raises(LabError, match="pretrained/ is empty"):
        benchmarks.measure("models", print)


def test_an_unknown_part_names_those_there_are():
    with pytest.raises(LabError) as refusal:
        benchmarks.measure("everything", print)
    assert benchmarks.PARTS
    assert ", ".join(benchmarks.PARTS) in str(refusal.value)


def test_every_public_file_is_a_part():
    names = {file.stem for file in (paths.ROOT / "cnnlab" / "benchmarks").glob("[a-z]*.py")}
    assert set(benchmarks.PARTS) == names >= {"models", "app", "training"}
    for name in names:
        assert callable(importlib.import_module(f"cnnlab.benchmarks.{name}").measure)


# -- trainings in turns --

ORDER = """
from pathlib import Path

name, file = sys.argv[1], Path(sys.argv[2])
for epoch in range(3):
    go()
    with file.open("a") as said:
        said.write(name)
    print("a library's word", flush=True)
    done({name: epoch + len(name)})
"""


def test_programs_take_turns_and_their_first_epoch_does_not_count(tmp_path):
    order = tmp_path / "order"
    programs = {name: (turns.PROTOCOL + ORDER, name, str(order)) for name in ("a", "bb")}
    assert turns.speeds(programs, 3) == {"a": [2, 3], "bb": [3, 4]}
    assert order.read_text() == "abb" * 3


def test_a_worker_and_plain_fits_take_turns_in_one_process():
    epochs = list(contest.turns("mnist_approach_2", "digits", 2, 32, 64, "float32"))
    assert [set(speeds) for speeds in epochs] == [{"worker float32", "plain 1", "plain 16"}] * 2
    assert min(speed for speeds in epochs for speed in speeds.values()) > 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_training_that_fails_is_heard_by_who_waits_for_it():
    def work(seat):
        seat.go()
        raise LabError("no room left")

    seat = contest.Seat(work)
    with pytest.raises(LabError, match="no room left"):
        seat.turn()


def test_a_program_that_fails_is_named_with_its_last_word():
    broken = (turns.PROTOCOL + "go()\nsys.exit('no room left')",)
    with pytest.raises(LabError, match="The training of ours failed: no room left"):
        turns.speeds({"ours": broken}, 2)
