"""The benchmark of the shipped models, with few pictures; the other parts need a browser."""

import pytest

from cnnlab import benchmarks, shipping
from cnnlab.benchmarks import models, turns
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
    assert (row["params"], row["accuracy"]) == (61_706, tiny_run.metrics["test_accuracy"])
    assert 0 < row["litert_p50_ms"] <= row["litert_p95_ms"]
    assert row["litert_p50_ms"] < 1000 * 64 / row["litert_images_per_s"]
    assert min(row["keras_p50_ms"], row["keras_images_per_s"]) > 0
    assert any(line.startswith("lenet5") and "61,706" in line for line in said)


@pytest.mark.usefixtures("nothing_shipped")
def test_without_a_shipped_model_it_says_so():
    with pytest.raises(LabError, match="pretrained/ is empty"):
        benchmarks.measure("models", print)


def test_an_unknown_part_names_those_there_are():
    with pytest.raises(LabError, match="models, app, inside, training"):
        benchmarks.measure("everything", print)


# -- trainings in turns --

ORDER = """
from pathlib import Path

name, file = sys.argv[1], Path(sys.argv[2])
for epoch in range(3):
    go()
    with file.open("a") as said:
        said.write(name)
    print("a library's word", flush=True)
    done(epoch + len(name))
"""


def test_programs_take_turns_and_their_first_epoch_does_not_count(tmp_path):
    order = tmp_path / "order"
    programs = {name: (turns.PROTOCOL + ORDER, name, str(order)) for name in ("a", "bb")}
    assert turns.speeds(programs, 3) == {"a": 2.5, "bb": 3.5}
    assert order.read_text() == "abb" * 3


def test_a_program_that_fails_is_named_with_its_last_word():
    broken = (turns.PROTOCOL + "go()\nsys.exit('no room left')",)
    with pytest.raises(LabError, match="The training of ours failed: no room left"):
        turns.speeds({"ours": broken}, 2)
