"""The Evaluate page in all its views, without an engine: its functions are called in place."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cnnlab import engine, schema
from tests.small_tflite import finished_run

PAGE = str(Path(__file__).resolve().parents[2] / "pages" / "evaluate.py")


def open_page(**query: str) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def test_without_a_model_it_says_what_to_do(nothing_shipped):
    page = open_page()
    assert not page.exception
    assert "Nothing is trained yet" in page.info[0].value


@pytest.mark.usefixtures("answering", "nothing_shipped")
@pytest.mark.parametrize(
    "view", ["Confusion", "Mistakes", "Confidence", "Classes", "Against another"]
)
def test_every_view_of_a_run(tiny_run, view):
    page = open_page(run=tiny_run.name, view=view)
    assert not page.exception
    assert not page.error
    accuracy = f"{tiny_run.metrics.test_accuracy:.2%}"
    assert next(m.value for m in page.metric if m.label == "Test accuracy") == accuracy


@pytest.mark.usefixtures("nothing_shipped")
@pytest.mark.parametrize(
    "view", ["Confusion", "Mistakes", "Confidence", "Classes", "Against another"]
)
def test_a_view_asks_the_engine_once(tiny_run, monkeypatch, view):
    asked = []
    monkeypatch.setattr(engine, "ask", lambda q: asked.append(type(q).__name__) or q.answer())
    st.cache_data.clear()
    if view == "Against another":
        shutil.copytree(tiny_run.path, tiny_run.path.with_name("twin"))
    page = open_page(run=tiny_run.name, view=view)
    assert not page.exception
    assert asked == ["Rivalry" if view == "Against another" else "EvaluationReport"]
    assert page.metric[0].label == "Test accuracy"
    if view == "Confusion":
        said = [block.value for block in page.markdown]
        assert any("** called **" in words for words in said)


@pytest.mark.usefixtures("answering", "nothing_shipped")
def test_an_unreadable_model_is_one_sentence(tiny_run):
    tiny_run.model_file.write_bytes(b"no model")
    page = open_page(run=tiny_run.name)
    assert not page.exception
    assert "cannot be read" in page.error[0].value


@pytest.mark.usefixtures("answering", "nothing_shipped")
def test_missing_data_is_one_sentence():
    from cnnlab import paths

    folder = finished_run(paths.runs_dir(), "0001-three")
    (folder / "model.keras").write_bytes(b"never opened")
    page = open_page(run="0001-three")
    assert not page.exception
    assert page.error


@pytest.mark.usefixtures("nothing_shipped")
def test_an_imported_model_of_unknown_data_is_led_on(tiny_run):
    schema.write(tiny_run.path / "config.json", replace(tiny_run.config, dataset="unknown"))
    page = open_page(run=tiny_run.name)
    assert not page.exception
    assert not page.error
    assert "no test pictures" in page.info[0].value


@pytest.mark.usefixtures("answering", "nothing_shipped")
def test_figures_published_on_other_data_stand_beside_no_run(tiny_run):
    page = open_page(run=tiny_run.name)
    assert not page.exception
    assert not any("Published by" in caption.value for caption in page.caption)
