"""The clinic: findings with their evidence, and one press that trains the mended run."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import jobs, lab, paths, recipe, runs
from cnnlab.clinic import Finding
from cnnlab.clinic.patient_files import patients
from cnnlab.errors import LabError

FOUND = Finding(
    "rate_too_high",
    "With a learning rate of 0.1, the loss was no number in 3 epochs.",
    0.97,
    "Train with a learning rate of 0.001.",
    {"learning_rate": 0.001},
)


@pytest.fixture(autouse=True)
def _nothing_trains(monkeypatch):
    monkeypatch.setattr(jobs, "dispatch", lambda: None)


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(str(paths.ROOT / "pages" / "clinic.py"), default_timeout=120)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def test_a_finding_is_shown_and_its_treatment_trained(tiny_run, monkeypatch):
    monkeypatch.setattr(lab, "ask", lambda question: (FOUND,))
    page = opened(run=tiny_run.name)
    shown = " ".join(one.value for one in page.markdown)
    assert FOUND.evidence in shown
    page.button(key="treat-rate_too_high").click().run()
    mended = runs.list_runs()[0]
    assert mended.config.recipe.learning_rate == 0.001
    assert mended.config.recipe.epochs == tiny_run.config.recipe.epochs


def test_a_healthy_run_is_called_so(tiny_run, monkeypatch):
    monkeypatch.setattr(lab, "ask", lambda question: ())
    assert [one.value for one in opened(run=tiny_run.name).success] == [
        "Nothing is wrong that shows."
    ]


def test_what_cannot_be_examined_is_a_sentence(tiny_run, monkeypatch):
    def refuse(question):
        raise LabError("The data are gone: bring them back.")

    monkeypatch.setattr(lab, "ask", refuse)
    assert [one.value for one in opened(run=tiny_run.name).error] == [
        "The data are gone: bring them back."
    ]


def test_nothing_is_examined_before_it_is_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr(lab, "ask", lambda question: asked.append(question) or ())
    page = opened()
    page.run()
    assert not asked
    page.button[0].click().run()
    assert [question.folder.name for question in asked] == [page.query_params["run"]]


def test_a_patient_is_trained_by_one_press(monkeypatch):
    monkeypatch.setattr(lab, "ask", lambda question: pytest.fail("nobody asked"))
    name, patient = next(iter(patients()[0].items()))
    page = opened()
    page.button(key=f"patient-{name}").click().run()
    assert not page.exception
    made = runs.list_runs()[0].config
    assert (made.title, made.recipe) == (patient.title, patient.plan().recipe)
    assert made.owner


def test_a_tiny_run_is_examined_by_the_engines_own_question(tiny_run, answering):
    from cnnlab.clinic.questions import Diagnosis

    found = lab.ask(Diagnosis(tiny_run.path))
    assert all(isinstance(one, Finding) for one in found)
    with pytest.raises(LabError, match="no finished epoch"):
        lab.ask(Diagnosis(runs.create(recipe.plan("lenet5", "digits", {"epochs": 1})).path))
