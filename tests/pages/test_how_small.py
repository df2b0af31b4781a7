"""How small: the form, a study that grows, what may be done with it."""

import os

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import lab, paths, runs, studies
from cnnlab.errors import LabError
from cnnlab.studies import STUDIES, _driver, _folder, _start
from tests.studies import made

PAGE = str(paths.ROOT / "pages" / "how_small.py")


def opened(**query):
    app = AppTest.from_file(PAGE, default_timeout=120)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def told(app):
    return " ".join(element.value for element in (*app.markdown, *app.caption, *app.info))


def test_before_any_study_the_shipped_ladder_is_the_example():
    app = opened()
    shipped = studies.shipped()
    assert len(shipped.points) >= 12
    assert shipped.sentence in told(app)
    assert app.get("plotly_chart")
    assert not app.subheader


def test_nothing_shipped_needs_no_example(nothing_shipped):
    assert studies.shipped() is None
    assert not opened().get("plotly_chart")


def test_start_asks_for_what_is_set_and_goes_to_the_study(monkeypatch):
    asked = []

    def start(name, request, owner):
        asked.append((name, request, request.parent))
        return made.study(name)

    monkeypatch.setattr(studies, "start", start)
    app = opened()
    app.number_input(key="smallest-params").set_value(100)
    app.number_input(key="minutes-True").set_value(7.0)
    app.multiselect(key="networks-").set_value(["lenet5", "tiny_vgg"])
    app.button(key="start").click().run()
    assert not app.exception, app.exception
    ((name, request, parent),) = asked
    assert (request.dataset, request.architectures, request.kind) == (
        "digits",
        ("lenet5", "tiny_vgg"),
        "budget",
    )
    chosen = ("budget", "smallest", "largest", "minutes")
    assert [request.settings[key] for key in chosen] == ["params", 100, 50_000, 7.0]
    assert request.training["optimizer"] == "adamw"
    assert parent == ""
    assert app.query_params["study"] == name


def test_what_cannot_be_planned_is_said_where_it_was_asked(monkeypatch):
    def refuse(*given):
        raise LabError("The nearest has 30.")

    monkeypatch.setattr(studies, "start", refuse)
    app = opened()
    app.button(key="start").click().run()
    assert not app.exception
    assert app.error[0].value == "The nearest has 30."
    assert "study" not in app.query_params


def test_shrink_this_begins_with_the_runs_network_data_and_recipe(tiny_run, monkeypatch):
    asked = []
    monkeypatch.setattr(studies, "start", lambda *given: asked.append(given) or made.study("x"))
    app = opened(run=tiny_run.name)
    app.button(key="start").click().run()
    assert not app.exception, app.exception
    ((_, request, _),) = asked
    assert request.parent == tiny_run.name
    assert STUDIES[request.kind].of_run
    assert request.architectures == ("lenet5",)
    assert request.settings["largest"] == tiny_run.metrics.params // 2  # all ways get below it
    assert request.training["train_limit"] == 300
    assert request.training["learning_rate"] == 0.003
    assert request.input_shape == tiny_run.config.input_shape


@pytest.fixture
def study():
    return made.study()


def test_a_study_shows_its_answer_its_curve_and_every_rung(study):
    app = opened(study="cliff")
    assert "the first point comes" in told(app)
    _driver.drive(study, made.dispatch, tick_s=0)
    app.run()
    found = studies.answer(study)
    assert found.sentence in told(app)
    (table,) = app.dataframe
    assert list(table.value["Accuracy"]) == [point.accuracy for point in found.points]
    assert {metric.label: metric.value for metric in app.metric}["Runs"] == "15 of 15"


def test_stop_resume_and_delete(study, monkeypatch):
    lock = runs.hold(study.path)
    app = opened(study="cliff")
    app.button(key="stop").click().run()
    assert study.stop_file.exists()
    assert app.button(key="stop").disabled

    os.close(lock)
    begun = []
    monkeypatch.setattr(_start, "begin", begun.append)
    app.run()
    app.button(key="resume").click().run()
    assert not app.exception
    assert begun == [study]
    _driver.drive(study, made.dispatch, tick_s=0)
    app.run()
    app.toggle(key="with-runs").set_value(True).run()
    app.button(key="delete").click().run()
    assert not app.exception, app.exception
    assert _folder.list_studies() == []
    assert runs.list_runs() == []


def test_what_could_not_be_trained_is_said_once_and_tried_again(study, monkeypatch):
    """The dataset is gone while it works; no run that never was is called deleted."""

    def gone(*_):
        raise LabError("There is no dataset 'digits'.")

    monkeypatch.setattr(_driver, "config_of", gone)
    _driver.drive(study, made.dispatch, tick_s=0)
    app = opened(study="cliff")
    (warning,) = app.warning
    assert warning.value == "A training failed: There is no dataset 'digits'."
    assert not app.info
    begun = []
    monkeypatch.setattr(_start, "begin", begun.append)
    again = app.button(key="resume")
    assert again.label == "Try again"
    again.click().run()
    assert begun == [study]
    assert not study.results


def test_a_study_of_somebody_else_is_theirs_to_delete(study, monkeypatch):
    monkeypatch.setattr(lab, "may_delete", lambda *_: False)
    assert opened(study="cliff").button(key="delete").disabled


def test_studies_are_listed_and_one_that_is_gone_is_said(study):
    assert [one.value for one in opened().subheader] == ["Studies"]
    app = opened(study="nobody")
    assert "There is no study 'nobody'" in app.error[0].value
    assert [one.value for one in app.subheader] == ["Other studies"]


def test_a_damaged_study_is_listed_with_its_reason_and_deleted_from_the_page():
    study = made.study("torn")
    (study.path / _folder.CONFIG_FILE).write_bytes(b"\xff\xfe[")
    for query in ({"study": "torn"}, {}):
        app = opened(**query)
        assert any("torn/study.json is damaged" in error.value for error in app.error)
    app.button(key="delete-torn").click().run()
    assert not app.exception, app.exception
    assert not study.path.exists()
    assert not app.error
