"""A run's files: replaced whole, read while they grow, sound after a cut."""

import os
from contextlib import suppress
from dataclasses import replace

import pytest

from cnnlab import recipe, runs, schema
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.runs.naming import described
from cnnlab.schema import Compression, DamagedRecord, LayerNorms, ProgressPoint, Status
from tests.records import config

HEADER = "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds,images_per_s\r\n"
ROW = "{},2.0,0.5,2.1,0.4,0.001,1.5,900.0\r\n"


@pytest.fixture
def run() -> Run:
    """A queued run."""
    return runs.create(recipe.plan("lenet5", "digits"))


def test_replacing_is_all_or_nothing(tmp_path):
    file = tmp_path / "status.json"
    schema.write(file, Status("queued"))
    with suppress(RuntimeError), schema.replacing(file) as temporary:
        temporary.write_text('{"state": "ru')
        raise RuntimeError("power loss")
    assert schema.read(file, Status) == Status("queued")
    assert os.listdir(tmp_path) == ["status.json"]


def test_others_may_read_what_was_written(tmp_path):
    schema.write(tmp_path / "config.json", config())
    assert (tmp_path / "config.json").stat().st_mode & 0o777 == 0o644


def test_reading_json(tmp_path):
    assert schema.read(tmp_path / "none.json", Status) is None
    for content in (b"", b"{", b"[]", b"3", b"\xff\xfe", b"null"):
        (tmp_path / "odd.json").write_bytes(content)
        with pytest.raises(DamagedRecord, match="is damaged"):
            schema.read(tmp_path / "odd.json", Status)
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(LabError, match="cannot be read"):
        schema.read(tmp_path / "folder.json", Status)


@pytest.mark.parametrize("length", range(len(ROW.format(3)) + 1))
def test_a_row_cut_anywhere_is_left_out(run, length):
    text = HEADER + ROW.format(1) + ROW.format(2) + ROW.format(3)[:length]
    (run.path / "history.csv").write_bytes(text.encode())
    whole = length == len(ROW.format(3))
    assert [row.epoch for row in run.history] == ([1, 2, 3] if whole else [1, 2])
    assert run.history[0].val_accuracy == 0.4


@pytest.mark.parametrize(
    "damage", ["\0\0\0\0\r\n", "3,2.0\r\n", "3,x,,,,,,\r\n", '3,"\r\n', "\r\n\n"]
)
def test_what_follows_a_damaged_row_is_not_believed(run, damage):
    text = HEADER + ROW.format(1) + damage + ROW.format(4)
    (run.path / "history.csv").write_bytes(text.encode())
    assert [row.epoch for row in run.history] in ([1], [1, 4])
    assert all(row.seconds == 1.5 for row in run.history)


@pytest.mark.parametrize("text", ["", "epoch,lo", HEADER, "\0" * 50 + "\n"])
def test_a_history_without_rows_is_empty(run, text):
    (run.path / "history.csv").write_text(text)
    assert run.history == ()


def test_a_history_may_hold_numbers_that_are_none(run):
    text = HEADER + "1,nan,0.1,inf,0.1,0.001,1.0,1.0\r\n"
    (run.path / "history.csv").write_text(text)
    assert str(run.history[0].loss) == "nan"


def test_a_damaged_point_is_left_out(run):
    first, second = (
        schema.line_of(ProgressPoint(1.0, 0, n, 9, 0.5, 0.5, 0.1, 1.0)) for n in (0, 1)
    )
    text = second + '{"epoch": 0, "ba{"epoch": 0, "batch": 3}\n\0\0\n{"epoch": 0}\n{"epoch"'
    (run.path / "progress.jsonl").write_text(first + text)
    assert [point.batch for point in run.progress()] == [0, 1]


