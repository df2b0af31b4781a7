"""The Home page: the ways in, what is shipped, what was trained last."""

import base64
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cnnlab import engine, lab, paths, recipe, runs
from cnnlab.errors import LabError
from cnnlab.prediction import board

PAGE = str(paths.ROOT / "pages" / "home.py")


def home() -> AppTest:
    """The page, run once without a complaint."""
    page = AppTest.from_file(PAGE, default_timeout=120).run()
    assert not page.exception
    assert not page.error
    return page


@pytest.mark.usefixtures("nothing_shipped")
def test_with_nothing_trained_it_shows_the_four_ways_in():
    page = home()
    links = [block.value for block in page.markdown]
    for target in ("architectures", "train", "inside", "predict"):
        assert any(f"](/{target})" in link for link in links)
    assert len(page.dataframe) == 0


def test_shipped_and_own_runs_with_their_figures(tiny_run):
    page = home()
    shipped, rungs, clothes, own = (frame.value for frame in page.dataframe)
    assert "lenet5" in set(shipped["run"])
    every = {*shipped["run"], *rungs["run"], *clothes["run"]}
    assert every == {run.name for run in runs.pretrained()}
    assert {*rungs["architecture"], *clothes["architecture"]} == {"ladder"}
    assert [box.label for box in page.expander] == [ladder.words for ladder in lab.ladders()]
    assert list(own["run"]) == [tiny_run.name]
    assert own["test_accuracy"][0] == tiny_run.metrics.test_accuracy


@pytest.mark.usefixtures("nothing_shipped")
def test_the_ten_latest_runs_broken_ones_too():
    made = [runs.create(recipe.plan("lenet5", "digits")) for _ in range(12)]
    (made[11].path / "config.json").write_text("{")
    (made[10].path / "status.json").write_text("")
    own = home().dataframe[0].value
    assert list(own["run"]) == [run.name for run in reversed(made[2:])]
    assert list(own["state"][:3]) == ["damaged", "failed", "queued"]


@pytest.mark.usefixtures("nothing_shipped")
def test_own_runs_are_found_by_tag():
    made = [runs.create(recipe.plan("lenet5", "digits")) for _ in range(5)]
    runs.annotate(made[1], "", ["homework"])
    page = home()
    assert list(page.dataframe[0].value["tags"][3]) == ["homework"]
    page.text_input(key="find").set_value("homework").run()
    assert list(page.dataframe[0].value["run"]) == [made[1].name]


# -- the instrument


def sent(page: AppTest) -> dict[str, Any]:
    """What the page gives its instrument."""
    (part,) = page.get("bidi_component")
    data: dict[str, Any] = json.loads(part.proto.json)
    return data


def shipped_copy(folder: Path, monkeypatch, *names: str) -> Path:
    """Some of the shipped runs in a place of their own."""
    for name in names:
        shutil.copytree(paths.ROOT / "pretrained" / name, folder / name)
    monkeypatch.setattr(paths, "pretrained_dir", lambda: folder)
    return folder


def test_the_instrument_has_every_size_with_measured_figures():
    rungs = sent(home())["rungs"]
    assert len(rungs) >= 12
    assert [rung["params"] for rung in rungs] == sorted(rung["params"] for rung in rungs)
    for rung in rungs:
        metrics = runs.find(rung["run"]).metrics
        assert rung["accuracy"] == metrics.seeds.mean
        assert rung["low"] <= rung["accuracy"] <= rung["high"]
        assert rung["lost"]
        assert len(rung["lost_of"]) == 10


def test_it_starts_at_the_edge_and_every_run_is_admitted():
    data = sent(home())
    usual = next(rung for rung in data["rungs"] if rung["run"] == data["usual"])
    smaller = [r["accuracy"] for r in data["rungs"] if r["params"] < usual["params"]]
    assert usual["accuracy"] >= 0.95 > max(smaller)
    assert board.admitted(data["ticket"]) == [rung["run"] for rung in data["rungs"]]


def test_two_sizes_swap_their_figures_and_their_sentences_follow(tmp_path, monkeypatch):
    names = ("ladder_02", "ladder_03", "ladder_04")
    folder = shipped_copy(tmp_path, monkeypatch, *names)
    before = {rung["run"]: rung for rung in sent(home())["rungs"]}
    files = [folder / name / "metrics.json" for name in names[:2]]
    first, second = (json.loads(file.read_text()) for file in files)
    keys = ("confusion", "test_accuracy", "seeds")
    for file, own, other in zip(files, (first, second), (second, first), strict=True):
        file.write_text(json.dumps(own | {key: other[key] for key in keys}))
    after = {rung["run"]: rung for rung in sent(home())["rungs"]}
    assert after["ladder_02"]["accuracy"] == before["ladder_03"]["accuracy"]
    for name in names[:2]:
        assert after[name]["lost"] != before[name]["lost"]
        assert after[name]["lost_of"] != before[name]["lost_of"]
    assert after["ladder_04"] == before["ladder_04"]


