"""The Home page: the ways in, what is shipped, what was trained last."""

import base64
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import paths, recipe, runs
from cnnlab.prediction import board

PAGE = str(paths.ROOT / "pages" / "home.py")


def home() -> AppTest:
    """The page, run once without a complaint."""
    page = AppTest.from_file(PAGE, default_timeout=30).run()
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
    shipped, own = (frame.value for frame in page.dataframe)
    assert "lenet5" in set(shipped["run"])
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
    assert "said" not in sent(page)
    grey = np.zeros((140, 140), np.uint8)
    grey[20:120, 65:77] = 255
    told = {"turn": 1, "raster": base64.b64encode(grey.tobytes()).decode(), "failed": True}
    page.session_state["home"] = {"told": told}
    page.run()
    data = sent(page)
    assert data["turn"] == 1
    assert len(data["said"]) == len(data["rungs"])
    assert np.argmax(data["said"][-1]) == 1
    page.session_state["home"] = {"told": told | {"raster": "%%%"}}
    page.run()
    assert not page.exception
    assert "said" not in sent(page)
