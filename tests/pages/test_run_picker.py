"""The run picker: a ladder is one choice, its size another; the address names the run."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import comparison, lab, runs
from tests.small_tflite import finished_run


def choosing() -> None:
    """A page that is nothing but the picker."""
    import streamlit as st

    from pages.parts.shared.run_picker import pick_run

    run = pick_run("Run", lambda run: True)
    st.markdown(f"chosen {run.name if run else 'nobody'}")


def opened(**query: str) -> AppTest:
    page = AppTest.from_function(choosing, default_timeout=120)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def test_all_sizes_of_a_ladder_are_one_choice():
    page = opened()
    box = page.selectbox(key="pick-Run")
    ladder = lab.digit_ladder()
    assert f"{ladder.words} (shipped)" in box.options
    assert not any(option.startswith("Ladder, rung") for option in box.options)
    ladders = lab.ladders(runs.pretrained())
    rungs = sum(len(one.rungs) for one in ladders)
    assert len(box.options) == len(runs.pretrained()) - rungs + len(ladders)
    box.select(ladder.title).run()
    size = page.select_slider(key=f"size-Run-{ladder.title}")
    assert size.options == [f"{run.metrics.params:,}" for run in ladder.rungs]
    assert page.markdown[0].value == f"chosen {ladder.rungs[-1].name}"
    size.set_value(ladder.rungs[2].name).run()
    assert page.markdown[0].value == f"chosen {ladder.rungs[2].name}"
    assert page.query_params["run"] == ladder.rungs[2].name


def test_an_address_that_names_a_size_finds_it():
    page = opened(run="ladder_04")
    assert page.selectbox(key="pick-Run").value == lab.digit_ladder().title
    assert page.markdown[0].value == "chosen ladder_04"
    page = opened(run="lenet5")
    assert page.markdown[0].value == "chosen lenet5"
    assert not page.select_slider


def test_ones_own_runs_are_rungs_of_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_RUNS", str(tmp_path))
    for number in range(1, 5):
        finished_run(tmp_path, f"000{number}-ladder-mnist")
    assert comparison.rungs_by_ladder(runs.list_runs()) == {}
    titles = comparison.rungs_by_ladder([*runs.list_runs(), *runs.pretrained()])
    assert list(titles) == ["Ladder on MNIST", "Ladder on Fashion-MNIST"]
    assert all(run.read_only for rungs in titles.values() for run in rungs)


@pytest.mark.parametrize("name", ["Compact", "lenet5"])
def test_networks_of_one_size_are_no_ladder(name):
    assert comparison.ladder_title(name, "mnist", True) == ""
    assert comparison.ladder_title("ladder", "mnist", False) == ""
    assert comparison.ladder_title("ladder", "mnist", True) == "Ladder on MNIST"