def test_the_tail_starts_and_ends_with_whole_lines(tmp_path):
    file = tmp_path / "log.txt"
    file.write_text("".join(f"line {number}\n" for number in range(1000)) + "half")
    lines = schema.tail_lines(file, limit_bytes=100)
    assert lines[-1] == "line 999"
    assert all(line.startswith("line ") for line in lines)
    assert len(lines) < 12
    assert schema.tail_lines(tmp_path / "none") == []


def test_the_log_may_hold_any_bytes(run):
    (run.path / "log.txt").write_bytes(b"epoch \xff\xfe 1\nsecond\n")
    assert run.log().endswith("second")


def test_a_title_and_otherwise_what_it_is(run):
    assert run.title == "LeNet-5"
    assert run.label == "LeNet-5 on Digits (no. 1)"
    named = runs.create(recipe.plan("lenet5", "digits", title="  half the filters  "))
    assert named.title == "half the filters"
    assert named.label == "half the filters on Digits (no. 2)"


def test_a_name_tells_knobs_method_and_size():
    knobs = {"width": 0.5, "residual": True, "dropout": 0.3, "kernel_size": 7, "padding": "same"}
    plan = recipe.plan("lenet5", "digits", knobs=knobs)
    assert described(plan, 24_600) == (
        "LeNet-5, half width, kernel size 7, dropout 0.3, and more, 24 KiB"
    )
    made = replace(recipe.plan("ladder", "mnist"), compression=Compression("pruning", "l1", {}))
    assert described(made, 3_000_000) == "Ladder, rung 11, pruned, 2.9 MiB"
    made = replace(made, compression=Compression("quantization", "int8", {}), knobs={"rung": 2})
    assert described(made, 2_300) == "Ladder, rung 2, int8, 2.2 KiB"
    assert described(replace(plan, architecture="mine"), None) == "mine"


def test_shipped_runs_are_told_apart_by_their_labels():
    labels = [run.label for run in runs.pretrained()]
    assert len(set(labels)) == len(labels)


# -- notes --


def test_notes_are_tidied_kept_and_replaced():
    run = runs.create(config())
    assert run.notes == schema.Notes()
    runs.annotate(run, "  two\nlines ", [" a  b ", "", "a b", "x" * 50, *map(str, range(20))])
    assert run.notes.text == "two\nlines"
    assert run.notes.tags[:2] == ("a b", "x" * 30)
    assert len(run.notes.tags) == 12
    runs.annotate(run, "", [])
    assert run.notes == schema.Notes()


def test_a_run_is_called_what_its_reader_calls_it_and_keeps_its_folder():
    run = runs.create(config())
    usual = run.title
    runs.annotate(run, "", [], " My  small one ")
    assert runs.find(run.name).title == "My small one"
    assert "My small one on" in run.label
    runs.annotate(run, "a note", ["x"])
    assert run.title == "My small one"
    runs.annotate(run, "", [], "")
    assert run.title == usual


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"tags": 3}'])
def test_damaged_notes_read_as_none(content):
    run = runs.create(config())
    (run.path / "notes.json").write_text(content)
    assert run.notes == schema.Notes()


def test_shipped_and_vanished_runs_take_no_notes():
    with pytest.raises(LabError, match="shipped with the lab"):
        runs.annotate(runs.find("lenet5"), "x", [])
    run = runs.create(config())
    runs.delete(run)
    with pytest.raises(LabError, match="is gone"):
        runs.annotate(run, "x", [])


# -- what the live page reads besides --


def test_norms_and_confusion_cut_by_a_power_loss():
    run = runs.create(config())
    assert (run.norms, run.confusion) == ([], None)
    lines = [schema.line_of(LayerNorms(epoch, ("a",), (1.0,), (0.5,))) for epoch in (1, 2)]
    (run.path / "norms.jsonl").write_text("".join(lines) + '{"epo')
    (run.path / "confusion.json").write_text('{"epoch": 1, "counts": [[')
    assert [line.epoch for line in run.norms] == [1, 2]
    assert run.confusion is None
