"""The Home page: the ways in, what is shipped, what was trained last."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import paths, recipe, runs

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
