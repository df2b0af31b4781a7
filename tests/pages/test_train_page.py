"""The Train page: the form, a run in each of its states, and the list of runs."""

import dataclasses
import html
import json
import os
import re
import shutil
import statistics
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cnnlab import engine, jobs, lab, paths, recipe, runs, schema
from cnnlab.architectures import ARCHITECTURES
from cnnlab.datasets import DATASETS
from cnnlab.errors import LabError
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.runs import Run
from cnnlab.schedules import SCHEDULES
from cnnlab.summary.questions import LayerTable
from cnnlab.visualization.questions import ExamplePictures
from cnnlab.visualization.samples import Samples
from pages.parts.shared import reader
from pages.parts.train import watch
from tests.records import config, write_json
from tests.small_tflite import finished_run

PAGE = str(paths.ROOT / "pages" / "train.py")


@pytest.fixture(autouse=True)
def asked(monkeypatch) -> list[LayerTable]:
    """No process is started: neither a worker nor the engine. Yields what the engine was asked."""
    questions: list[LayerTable] = []

    def count(question):
        if isinstance(question, ExamplePictures):
            classes = np.arange(20) % 10
            pictures = np.zeros((20, 8, 8, 1), np.uint8)
            return Samples(pictures, classes, classes, tuple("0123456789"))
        questions.append(question)
        return SimpleNamespace(totals=SimpleNamespace(params=1234, macs=56789))

    st.cache_data.clear()
    monkeypatch.setattr(engine, "ask", count)
    monkeypatch.setattr(jobs, "dispatch", list)
    return questions


def opened(**query: str) -> AppTest:
    """The page, run once without an exception."""
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in query.items():
        page.query_params[name] = value
    return sound(page.run())


def sound(page: AppTest) -> AppTest:
    """The page, which shows no stack trace."""
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    """All the page says in words."""
    kinds = ("markdown", "caption", "info", "warning", "error", "success", "subheader")
    words = [block.value for kind in kinds for block in getattr(page, kind)]
    return " ".join([*words, *(link.proto.label for link in page.get("page_link"))])


def strip(page: AppTest) -> str:
    """The strip of figures, as HTML."""
    return next(block.proto.body for block in page.get("html") if "figs" in block.proto.body)


def progress(page: AppTest) -> str:
    """What the bar in its lower edge says."""
    return html.unescape(re.findall(r'aria-valuetext="(.*?)"', strip(page))[0])


def twenty(page: AppTest) -> dict:
    """What the twenty pictures were given to show."""
    found = [json.loads(one.proto.json) for one in page.get("bidi_component") if one.proto.json]
    return next(data for data in found if "pictures" in data)


def look(page: AppTest, what: str) -> AppTest:
    """The watch page with another of its views open."""
    return sound(page.segmented_control(key="look").set_value(what).run())


def labels(page: AppTest) -> set[str]:
    """What the page's buttons are called."""
    return {button.label for button in page.button}


# -- the form --


def test_start_makes_a_queued_run_and_goes_to_watch_it():
    page = opened()
    page.number_input(key="recipe-lenet5-mnist_small--epochs").set_value(2)
    page.text_input(key="title-lenet5-mnist_small-").set_value("my first")
    sound(page.button(key="start").click().run())
    (run,) = runs.list_runs()
    assert run.config.recipe.epochs == 2
    assert run.config.dataset == "mnist_small"  # MNIST, as far as it is here
    assert run.title == "my first"
    assert page.query_params["run"] == run.name
    assert "Number 1 in the queue" in progress(page)
    assert "Leave the queue" in labels(page)
    assert run.config.owner == page.session_state["reader-kept"] != ""
    assert "owner" not in page.query_params


def test_the_form_begins_with_a_run_s_weights_in_smaller_steps():
    page = opened(**{"from": "compact_mnist_teacher"})
    architecture = runs.find("compact_mnist_teacher").config.architecture
    (chosen,) = [box for box in page.selectbox if str(box.key).startswith("start-")]
    assert chosen.value == "compact_mnist_teacher"
    assert "Begins with the weights of compact_mnist_teacher" in said(page)
    dataset = next(box for box in page.selectbox if str(box.key).startswith("dataset-"))
    sound(dataset.set_value("digits").run())
    sound(page.button(key="start").click().run())
    (run,) = runs.list_runs()
    assert (run.config.architecture, run.config.dataset) == (architecture, "digits")
    assert run.config.parent == "compact_mnist_teacher"
    assert run.config.knobs["width"] == 0.5
    usual = OPTIMIZERS[run.config.recipe.optimizer].learning_rate
    assert run.config.recipe.learning_rate == pytest.approx(usual / 10)


