"""The list of trainings: what is ticked is opened or deleted, deleted runs come back."""

import json
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cnnlab import engine, jobs, paths, recipe, runs
from cnnlab.errors import LabError
from pages.parts.shared import run_list


@pytest.fixture(autouse=True)
def ticked(monkeypatch) -> set[str]:
    """No process is started. Yields the names of the runs that are ticked."""

    def refuse(*_):
        raise LabError("The computing process is not here.")

    names: set[str] = set()
    st.cache_data.clear()
    monkeypatch.setattr(engine, "ask", refuse)
    monkeypatch.setattr(jobs, "dispatch", list)
    drawn = run_list._ticked
    monkeypatch.setattr(
        run_list, "_ticked", lambda rows: drawn(rows) or [r for r in rows if r["run"] in names]
    )
    return names


def made(owner: str = "") -> runs.Run:
    """A run that waits."""
    return runs.create(replace(recipe.plan("lenet5", "digits"), owner=owner))


def opened(reader: str = "Ann") -> AppTest:
    """The Train page, whose reader is known."""
    page = AppTest.from_file(str(paths.ROOT / "pages" / "train.py"), default_timeout=120)
    page.session_state["reader-kept"] = reader
    page.run()
    assert not page.exception
    return page


def shown(page: AppTest) -> list[str]:
    """The runs in the list, from the top."""
    return list(next(one.value for one in page.dataframe if "epochs" in one.value)["run"])


def test_one_ticked_run_opens(ticked):
    first, _ = made(), made()
    ticked.add(first.name)
    page = opened()
    assert page.button(key="shelf-compare").disabled
    page.button(key="shelf-open").click().run()
    assert not page.exception
    assert page.query_params["run"] == first.name


def test_several_are_deleted_and_come_back(ticked):
    several = [made() for _ in range(3)]
    ticked.update(run.name for run in several[:2])
    page = opened()
    assert page.button(key="shelf-open").disabled
    assert not page.button(key="shelf-compare").disabled
    page.button(key="shelf-delete").click().run()
    assert shown(page) == [several[2].name]
    assert any("Deleted 2 runs." in block.value for block in page.markdown)
    ticked.clear()
    page.button(key="shelf-undo").click().run()
    assert len(shown(page)) == 3
    assert not any("Deleted" in block.value for block in page.markdown)


def test_what_somebody_else_started_is_theirs(ticked, monkeypatch):
    monkeypatch.setenv("CNNLAB_TEACHER", "chalk")
    ticked.add(made("Bob").name)
    page = opened("Ann")
    assert page.button(key="shelf-delete").disabled
    assert "Somebody else" in page.button(key="shelf-delete").help


def test_ones_own_come_first():
    mine, his, new = made("Ann"), made("Bob"), made("Bob")
    page = opened("Ann")
    assert shown(page) == [mine.name, new.name, his.name]
    page.segmented_control(key="whose").set_value("Mine").run()
    assert shown(page) == [mine.name]
    page.segmented_control(key="whose").set_value("Everybody's").run()
    assert shown(page) == [new.name, his.name, mine.name]


def test_the_list_says_what_it_takes_of_the_disk():
    made()
    page = opened()
    assert any("1 run takes" in one.value and " KiB" in one.value for one in page.caption)


def test_the_others_are_held_against_a_pinned_run(ticked, tmp_path):
    """On the same pictures: points; parameters always, as a share or a factor."""
    figures = ((1000, 0.9, "Digits"), (1200, 0.95, "Digits"), (250, 0.5, "MNIST"))
    one, two, three = (made() for _ in figures)
    for run, (params, accuracy, variant) in zip((one, two, three), figures, strict=True):
        metrics = {"params": params, "test_accuracy": accuracy, "variant": variant}
        (run.path / "metrics.json").write_text(json.dumps(metrics))
    ticked.add(one.name)
    page = opened()
    page.button(key="shelf-pin").click().run()
    assert not page.exception
    rows = next(t.value for t in page.dataframe if "epochs" in t.value).set_index("run")
    # A sign no spreadsheet takes for a formula stands in front.
    held = rows["accuracy_against"].fillna("").str.lstrip("\u2060")
    assert held.to_dict() == {one.name: "", two.name: "+5.00 points", three.name: ""}
    held = rows["params_against"].fillna("").str.lstrip("\u2060")
    assert held.to_dict() == {one.name: "", two.name: "+20 %", three.name: "0.25×"}
    page.button(key="shelf-unpin").click().run()
    assert "accuracy_against" not in next(t.value for t in page.dataframe if "epochs" in t.value)
