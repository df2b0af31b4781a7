"""What the pages call: starting, watching, the shelf, views; light and plain about failure."""

import json
import os
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from cnnlab import engine, jobs, lab, paths, recipe, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.summary.questions import LayerTable
from cnnlab.visualization.questions import Warm
from tests.records import config_json, write_json


@pytest.fixture
def dispatched(monkeypatch) -> list[bool]:
    """No process is started; one entry for each time the queue was asked to."""
    asked: list[bool] = []
    monkeypatch.setattr(jobs, "dispatch", lambda: asked.append(True))
    return asked


def queued(**settings) -> Run:
    """A run in the queue."""
    return runs.create(recipe.plan("lenet5", "digits", settings))


RATES = {"learning_rate": 0.001, "images_per_s": 100.0}


def points(run: Run, epoch: int, batches: int, of: int = 10) -> None:
    """Live points as a worker writes them, one a second."""
    with (run.path / "progress.jsonl").open("a") as file:
        for batch in range(1, batches + 1):
            point = {"time": 1000.0 + batch, "epoch": epoch, "batch": batch, "batches": of}
            file.write(json.dumps(point | {"loss": 1.0, "accuracy": 0.5, **RATES}) + "\n")


def test_starting_makes_a_queued_run_and_asks_the_queue(dispatched):
    run = lab.start_training("lenet5", "digits", {"epochs": 2}, {"width": 0.5}, None, "half")
    assert run.status.state == "queued"
    assert (run.title, run.config.knobs["width"]) == ("half", 0.5)
    assert dispatched == [True]
    runs.request_stop(run)
    lab.resume_training(run)
    assert run.status.state == "queued"
    assert len(dispatched) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"architecture": "lenet6"},
        {"dataset": "digitz"},
        {"settings": {"epochs": 0}},
        {"knobs": {"wings": 1}},
        {"dataset": "mnist"},  # not on this machine
    ],
)
def test_what_cannot_be_trained_leaves_no_run(dispatched, monkeypatch, tmp_path, wrong):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(LabError) as refusal:
        lab.start_training(**{"architecture": "lenet5", "dataset": "digits"} | wrong)
    assert "\n" not in str(refusal.value)
    assert runs.list_runs(damaged=True) == []
    assert not dispatched


# -- live --


def test_a_queued_run_knows_its_position():
    queued()
    view = lab.live(queued())
    assert (view.status.state, view.waiting.position, view.done) == ("queued", 2, 0.0)
    assert (view.latest, view.best, view.seconds_left) == (None, None, None)


def test_a_training_in_its_first_epoch():
    run = queued(epochs=4)
    lock = runs.hold(run.path)
    write_json(run.path / "status.json", {"state": "running", "phase": "training"})
    before = lab.live(run)
    points(run, epoch=0, batches=5)
    view = lab.live(run)
    assert view.done == pytest.approx(0.125)
    assert view.latest.batch == 5
    assert view.seconds_left == pytest.approx(35.0)  # ten batches a second each, four epochs
    assert view.key != before.key
    os.close(lock)
    assert lab.live(run).status.state == "interrupted"
    assert lab.live(run).seconds_left is None


def test_a_training_in_a_later_epoch(tiny_run):
    run = tiny_run
    known = run.config
    vars(run)["config"] = replace(known, recipe=replace(known.recipe, epochs=5))
    lock = runs.hold(run.path)
    write_json(run.path / "status.json", {"state": "running", "phase": "training"})
    points(run, epoch=3, batches=5)
    view = lab.live(run)
    assert len(view.history) == 3
    assert len(view.points) == 5  # those of earlier epochs are in the history
    assert view.done == pytest.approx(0.7)
    mean = sum(row.seconds for row in view.history) / 3
    assert view.seconds_left == pytest.approx(1.5 * mean)
    os.close(lock)


def test_all_who_watch_a_training_share_one_reading_a_second(monkeypatch):
    clock = SimpleNamespace(monotonic=lambda: 7.25)
    monkeypatch.setattr(sys.modules["cnnlab.lab.live"], "time", clock)
    run = queued(epochs=4)
    lock = runs.hold(run.path)
    write_json(run.path / "status.json", {"state": "running", "phase": "training"})
    first = lab.shared_live(run)
    points(run, epoch=0, batches=5)
    assert lab.shared_live(run) is first
    clock.monotonic = lambda: 8.0
    second = lab.shared_live(run)
    assert (len(second.points), lab.shared_live(run)) == (5, second)
    os.close(lock)  # within the same second
    assert lab.shared_live(run).status.state == "interrupted"


def test_a_finished_run(tiny_run):
    view = lab.live(tiny_run)
    assert (view.status.state, view.done, view.points) == ("done", 1.0, [])
    best = max(view.history, key=lambda row: (row.val_accuracy, -row.val_loss))
    assert view.best == best
    assert view.latest == view.history[-1]
    assert tiny_run.metrics.best_epoch == best.epoch


def test_a_vanished_run_is_one_sentence():
    run = queued()
    runs.delete(run)
    with pytest.raises(LabError, match="is gone"):
        lab.live(run)


# -- the shelf --


