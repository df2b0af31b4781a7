"""Latencies beside each other: where and when each was measured, and all of them anew."""

import json
import os
import time

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import __main__ as command_line
from cnnlab import comparison, lab, paths, runs
from cnnlab.plots.comparison.report import report_html
from cnnlab.runs import Run
from tests.comparison.test_comparison import made

HERE = {"p50": 0.01, "p95": 0.02, "machine": "AMD EPYC, 2 cores", "day": "2026-11-28"}


@pytest.mark.parametrize(
    ("other", "mixed"),
    [
        ({}, False),
        ({"day": "2026-11-29"}, True),
        ({"machine": "ARM, 4 cores"}, True),
        ({"machine": "", "day": ""}, True),
    ],
)
def test_a_table_says_when_machines_or_days_differ(other, mixed):
    pair = [made("0001-a", latency_ms=HERE), made("0002-b", latency_ms=HERE | other)]
    told = comparison.compare(pair)
    rows = told.groups[0].rows
    sentence = comparison.mixed_latencies(rows)
    assert bool(sentence) == mixed
    assert ("measure them anew" in comparison.text("t", (), rows)) == mixed
    assert ("measure them anew" in report_html(told)) == mixed
    assert told.to_json()["groups"][0]["mixed_latencies"] == sentence
    assert comparison.mixed_latencies(rows[:1]) == ""


def test_measured_anew_they_are_of_one_machine_and_day(capsys):
    pair = [made("0001-a"), made("0002-b", latency_ms=HERE)]
    assert comparison.mixed_latencies(comparison.compare(pair).rows)
    command_line.main(["latency", "0001-a", "0002-b", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["0001-a"]["day"] == time.strftime("%Y-%m-%d")
    assert told["0001-a"]["machine"] == told["0002-b"]["machine"] != ""
    rows = comparison.compare([Run(run.path) for run in pair]).rows
    assert comparison.mixed_latencies(rows) == ""
    assert rows[0]["latency_p50_ms"] == told["0001-a"]["p50"]


def test_shipped_runs_are_measured_into_the_readers_own_store(nothing_shipped):
    run = made("0001-a")
    run.path.rename(nothing_shipped / "shipped")
    shipped = runs.find("shipped")
    before = sorted(file.name for file in shipped.path.iterdir())
    assert shipped.read_only
    measured = lab.measure_latencies([shipped])
    assert shipped.latency == measured["shipped"]
    assert sorted(file.name for file in shipped.path.iterdir()) == before
    assert runs.list_runs() == []  # what is kept of it is no run
    os.utime(shipped.tflite_file, (time.time() + 9, time.time() + 9))  # another file answers now
    assert shipped.latency == shipped.metrics.latency_ms


def test_what_cannot_be_asked_is_passed_over_and_damage_hides_nothing():
    run, young = made("0001-a"), made("0002-b")
    young.tflite_file.unlink()
    assert list(lab.measure_latencies([run, young])) == ["0001-a"]
    run.latency_file.write_text("[]")
    assert run.latency == run.metrics.latency_ms


def test_the_page_offers_it():
    pair = [made("0001-a"), made("0002-b", latency_ms=HERE)]
    page = AppTest.from_file(str(paths.ROOT / "pages" / "compare.py"), default_timeout=60)
    page.query_params["run"] = [run.name for run in pair]
    page.run()
    assert any("measure them anew" in info.value for info in page.info)
    page.button(key="latencies").click().run()
    assert not page.exception
    assert not any("measure them anew" in info.value for info in page.info)
