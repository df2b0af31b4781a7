"""Whose a run or a dataset is: proved by a secret that the browser keeps, not by a typed name."""

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import datasets, lab, paths, recipe, runs, schema
from cnnlab.errors import LabError
from cnnlab.runs import Run
from tests.evaluation.test_provenance import own

KEY, OTHER = "k" * 32, "o" * 32


def started(owner: str = "Ann") -> Run:
    """A waiting run that was signed."""
    run = runs.create(dataclasses.replace(recipe.plan("lenet5", "digits"), owner=owner))
    lab.sign(run.path, owner, KEY)
    return run


def opened(page: str, key: str, name: str = "Ann", **query: str) -> AppTest:
    app = AppTest.from_file(str(paths.ROOT / "pages" / f"{page}.py"), default_timeout=120)
    app.query_params.update(query)
    app.session_state["reader-kept"], app.session_state["browser-key-kept"] = name, key
    app.run()
    assert not app.exception
    return app


def test_the_secret_proves_it_and_a_name_does_not(monkeypatch):
    run = started()
    ask = lambda reader, keys, token="": lab.may_delete(run.path, "Ann", reader, keys, token)  # noqa: E731
    assert ask("Ann", [OTHER, KEY])
    assert ask("Bob", [KEY])
    assert not ask("Ann", [OTHER])
    assert not ask("Ann", [])
    monkeypatch.setenv("CNNLAB_TEACHER", "chalk")
    assert ask("", [], "chalk")
    assert KEY not in (run.path / lab.OWNER_FILE).read_text()


def test_who_signed_first_has_it():
    run = started()
    lab.sign(run.path, "Bob", OTHER)
    assert lab.may_delete(run.path, "Ann", "", [KEY], "")
    assert not lab.may_delete(run.path, "Ann", "Bob", [OTHER], "")


@pytest.mark.parametrize("content", ["", "[]", '{"name": "Ann", "proof": ""}', '{"name": 5}'])
def test_a_damaged_signature_opens_nothing(content):
    run = started()
    (run.path / lab.OWNER_FILE).write_text(content)
    assert not lab.may_delete(run.path, "Ann", "Ann", [KEY], "")


def test_what_nobody_signed_goes_by_its_name():
    run = runs.create(dataclasses.replace(recipe.plan("lenet5", "digits"), owner="Ann"))
    assert lab.may_delete(run.path, "Ann", "Ann", [KEY], "")
    assert not lab.may_delete(run.path, "Ann", "Bob", [KEY], "")
    assert lab.may_delete(run.path, "", "Bob", [], "")


def test_the_train_page_signs_what_it_starts_and_asks_before_it_deletes(monkeypatch):
    monkeypatch.setattr("cnnlab.jobs.dispatch", lambda: None)
    page = opened("train", KEY)
    page.button(key="start").click().run()
    (run,) = runs.list_runs()
    assert schema.read(run.path / lab.OWNER_FILE, schema.Owner).name == "Ann"
    monkeypatch.setattr(Run, "status", property(lambda _: schema.Status("stopped")))
    assert opened("train", OTHER, run=run.name).button(key="delete").disabled
    mine = opened("train", KEY, run=run.name)
    mine.button(key="delete").click().run()
    assert not run.path.exists()


def test_own_datasets_have_an_owner():
    own()
    lab.sign(datasets.own_folder("own-sides"), "Ann", KEY)
    assert datasets.DATASETS["own-sides"].labels == ("left", "right")
    assert opened("datasets", OTHER, dataset="own-sides").button(key="delete-own").disabled
    opened("datasets", KEY, dataset="own-sides").button(key="delete-own").click().run()
    with pytest.raises(LabError, match="no dataset"):
        datasets.own_folder("own-sides")