def test_the_shelf_shows_every_run_whatever_happened_to_it(tiny_run):
    names = ("waiting", "broken config", "broken metrics", "lost status", "vanishing")
    waiting, config, metrics, status, vanishing = (queued() for _ in names)
    (config.path / "config.json").write_text("{")
    (metrics.path / "metrics.json").write_text("[]")
    (status.path / "status.json").unlink()
    (vanishing.path / "config.json").unlink()
    shown = {row["run"]: row["state"] for row in lab.shelf()}
    assert shown == {
        tiny_run.name: "done",
        waiting.name: "queued",
        config.name: "damaged",
        metrics.name: "damaged",
        status.name: "failed",
    }
    assert [row["run"] for row in lab.shelf(limit=1)] == [status.name]
    keys = [row.keys() - {"shipped"} for row in lab.shelf()]
    assert all(key == keys[0] for key in keys)


def test_a_row_has_the_figures_that_were_measured(tiny_run):
    row = lab.row(tiny_run)
    assert (row["title"], row["epochs"], row["params"]) == ("tiny", "3/3", 61_706)
    assert row["test_accuracy"] == tiny_run.metrics.test_accuracy
    assert lab.row(queued())["test_accuracy"] is None


@pytest.mark.usefixtures("nothing_shipped")
def test_only_what_can_predict_is_ready(tiny_run):
    queued()
    assert lab.ready_runs() == [tiny_run]


@pytest.mark.usefixtures("nothing_shipped")
def test_the_showcase_spreads_over_the_sizes_of_digit_readers():
    assert lab.showcase(3) == []
    for params in (50, 10, 40, 20, 30):
        shipped_digits(f"m{params}", "mnist", params)
    shipped_digits("clothes", "fashion_mnist", 5)
    shipped_digits("whale", "mnist", 2_000_000)
    assert [run.name for run in lab.showcase(3)] == ["m10", "m30", "m50"]
    assert len(lab.showcase(4)) == 4
    assert len(lab.showcase(9)) == 5


def shipped_digits(name: str, dataset: str, params: int) -> None:
    """A shipped run with just a dataset and a size."""
    folder = paths.pretrained_dir() / name
    folder.mkdir()
    write_json(folder / "config.json", config_json(dataset=dataset))
    write_json(folder / "metrics.json", {"params": params})


def test_five_hundred_runs_are_listed_from_their_small_files_alone(tiny_run):
    for number in range(2, 502):
        folder = tiny_run.path.with_name(f"{number:04d}-lenet5-digits")
        folder.mkdir()
        for file in ("config.json", "metrics.json", "status.json"):
            os.link(tiny_run.path / file, folder / file)
    rows = lab.shelf()
    assert len(rows) == 501
    assert all(row["test_accuracy"] == rows[-1]["test_accuracy"] for row in rows)
    assert not any(vars(jobs.queue()).values())


def test_runs_are_found_by_any_of_their_words():
    first, second = queued(), queued()
    runs.annotate(first, "half the filters", ["Small", "homework 3"])
    assert [row["run"] for row in lab.shelf(words="homework SMALL")] == [first.name]
    assert [row["run"] for row in lab.shelf(words=second.name)] == [second.name]
    assert lab.shelf(words="small nowhere") == []
    assert len(lab.shelf(limit=1, words="lenet5")) == 1
    assert lab.tags() == {first.name: ("Small", "homework 3")}


def test_earlier_runs_with_the_same_data_come_first(tiny_run):
    run, elsewhere, without = queued(), runs.create(recipe.plan("lenet5", "mnist")), queued()
    (elsewhere.path / "history.csv").write_bytes((tiny_run.path / "history.csv").read_bytes())
    found = lab.earlier_runs(run)
    assert found[0] == tiny_run
    assert elsewhere in found
    assert without not in found
    assert {other.name for other in found} >= {"lenet5", "mnist_baseline"}
    assert run not in lab.earlier_runs(tiny_run)


# -- the engine --


def test_what_is_asked_goes_to_the_engine_and_its_answer_comes_back(monkeypatch):
    asked = []
    monkeypatch.setattr(engine, "ask", lambda question: asked.append(question) or "a table")
    question = LayerTable("lenet5", (28, 28, 1), 10, {"width": 1})
    assert lab.ask(question) == "a table"
    assert asked == [question]


def test_only_a_running_engine_is_warmed(monkeypatch, tiny_run):
    begun = []
    monkeypatch.setattr(engine, "begin", begun.append)
    monkeypatch.setattr(engine, "running", lambda: False)
    lab.warm_inside(tiny_run)
    assert not begun
    monkeypatch.setattr(engine, "running", lambda: True)
    lab.warm_inside(tiny_run)
    assert begun == [Warm(tiny_run.path, "digits")]


def test_an_uploaded_model_travels_as_a_file(monkeypatch):
    def importing(question):
        return question.file.read_bytes(), question.name, question.labels

    monkeypatch.setattr(engine, "ask", importing)
    told = lab.import_model(b"content", "mine.keras", labels=("a", "b"))
    assert told == (b"content", "mine.keras", ("a", "b"))