def test_the_form_tells_parameters_of_just_this_network(asked):
    page = opened(architecture="mnist_approach_2", dataset="digits")
    assert "1,234 parameters and 56,789 multiply-accumulates" in said(page)
    name, knobs = asked[-1].architecture, asked[-1].knobs
    shape, classes = asked[-1].input_shape, asked[-1].classes
    assert (name, shape, classes) == ("mnist_approach_2", (28, 28, 1), 10)
    assert knobs["width"] == 1.0
    sound(page.selectbox(key="architecture-").set_value("lenet5").run())
    assert asked[-1].architecture == "lenet5"


def test_the_usual_rate_follows_the_optimizer():
    page = opened()
    page.selectbox(key="recipe-lenet5-mnist_small--optimizer").set_value("adadelta").run()
    rate = page.number_input(key="recipe-lenet5-mnist_small--adadelta-learning_rate")
    assert rate.value == OPTIMIZERS["adadelta"].learning_rate


def test_settings_that_contradict_each_other_are_one_sentence():
    page = opened()
    fold(page, "recipe-lenet5-mnist_small--more", True)
    page.selectbox(key="recipe-lenet5-mnist_small--loss").set_value("focal")
    page.slider(key="recipe-lenet5-mnist_small--label_smoothing").set_value(0.1).run()
    assert "takes no label smoothing" in sound(page).error[0].value
    fold(page, "recipe-lenet5-mnist_small--more", False)
    assert "takes no label smoothing" in page.error[0].value


def fold(page: AppTest, key: str, opened: bool) -> None:
    """Open or close a group of settings, which is drawn while it is open."""
    page.session_state[key] = opened
    sound(page.run())


def test_settings_folded_away_keep_their_values(asked):
    """The network's knobs are drawn while their group is open; what was set stays set."""
    page = opened()
    fold(page, "knob-lenet5-mnist_small--all", True)
    sound(page.slider(key="knob-lenet5-mnist_small--width").set_value(0.5).run())
    fold(page, "knob-lenet5-mnist_small--all", False)
    assert not [one for one in page.slider if one.key == "knob-lenet5-mnist_small--width"]
    knobs = asked[-1].knobs
    assert knobs["width"] == 0.5
    fold(page, "knob-lenet5-mnist_small--all", True)
    assert page.slider(key="knob-lenet5-mnist_small--width").value == 0.5
    sound(page.button(key="start").click().run())
    (run,) = runs.list_runs()
    assert run.config.knobs["width"] == 0.5


