"""Every published figure with ours beside it: the same on the page and in the terminal."""

import json

import pytest

from cnnlab import __main__ as command_line
from cnnlab import lab, paths, runs
from cnnlab.architectures import ARCHITECTURES
from cnnlab.comparison import sources
from cnnlab.comparison.published_rows import PublishedRow, published_rows
from tests.small_tflite import finished_run

PLAN = {"dataset": "stl10", "input_shape": [96, 96, 3], "preparation": "picture"}


@pytest.fixture(scope="module")
def shipped() -> list[PublishedRow]:
    """All rows as a fresh copy of the lab has them."""
    return published_rows(runs.pretrained())


def made(name: str, **config) -> runs.Run:
    """A tested run in this test's store."""
    folder = finished_run(paths.runs_dir(), name)
    written = json.loads((folder / "config.json").read_text()) | PLAN | config
    (folder / "config.json").write_text(json.dumps(written))
    figures = {"test_accuracy": 0.5, "test_count": 8000, "variant": "STL-10"}
    (folder / "metrics.json").write_text(json.dumps(figures))
    return runs.Run(folder)


def test_every_printed_accuracy_is_a_row(shipped):
    for source in sources.SOURCES:
        printed = sum(
            value is not None and (key in source.ways or key == "accuracy")
            for network in source.networks
            for key, value in network.values.items()
        )
        rows = [row for row in shipped if row.table == source.title]
        assert sum(row.published is not None for row in rows) == printed
        assert {row.name for row in rows} == {n.name for n in source.networks}


def test_a_row_is_measured_or_says_why_not(shipped):
    for row in shipped:
        if row.run:
            assert row.measured == runs.find(row.run).metrics.test_accuracy
            assert not row.reason
        else:
            assert row.measured is None
            assert row.reason
            assert row.command in row.reason
            assert bool(row.command) == bool(row.seconds), row.network


def test_every_command_is_understood(shipped):
    parser = command_line.parser()
    for row in shipped:
        if row.command:
            options = parser.parse_args(row.command.split()[3:])
            name = getattr(options, "students", [getattr(options, "student", "")])[-1]
            assert (name or options.name) in ARCHITECTURES


def test_times_follow_work_and_epochs(shipped):
    seconds = {row.network: row.seconds for row in shipped if row.data == "cifar10"}
    assert seconds["v1.2"] == pytest.approx(seconds["v1.1"] * 7_414_127_200 / 1_479_538_560)
    students = [row for row in shipped if row.network.startswith("Student")]
    paces = {row.seconds for row in students if not row.run}
    assert len(paces) <= 1
    taught = runs.find("irtza_student").metrics.train_seconds
    assert students[0].seconds == pytest.approx(taught, rel=0.3)


def test_a_level_of_a_pyramid_stands_in_the_column_of_its_method():
    teacher = made("0001-vgg19", architecture="vgg19", knobs={})
    how = {"kind": "distillation", "settings": {"inherit": True, "first_stage": 0.5}}
    level = made(
        "0002-gram",
        architecture="svgg17_backward",
        knobs={},
        parent=teacher.name,
        compression=how | {"method": "gram"},
    )
    below = made(
        "0003-gram",
        architecture="svgg14_backward",
        knobs={},
        parent=level.name,
        compression=how | {"method": "gram"},
    )
    source = sources.SOURCES["pyramid_stl10_backward"]
    rows = published_rows([teacher, level, below], source)
    found = {row.network: row.run for row in rows if row.run}
    assert found == {
        "VGG19, Scratch": teacher.name,
        "SVGG17, Pyramid Gram": level.name,
        "SVGG17, Gram direct": level.name,  # the first level has one teacher either way
        "SVGG14, Pyramid Gram": below.name,
    }
    assert any("taught by VGG19" in word for row in rows for word in row.differences)


def test_the_terminal_prints_the_pages_rows(capsys):
    assert command_line.main(["sources", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["rows"]
    rows = published_rows(lab.tested_runs())
    assert told == json.loads(json.dumps([row.to_json() for row in rows]))
    assert {"source", "network", "data", "published", "measured", "run"} <= set(told[0])
    assert command_line.main(["sources"]) == 0
    printed = capsys.readouterr().out
    assert "94.175 %" in printed
    assert f"{len(rows)} rows" in printed