def test_a_damaged_size_costs_itself_alone(tmp_path, monkeypatch):
    names = ("ladder_02", "ladder_03", "ladder_04", "ladder_05")
    folder = shipped_copy(tmp_path, monkeypatch, *names)
    (folder / "ladder_03" / "metrics.json").write_text("[]")
    (folder / "ladder_04" / "model.tflite").write_bytes(b"no model")
    rungs = {rung["run"]: rung for rung in sent(home())["rungs"]}
    assert list(rungs) == ["ladder_02", "ladder_04", "ladder_05"]
    assert rungs["ladder_04"]["lost"]
    assert rungs["ladder_04"]["kernels"] == []


def test_a_browser_that_cannot_ask_is_answered_by_the_page():
    page = home()
    assert "probabilities" not in sent(page)
    grey = np.zeros((140, 140), np.uint8)
    grey[20:120, 65:77] = 255
    reported = {"turn": 1, "raster": base64.b64encode(grey.tobytes()).decode(), "failed": True}
    page.session_state["home"] = {"state": reported}
    page.run()
    data = sent(page)
    assert data["turn"] == 1
    assert len(data["probabilities"]) == len(data["rungs"])
    assert np.argmax(data["probabilities"][-1]) == 1
    page.session_state["home"] = {"state": reported | {"raster": "%%%"}}
    page.run()
    assert not page.exception
    assert "probabilities" not in sent(page)


# -- why it falls


def at(run: str, raster: str = "", apart: bool = True) -> AppTest:
    """The page with a size chosen in the instrument, and its step taken apart."""
    page = AppTest.from_file(PAGE, default_timeout=120)
    page.session_state["home"] = {"state": {"turn": 1, "raster": raster, "run": run}}
    page.session_state["apart"] = apart
    return page.run()


def words(page: AppTest) -> str:
    """All Markdown of a page."""
    return "\n".join(block.value for block in page.markdown)


@pytest.mark.usefixtures("answering")
def test_a_step_is_taken_apart_with_measured_reasons():
    page = at("ladder_02")
    assert not page.exception
    assert not page.error
    text = words(page)
    assert "Why it falls: 60 beside 97 parameters" in text
    assert "97 parameters, without training it again: on pictures of 7x7" in text
    assert re.search(r"of 2,000 pictures .* [1-9]\d* are read with 97 parameters", text)
    tables = [frame.value.to_dict("records") for frame in page.dataframe]
    pairs = next(rows for rows in tables if "pair" in rows[0])
    small, large = (runs.find(name).metrics.confusion for name in ("ladder_02", "ladder_03"))
    for row in pairs:
        truth, said = map(int, row["pair"].split(" \u2192 "))
        assert (row["smaller"], row["larger"]) == (small[truth][said], large[truth][said])
        assert row["smaller"] > row["larger"]
    built = next(rows for rows in tables if "what" in rows[0])
    assert {"what": "finest maps", "smaller": "7x7", "larger": "14x14"} in built
    ablations = next(rows for rows in tables if "left" in rows[0])
    assert all(row["accuracy"] < row["before"] for row in ablations)


def test_the_largest_is_compared_with_the_one_below_it():
    page = at("ladder_16", apart=False)
    assert "Why it falls: 49,978 beside 97,802 parameters" in words(page)
    assert "Taken for another" not in words(page)


def test_without_its_engine_the_step_is_one_sentence(monkeypatch):
    def refuse(question):
        raise LabError("The computing process is not here.")

    monkeypatch.setattr(engine, "ask", refuse)
    st.cache_resource.clear()
    page = at("ladder_05")
    assert not page.exception
    assert [error.value for error in page.error] == ["The computing process is not here."]
    assert "Why it falls: 182 beside 263 parameters" in words(page)


def test_sizes_never_counted_class_by_class_say_so(tmp_path, monkeypatch):
    folder = shipped_copy(tmp_path, monkeypatch, "ladder_02", "ladder_03", "ladder_04")
    file = folder / "ladder_03" / "metrics.json"
    metrics = json.loads(file.read_text())
    file.write_text(json.dumps({k: v for k, v in metrics.items() if k != "confusion"}))
    page = at("ladder_02")
    assert not page.exception
    assert "ladder_03 was not counted class by class" in page.error[0].value