def test_a_dataset_that_is_not_here_disables_start_and_says_why(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    page = opened(dataset="mnist")
    assert page.button(key="start").disabled
    assert page.button(key="start").help
    assert page.warning


def test_what_is_absent_is_replaced_by_what_is_here_with_one_press(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    page = opened(dataset="mnist", architecture="lenet5")
    sound(page.button(key="instead").click().run())
    assert page.selectbox(key="dataset-").value == "mnist_small"
    assert not page.button(key="start").disabled
    page = opened(dataset="cifar10")
    assert "Take Digits, which is here" in labels(page)


def dial(page: AppTest):
    """The dial, and the plan below it."""
    (control,) = [one for one in page.segmented_control if one.label == "How thorough"]
    return control, next(block.value for block in page.markdown if "epoch" in block.value)


def test_the_dial_sets_the_rest_and_own_settings_are_seen():
    page = opened(dataset="digits")
    control, plan = dial(page)
    assert control.value == "usual"
    assert "30 epochs over 1,294 pictures" in plan
    assert "Settings: usual" in plan
    sound(control.set_value("quick").run())
    assert "8 epochs" in dial(page)[1]
    sound(dial(page)[0].set_value("thorough").run())
    control, plan = dial(page)
    assert "90 epochs" in plan
    epochs = next(one for one in page.number_input if one.label == "Epochs")
    sound(epochs.set_value(12).run())
    control, plan = dial(page)
    assert control.value is None
    assert "12 epochs" in plan
    assert "your own" in plan
    sound(control.set_value("thorough").run())  # takes all of it back
    assert "90 epochs" in dial(page)[1]
    sound(page.button(key="start").click().run())
    (run,) = runs.list_runs()
    settings = recipe.check(recipe.level("digits", "thorough"), "digits")
    assert run.config.recipe.settings == settings
    assert settings["augmentation"] == "light_digits"


def test_a_setting_typed_before_the_page_answered_the_last_one_stays():
    """The browser still tells the dial as it was: that is no press on it."""
    page = opened(dataset="digits")
    fields = {one.label: one for one in page.number_input}
    fields["Batch size"].set_value(8)
    fields["Epochs"].set_value(12)
    both = page._tree.get_widget_states()
    fields["Epochs"].set_value(30)
    sound(page.run())
    sound(page._run(both))
    assert {one.label: one.value for one in page.number_input}.items() >= {
        ("Batch size", 8),
        ("Epochs", 12),
    }


@pytest.mark.parametrize("name", DATASETS.names())
def test_every_level_is_a_legal_recipe_and_longer_than_the_one_before(name):
    epochs = [recipe.check(recipe.level(name, one), name)["epochs"] for one in recipe.LEVELS]
    assert epochs == sorted(set(epochs))


def test_settings_in_the_address_are_taken():
    page = opened(dataset="digits", epochs="3", seed="7")
    control, plan = dial(page)
    assert control.value is None
    assert "3 epochs" in plan
    assert "Class weights" not in plan
    weighted = opened(dataset="digits", class_weights="balanced")
    assert "Class weights make every class count alike" in dial(weighted)[1]
    sound(page.button(key="start").click().run())
    (run,) = runs.list_runs()
    assert (run.config.recipe.epochs, run.config.recipe.seed) == (3, 7)
    assert len(opened(epochs="many").error) == 1


def test_the_plan_says_what_earlier_runs_tell(tiny_run):
    """Time from a run's own pace, accuracy from its test; of another network neither."""
    page = opened(clone=tiny_run.name)
    told = lab.forecast(tiny_run.config)
    pace = statistics.median(row.images_per_s for row in tiny_run.history)
    config = tiny_run.config
    assert told.seconds == pytest.approx(config.recipe.epochs * told.pictures / pace)
    assert told.accuracy == tiny_run.metrics.test_accuracy
    plan = dial(page)[1]
    assert "here.**" in plan
    assert f"Such a run reached {told.accuracy:.1%} in {config.recipe.epochs} epochs" in plan
    assert "its like" not in dial(opened(architecture="squeezenet_a", dataset="digits"))[1]


def test_twenty_pictures_wait_and_then_turn(tiny_run):
    shown = twenty(opened())
    assert shown["title"] == "Twenty pictures it never trains on"
    assert [one["right"] for one in shown["pictures"]] == [[]] * 20
    shown = twenty(opened(run=tiny_run.name))
    found = lab.examples(tiny_run)
    last = [answers[-1] for answers in found.answers]
    right = sum(one == truth for one, truth in zip(last, found.classes, strict=True))
    assert shown["title"] == f"{right} of 20 right"
    assert [one["answer"] for one in shown["pictures"]] == [str(one) for one in last]
    assert all(len(one["right"]) == len(tiny_run.history) for one in shown["pictures"])
    tiny_run.examples_file.write_bytes(b"no pictures")
    assert not opened(run=tiny_run.name).error


def test_an_engine_that_cannot_is_one_sentence(monkeypatch):
    def refuse(*_):
        raise LabError("LeNet-5 does not fit.")

    monkeypatch.setattr(engine, "ask", refuse)
    page = opened(architecture="lenet5", dataset="stl10")
    assert page.error[0].value == "LeNet-5 does not fit."


def test_a_full_disk_is_one_sentence_and_the_form_stays(monkeypatch):
    page = opened()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    sound(page.button(key="start").click().run())
    assert "is full: free some space" in page.error[0].value
    assert page.button(key="start")
    assert runs.list_runs(damaged=True) == []


@pytest.mark.parametrize(
    "query",
    [
        {"architecture": "lenet6"},
        {"dataset": "digitz"},
        {"clone": "nowhere"},
        {"clone": "../../etc"},
        {"run": "../../etc/passwd"},
        {"run": "nowhere", "clone": "nowhere"},
    ],
)
def test_an_address_that_names_nothing_is_one_sentence(query):
    page = opened(**query)
    assert len(page.error) == 1
    assert "Back to the form" in said(page)


# -- clone --


def test_a_clone_is_set_as_its_model(asked, tiny_run):
    page = opened(clone=tiny_run.name)
    assert f"Everything is set as in {tiny_run.name}" in said(page)
    sound(page.button(key="start").click().run())
    new = next(run for run in runs.list_runs() if run != tiny_run)
    for key in ("architecture", "dataset", "recipe", "knobs", "input_shape"):
        assert getattr(new.config, key) == getattr(tiny_run.config, key), key


def cloned() -> Run:
    """A run to clone, off the beaten track in every setting."""
    knobs = {"width": 0.5, "dropout": 0.3, "kernel_size": 3, "residual": True, "padding": "same"}
    settings = {"learning_rate": 0.0123, "optimizer": "sgd", "ema": 0.99, "seed": 2**31 - 1}
    return runs.create(recipe.plan("lenet5", "digits", settings, knobs, (32, 32, 3)))


def test_a_clone_keeps_odd_knobs_and_sizes(asked):
    model = cloned()
    page = opened(clone=model.name)
    assert asked[-1].input_shape == (32, 32, 3)
    sound(page.button(key="start").click().run())
    new = runs.list_runs()[0]
    assert new != model
    for key in ("recipe", "knobs", "input_shape"):
        assert getattr(new.config, key) == getattr(model.config, key), key


def test_a_clone_turned_into_another_network_drops_what_belongs_to_the_old_one(asked):
    model = cloned()
    page = opened(clone=model.name)
    for other in ARCHITECTURES.names():
        if other == "lenet5":
            continue
        sound(page.selectbox(key=f"architecture-{model.name}").set_value(other).run())
        assert not page.error, other
        last = asked[-1]
        name, knobs, shape = last.architecture, last.knobs, last.input_shape
        assert name == other
        assert knobs == recipe.plan(other, "digits").knobs
        assert shape == recipe.plan(other, "digits").input_shape


def test_a_clone_on_other_data_keeps_its_knobs_and_takes_that_datas_size(asked):
    model = cloned()
    page = opened(clone=model.name)
    sound(page.selectbox(key=f"dataset-{model.name}").set_value("stl10").run())
    assert not page.error
    assert asked[-1].knobs["width"] == 0.5
    usual = recipe.plan("lenet5", "stl10").input_shape
    assert asked[-1].input_shape == usual != (32, 32, 3)


def test_a_shipped_run_can_be_cloned():
    page = opened(clone="mnist_baseline")
    assert "Everything is set as in mnist_baseline" in said(page)
    assert not page.error


# -- watching --


def watched(state: str, **status) -> Run:
    """A run in this state, two epochs and half of a third behind it."""
    run = runs.create(recipe.plan("lenet5", "digits", {"epochs": 4}))
    rows = "".join(f"{e},{2 / e},0.5,{2.1 / e},0.4,0.001,1.5,900\n" for e in (1, 2))
    head = "epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds,images_per_s\n"
    (run.path / "history.csv").write_text(head + rows)
    point = {"time": 1.0, "epoch": 2, "batch": 20, "batches": 41, "loss": 0.7, "accuracy": 0.8}
    point |= {"learning_rate": 0.0005, "images_per_s": 1234.0}
    (run.path / "progress.jsonl").write_text(json.dumps(point) + "\n")
    (run.path / "log.txt").write_text("the worker's words\n")
    write_json(run.path / "status.json", {"state": state, "epoch": 2, **status})
    return run


@pytest.fixture
def holding():
    """Locks held as a worker would; given back with the test."""
    held: list[int] = []
    yield lambda run: held.append(runs.hold(run.path))
    for lock in held:
        os.close(lock)


@pytest.mark.parametrize(
    ("state", "word", "buttons", "missing"),
    [
        ("queued", "waiting", {"Leave the queue"}, {"Stop", "Resume", "Delete for good"}),
        ("running", "training", {"Stop"}, {"Resume", "Delete for good"}),
        ("stopped", "stopped", {"Resume", "Delete for good"}, {"Stop"}),
        ("failed", "failed", {"Resume", "Delete for good"}, {"Stop"}),
        ("interrupted", "interrupted", {"Resume", "Delete for good"}, {"Stop"}),
        ("done", "done", {"Delete for good"}, {"Stop", "Resume"}),
    ],
)
def test_a_run_in_each_state(holding, state, word, buttons, missing):
    run = watched("running" if state == "interrupted" else state, message="", phase="training")
    if state == "running":
        holding(run)
    page = opened(run=run.name)
    assert word in said(page)
    assert buttons | {"Clone", "New training"} <= labels(page)
    assert not missing & labels(page)
    assert len(page.get("plotly_chart")) == 3
    seen = look(page, "Log")
    assert "the worker's words" in " ".join(block.value for block in seen.code)


def test_a_training_shows_its_figures(holding):
    run = watched("running", phase="training")
    holding(run)
    page = opened(run=run.name)
    figures = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", strip(page)))
    assert figures["Training loss"] == "0.7000"
    assert figures["Validation accuracy"] == "40.00%"
    assert figures["Pictures a second"] == "1,234"
    assert figures["Epoch"] == "3 <small>of 4</small>"
    text = progress(page)
    assert "Epoch 3 of 4, batch 20 of 41" in text
    assert "left" in text


def test_a_stop_is_acknowledged_at_once(holding):
    run = watched("running", phase="training")
    holding(run)
    page = opened(run=run.name)
    sound(page.button(key="stop").click().run())
    assert run.stop_file.exists()
    assert "stopping" in said(page)
    assert page.button(key="stop").disabled


def test_a_stopped_run_is_resumed():
    run = watched("stopped")
    page = opened(run=run.name)
    sound(page.button(key="resume").click().run())
    assert run.status.state == "queued"
    assert "Leave the queue" in labels(page)


def test_a_failure_is_told_in_its_own_words():
    run = watched("failed", message="There was not enough memory: try a smaller batch size.")
    assert "not enough memory" in opened(run=run.name).error[0].value
    assert "resume" in opened(run=watched("running").name).error[0].value


def test_who_started_a_run_deletes_it_or_the_teacher(monkeypatch):
    monkeypatch.setenv("CNNLAB_TEACHER", "chalk")
    config = recipe.plan("lenet5", "digits")
    run = runs.create(dataclasses.replace(config, owner="Ann"))
    runs.request_stop(run)
    monkeypatch.setattr(Run, "status", property(lambda _: schema.Status("stopped")))

    def page(name: str, word: str) -> AppTest:
        app = AppTest.from_file(PAGE, default_timeout=120)
        app.query_params["run"] = run.name
        app.query_params["owner"] = "Ann"  # handed over with the link: it gives nothing
        app.session_state["token-kept"], app.session_state["reader-kept"] = word, name
        return sound(app.run())

    monkeypatch.setenv("CNNLAB_TOKEN", "word")
    for name, word in (("Bob", "word"), ("Ann", ""), ("", "word")):
        assert page(name, word).button(key="delete").disabled
    assert "Ann started it" in said(page("Bob", "word"))
    for name, word in (("Ann", "word"), ("Bob", "chalk")):
        assert not page(name, word).button(key="delete").disabled
    sound(page("Ann", "word").button(key="delete").click().run())
    assert not run.path.exists()


def test_deleting_leads_back_to_the_form():
    run = watched("stopped")
    page = opened(run=run.name)
    sound(page.button(key="delete").click().run())
    assert not run.path.exists()
    assert page.button(key="start")
    assert "run" not in page.query_params


def test_clone_and_new_lead_to_the_form():
    run = watched("stopped")
    page = sound(opened(run=run.name).button(key="clone").click().run())
    assert page.query_params["clone"] == run.name
    assert page.button(key="start")
    page = sound(opened(run=run.name).button(key="new").click().run())
    assert page.button(key="start")


@pytest.mark.parametrize("moment", ["before", "between"])
def test_a_folder_deleted_while_its_page_is_open(holding, moment):
    run = watched("running", phase="training")
    holding(run)
    page = opened(run=run.name)
    shutil.rmtree(run.path)
    if moment == "between":
        page.button(key="stop").click()
    sound(page.run())
    assert len(page.error) == 1
    assert "Back to the form" in said(page)


def test_a_resume_that_lost_the_race_is_one_sentence(holding):
    run = watched("stopped")
    page = opened(run=run.name)
    holding(run)
    sound(page.button(key="resume").click().run())
    assert "still training" in page.error[0].value


@pytest.mark.parametrize("file", ["config.json", "status.json", "metrics.json"])
@pytest.mark.parametrize("content", ["", "{", "[]", None])
def test_damaged_files_are_a_sentence_not_a_stack_trace(tiny_run, file, content):
    if content is None:
        (tiny_run.path / file).unlink()
    else:
        (tiny_run.path / file).write_text(content)
    page = opened(run=tiny_run.name)
    assert page.error or page.warning
    opened()


def test_a_damaged_run_says_what_is_wrong_and_can_be_deleted(tiny_run):
    (tiny_run.path / "config.json").write_text('{"architecture": 5}')
    page = opened(run=tiny_run.name)
    sound(page)
    assert "config.json is damaged: architecture should be text" in page.error[0].value.replace(
        "\\", ""
    )
    sound(page.button(key="delete").click().run())
    assert not tiny_run.path.exists()


def test_damaged_curves_are_drawn_as_far_as_they_are_sound():
    run = watched("stopped")
    with (run.path / "history.csv").open("a") as file:
        file.write("3,nan,")
    (run.path / "progress.jsonl").write_bytes(b"\0\0\n{\n")
    assert len(opened(run=run.name).get("plotly_chart")) == 3


def test_a_finished_run_leads_on(tiny_run):
    page = opened(run=tiny_run.name)
    accuracy = f"{tiny_run.metrics.test_accuracy:.2%}"
    assert f"Test accuracy {accuracy} on 359 pictures" in page.success[0].value
    assert f"](/inside?run={tiny_run.name})" in said(page)
    assert f"](/predict?run={tiny_run.name})" in said(page)
    assert page.subheader[0].value == "tiny"
    look(page, "Log")
    assert any("cnnlab train lenet5" in block.value for block in page.code)


def test_a_shipped_run_can_be_watched_not_deleted():
    page = opened(run="lenet5")
    assert page.success
    assert not {"Stop", "Resume", "Delete for good"} & labels(page)


def test_a_run_made_without_a_recipe_can_be_looked_at():
    finished_run(paths.runs_dir(), "0001-mine-digits")
    page = opened(run="0001-mine-digits")
    assert "done" in said(page)
    assert not page.error


# -- what one may look at --


def with_looks(run: Run, classes: int = 10) -> Run:
    """The files a worker leaves for the other views."""
    counts = [
        [9 if i == j else int(i == 1 and j == 7) for j in range(classes)] for i in range(classes)
    ]
    write_json(run.path / "confusion.json", {"epoch": 2, "counts": counts})
    rows = [
        {"epoch": e, "layers": ["conv1", "dense"], "weights": [3.0, 4.0 + e], "gradients": [0.1, 0]}
        for e in (1, 2)
    ]
    (run.path / "norms.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return run


def test_the_other_views_show_what_the_worker_wrote(tiny_run):
    page = opened(run=tiny_run.name)
    assert len(page.get("plotly_chart")) == 3
    look(page, "Confusion")
    assert "after epoch 3" in said(page)
    assert len(page.get("plotly_chart")) == 1
    look(page, "Weights")
    assert len(page.get("plotly_chart")) == 2
    look(page, "Kernels")
    assert len(page.get("plotly_chart")) == 2
    assert "first kernels of conv1" in said(page)


@pytest.mark.parametrize("what", ["Confusion", "Weights", "Kernels", "Log", "Learning"])
def test_before_the_first_epoch_every_view_says_so(what):
    run = runs.create(recipe.plan("lenet5", "digits"))
    page = look(opened(run=run.name), what)
    assert not page.get("plotly_chart")
    assert not page.error


@pytest.mark.parametrize("what", ["Confusion", "Weights", "Kernels", "Log"])
def test_damaged_files_of_a_view_break_nothing(what):
    run = watched("stopped")
    (run.path / "confusion.json").write_text("[")
    (run.path / "norms.jsonl").write_text("{\n")
    (run.path / "snapshots").mkdir()
    (run.path / "snapshots" / "initial.npz").write_bytes(b"PK")
    assert not look(opened(run=run.name), what).error


def test_many_classes_are_listed_as_pairs():
    run = with_looks(watched("stopped"), classes=40)
    labels = tuple(f"class {i}" for i in range(40))
    schema.write(run.path / "config.json", replace(run.config, labels=labels, classes=40))
    page = look(opened(run=run.name), "Confusion")
    assert page.dataframe[0].value.to_dict("records") == [
        {"true class": "class 1", "called": "class 7", "pictures": 1}
    ]


def test_earlier_runs_are_laid_on_the_same_axes(tiny_run):
    run = watched("stopped")
    elsewhere = runs.create(recipe.plan("lenet5", "mnist"))
    shutil.copy(tiny_run.path / "history.csv", elsewhere.path / "history.csv")
    page = opened(run=run.name)
    sound(page.toggle(key="compare").set_value(True).run())
    picker = page.multiselect(key=f"earlier-{run.name}")
    assert "tiny on Digits" in picker.options[0]  # same data first, though older
    sound(picker.set_value([tiny_run.name]).run())
    drawn = json.loads(page.get("plotly_chart")[0].proto.spec)["data"]
    assert "tiny" in [line["name"] for line in drawn]


def test_log_axes_and_smoothing():
    page = opened(run=watched("stopped").name)
    for key in ("log-loss", "smooth"):
        sound(page.toggle(key=key).set_value(True).run())
    spec = json.loads(page.get("plotly_chart")[0].proto.spec)
    assert spec["layout"]["yaxis"]["type"] == "log"
    assert spec["layout"]["yaxis"]["title"]["text"] == "share of mistakes"


# -- whose turn it is --


def test_a_name_is_never_taken_from_an_address_and_can_be_changed():
    page = opened(owner="Ann")
    assert page.text_input(key="reader").value != "Ann"
    page.text_input(key="reader").set_value(" Bob *x* ").run()
    sound(page.button(key="start").click().run())
    (run,) = runs.list_runs()
    assert run.config.owner == "Bob *x*"
    assert "started by Bob *x*" in said(page)
    assert any(r"started by Bob \*x\*" in caption.proto.body for caption in page.caption)
    page = sound(page.button(key="new").click().run())
    assert page.text_input(key="reader").value == "Bob *x*"


def name_field():
    """What the frame does for the reader's name, and the field."""
    from pages.parts.shared import reader

    reader.remember_reader()
    reader.reader_name()


def test_a_made_up_name_told_late_does_not_replace_the_kept_one(monkeypatch):
    told = SimpleNamespace(name=None)
    monkeypatch.setattr(reader, "_store", lambda **_: told)
    page = AppTest.from_function(name_field, default_timeout=120).run()
    late = page._tree.get_widget_states()
    told.name = "Ann"
    assert sound(page.run()).text_input(key="reader").value == "Ann"
    sound(page._run(late))
    assert sound(page.run()).text_input(key="reader").value == "Ann"
    page.text_input(key="reader").set_value("Bob").run()
    assert page.text_input(key="reader").value == "Bob"


def test_two_browsers_get_two_names():
    names = {opened().text_input(key="reader").value for _ in range(8)}
    assert len(names) > 1


def test_priority_needs_the_token_where_there_is_one(monkeypatch):
    monkeypatch.setenv("CNNLAB_TEACHER", "chalk")
    page = opened()
    assert page.toggle(key="priority").disabled
    page.session_state["token-kept"] = "guess"
    assert page.run().toggle(key="priority").disabled
    page.session_state["token-kept"] = "chalk"
    page.run()
    page.toggle(key="priority").set_value(True).run()
    sound(page.button(key="start").click().run())
    assert runs.list_runs()[0].priority_file.exists()


def test_without_a_token_anybody_may_move_ahead():
    first, second = (runs.create(recipe.plan("lenet5", "digits")) for _ in range(2))
    page = opened(run=second.name)
    assert "Number 2 in the queue" in progress(page)
    sound(page.button(key="ahead").click().run())
    assert "Number 1 in the queue" in progress(page)
    assert first.status.state == "queued"


def test_a_students_page_has_no_way_ahead(monkeypatch):
    monkeypatch.setenv("CNNLAB_TEACHER", "chalk")
    run = runs.create(recipe.plan("lenet5", "digits"))
    assert "Move to the front" not in labels(opened(run=run.name))


def test_leaving_the_queue_and_coming_back():
    run = runs.create(recipe.plan("lenet5", "digits"))
    page = sound(opened(run=run.name).button(key="stop").click().run())
    assert run.status.state == "stopped"
    sound(page.button(key="resume").click().run())
    assert run.status.state == "queued"


def test_what_follows_another_run_says_so():
    first = runs.create(recipe.plan("lenet5", "digits"))
    second = runs.create(config(after=(first.name,)))
    page = opened(run=second.name)
    assert f"Waits until {first.name} is done." in progress(page)
    assert "The queue" in said(opened())


def test_a_tab_on_a_stopped_run_notices_that_another_took_it_up(holding):
    run = watched("stopped")
    page = opened(run=run.name)
    runs.requeue(run)
    sound(page.run())
    assert "Leave the queue" in labels(page)


def test_the_buttons_change_when_a_waiting_run_starts(holding, monkeypatch):
    """The fragment alone runs by the clock: it asks for the whole page then."""
    run = watched("queued")
    page = opened(run=run.name)
    assert "Leave the queue" in labels(page)
    asked = []
    monkeypatch.setattr(st, "rerun", lambda: asked.append(run.status.state))
    before = run.status
    watch._live(run.name, before)
    assert asked == []
    write_json(run.path / "status.json", {"state": "running"})
    holding(run)
    watch._live(run.name, before)
    assert asked == ["running"]


# -- notes --


def test_notes_are_kept_shown_as_written_and_found():
    run, other = watched("stopped"), watched("stopped")
    page = opened(run=run.name)
    page.text_area(key=f"note-{run.name}").set_value("half the *filters* <b>")
    page.text_input(key=f"tags-{run.name}").set_value(" small , homework 3,, small")
    sound(page.button(key=f"keep-{run.name}").click().run())
    assert run.notes == schema.Notes("half the *filters* <b>", ("small", "homework 3"))
    assert "half the *filters* <b>" in [block.value for block in page.text]
    for _ in range(2):
        watched("done")
    page = opened()
    assert len(page.dataframe[0].value) == 4
    page.text_input(key="find").set_value("HOMEWORK filters").run()
    assert list(page.dataframe[0].value["run"]) == [run.name]
    page.text_input(key="find").set_value("nowhere").run()
    assert "No training has all of these words" in said(page)
    assert other.notes == schema.Notes()


def test_a_title_is_shown_letter_by_letter():
    run = runs.create(recipe.plan("lenet5", "digits", title="**a** [b](http://c) $d$ :red[e] <i>"))
    told = opened(run=run.name).subheader[0].proto.body
    assert told.replace("\u2060", "_") == r"\*\*a\*\* \[b\]\(http\:_\/\/c\) \$d\$ \:red\[e\] \<i\>"


def test_notes_that_cannot_be_written_are_one_sentence(monkeypatch):
    run = watched("stopped")
    page = opened(run=run.name)
    page.text_area(key=f"note-{run.name}").set_value("x")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    sound(page.button(key=f"keep-{run.name}").click().run())
    assert "is full: free some space" in page.error[0].value


# -- the list --


def test_the_list_shows_all_runs_and_an_empty_one_says_what_to_do(tiny_run):
    watched("stopped")
    page = opened()
    assert list(page.dataframe[0].value["state"]) == ["stopped", "done"]
    for run in runs.list_runs():
        runs.delete(run)
    assert "None yet" in said(opened())


def test_what_is_registered_is_chosen_by_title_with_its_help():
    page = opened()
    for knob, registry in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
        box = page.selectbox(key=f"recipe-lenet5-mnist_small--{knob}")
        assert box.options == [card.title for card in registry]
        for card in registry:
            assert f"**{card.title}**: {card.in_short}" in box.help


# -- changing a training while it runs --


def test_rate_and_epochs_of_a_training_are_asked_for_and_what_was_changed_is_said():
    run = runs.create(config())
    page = opened(run=run.name)
    page.number_input(key=f"new-rate-{run.name}").set_value(0.0005)
    page.number_input(key=f"new-epochs-{run.name}-30").set_value(40)
    sound(page.button(key=f"change-it-{run.name}").click().run())
    asked = runs.requested_change(run)
    assert (asked.learning_rate, asked.epochs) == (0.0005, 40)
    assert "not yet taken up" in said(page)
    runs.take_change(run, 2, 9, 45)
    page = opened(run=run.name)
    assert "after 2.2 epochs: learning rate 0.0005, 40 epochs in all" in said(page)
    assert "command alone does not repeat" in said(page)
    assert page.number_input(key=f"new-epochs-{run.name}-40").value == 40


def test_what_is_done_is_not_changed():
    page = opened(run="lenet5")
    assert not [field for field in page.number_input if "new-rate" in (field.key or "")]
