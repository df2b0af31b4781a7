"""Whatever a run's files hold, it costs that run alone: lists, tables, queue, HTTP and pages."""

import json
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import comparison, engine, jobs, lab, paths, runs
from cnnlab.__main__ import main
from cnnlab.comparison import sources
from cnnlab.comparison.challenges import CHALLENGES
from cnnlab.errors import LabError
from cnnlab.runs import Run
from tests.api.conftest import ask
from tests.damaged_store import SOUND, fill

PAGES = sorted(path.name for path in (paths.ROOT / "pages").glob("[a-z]*.py"))


@pytest.fixture(scope="module")
def damaged(tmp_path_factory, tiny_run_folder) -> tuple[Path, list[str]]:
    """The store, made once: its folder and the names of the damaged runs."""
    store = tmp_path_factory.mktemp("damaged") / "runs"
    return store, fill(store, tiny_run_folder)


@pytest.fixture(autouse=True)
def store(damaged, monkeypatch) -> Path:
    """The damaged store in place of the test's own; nothing is started."""
    monkeypatch.setenv("CNNLAB_RUNS", str(damaged[0]))
    monkeypatch.setenv("CNNLAB_SLOTS", "0")

    def refuse(*question: Any, **options: Any) -> None:
        raise LabError("The computing process is not here.")

    monkeypatch.setattr(engine, "ask", refuse)
    return damaged[0]


@pytest.fixture
def names(damaged) -> list[str]:
    return damaged[1]


# -- all at once --


def test_the_list_shows_every_run_and_why_it_cannot_be_read(names):
    rows = {row["run"]: row for row in lab.shelf()}
    assert set(rows) == {SOUND, *names}
    assert rows[SOUND]["state"] == "done"
    told = [row for row in rows.values() if row["state"] == "damaged"]
    assert len(told) > len(names) // 3
    assert all("json" in row["damage"] for row in told)
    assert all(not row["damage"] for row in rows.values() if row["state"] != "damaged")


LISTS: dict[str, Callable[[], Any]] = {
    "runs": runs.list_runs,
    "ready": lab.ready_runs,
    "tested": lab.tested_runs,
    "tags": lab.tags,
    "queue": lab.queue,
    "positions": lab.positions,
    "dispatch": jobs.dispatch,
    "earlier": lambda: lab.earlier_runs(Run(paths.runs_dir() / SOUND)),
    "lineage": lambda: lab.lineage(Run(paths.runs_dir() / SOUND)),
    "outcomes": lambda: lab.outcomes(runs.list_runs()),
    "compare": lambda: comparison.compare(runs.list_runs(damaged=True)).to_json(),
    "records": lambda: [comparison.standing(one, runs.list_runs()) for one in CHALLENGES],
    "published": lambda: [sources.reproductions(one, runs.list_runs()) for one in sources.SOURCES],
}


@pytest.mark.parametrize("question", LISTS)
def test_every_list_goes_on(question):
    LISTS[question]()


def test_the_sound_run_is_compared_as_ever():
    groups = comparison.compare(runs.list_runs(damaged=True)).groups
    assert any(row["run"] == SOUND and row["accuracy"] for group in groups for row in group.rows)
    assert Run(paths.runs_dir() / SOUND) in lab.tested_runs()


@pytest.mark.parametrize("verb", ["runs", "queue", "records"])
def test_the_terminal_goes_on(verb, capsys):
    assert main([verb, "--json"]) == 0
    assert SOUND in capsys.readouterr().out or verb != "runs"


def test_http_goes_on(names):
    for path in ("models", "runs"):
        told = ask("GET", f"/api/{path}")
        assert told.status == 200
        assert SOUND in {row["name"] for row in told.json[path]}
    assert {row["name"] for row in ask("GET", "/api/runs").json["runs"]} >= set(names)
    for name in (SOUND, *names):
        for path in (f"models/{name}", f"runs/{name}/history"):
            assert ask("GET", f"/api/{path}").status in (200, 404, 409, 422), (name, path)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_goes_on(page):
    opened(page)


# -- one by one --

LOOKS: dict[str, Callable[[Run], Any]] = {
    "row": lab.row,
    "live": lab.live,
    "examples": lab.examples,
    "lineage": lab.lineage,
    "made by": lab.made_by,
    "asked": lambda run: run.config.asked,
    "damage": lambda run: run.damage,
    "settings": lambda run: comparison.settings([run]),
    "place": jobs.place,
    "status": lambda run: run.status,
    "norms": lambda run: (run.norms, run.confusion, run.notes, run.history, run.progress()),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_at_one_is_its_answer_or_one_sentence(look, names):
    for name in names:
        with suppress(LabError):
            LOOKS[look](runs.find(name))


def test_its_page_says_so(names):
    # Every seventh, each on another page: all of them on all pages take minutes.
    for place, name in enumerate(names[::7]):
        opened(("train.py", *PAGES)[place % (len(PAGES) + 1)], run=name)


@pytest.mark.parametrize("key", ["test_count", "params", "variant", "test_interval"])
def test_figures_of_which_one_is_missing_are_shown_without_it(tiny_run_folder, key):
    run = Run(paths.runs_dir() / "9000-partial")
    shutil.copytree(tiny_run_folder, run.path)
    figures = json.loads((run.path / "metrics.json").read_text())
    del figures[key]
    (run.path / "metrics.json").write_text(json.dumps(figures))
    try:
        for page in ("train.py", "evaluate.py", "compress.py"):
            opened(page, run=run.name)
    finally:
        shutil.rmtree(run.path)


def opened(page: str, **query: str) -> None:
    """The page, run once without an exception."""
    app = AppTest.from_file(str(paths.ROOT / "pages" / page), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, (page, query, app.exception)


def test_each_can_be_deleted(damaged, tmp_path, monkeypatch):
    copy = tmp_path / "runs"
    shutil.copytree(damaged[0], copy, copy_function=lambda a, b: Path(b).hardlink_to(a))
    monkeypatch.setenv("CNNLAB_RUNS", str(copy))
    for name in damaged[1]:
        runs.delete(runs.find(name))
    assert [row["run"] for row in lab.shelf()] == [SOUND]


# -- the queue's clock --


def test_no_exception_stops_the_clock(monkeypatch):
    """Whatever a run's files make of a look at it, the next run starts."""
    monkeypatch.setattr(jobs, "_TICK_S", 0.01)
    asked = threading.Event()

    def odd(run: Run) -> None:
        asked.set()
        raise ZeroDivisionError(run.name)

    monkeypatch.setattr(Run, "status", property(odd))
    with jobs.clock():
        assert asked.wait(10)
        asked.clear()
        assert asked.wait(10)
