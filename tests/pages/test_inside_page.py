"""The Inside page: a run's kernels at every moment, and runs that have none."""

import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import paths, recipe, runs
from cnnlab.visualization import kernels

PAGE = str(paths.ROOT / "pages" / "inside.py")


def opened(**query: str) -> AppTest:
    """The page, run once without an exception."""
    page = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    return sound(page.run())


def sound(page: AppTest) -> AppTest:
    """The page, which shows no stack trace."""
    assert not page.exception
    return page


@pytest.mark.usefixtures("nothing_shipped")
def test_with_nothing_trained_it_leads_to_training():
    page = opened()
    assert "Nothing is trained yet" in page.info[0].value


def test_a_run_that_vanished_is_named_and_another_shown(tiny_run):
    page = opened(run="0099-gone")
    assert "'0099-gone'" in page.warning[0].value
    assert page.get("plotly_chart")


def test_kernels_before_and_after(tiny_run):
    page = opened(run=tiny_run.name)
    assert not page.error
    assert len(page.get("plotly_chart")) >= 2
    assert page.query_params["run"] == tiny_run.name


def test_a_broken_run_does_not_take_the_page_down(tiny_run):
    broken = runs.create(recipe.plan("lenet5", "digits"))
    shutil.copytree(tiny_run.snapshots_dir, broken.snapshots_dir)
    (broken.path / "config.json").write_text("{")
    page = opened(run=tiny_run.name)
    assert not page.error


def test_a_damaged_snapshot_is_one_sentence(tiny_run):
    for file in tiny_run.snapshots_dir.iterdir():
        file.write_bytes(b"no numbers")
    assert opened(run=tiny_run.name).error


def test_a_network_without_convolutions_says_so(tiny_run):
    for file in tiny_run.snapshots_dir.iterdir():
        np.savez(file)
    page = opened(run=tiny_run.name)
    assert "no convolution layer" in page.error[0].value


def test_a_folder_deleted_while_the_page_is_open(tiny_run):
    page = opened(run=tiny_run.name)
    shutil.rmtree(tiny_run.path)
    sound(page.run())
    assert page.warning or page.info or page.error


def test_every_moment_can_be_chosen(tiny_run):
    page = opened(run=tiny_run.name)
    slider = next((s for s in page.select_slider if "oment" in s.label), None)
    assert slider is not None
    for moment in kernels.moments(tiny_run):
        sound(slider.set_value(moment).run())
        assert not page.error
        slider = next(s for s in page.select_slider if "oment" in s.label)
