"""Break it: every view by itself, one question to the engine each, odd addresses, a blank pad."""

import base64

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import engine, lab, paths
from cnnlab.errors import LabError
from cnnlab.robustness import TRANSFORMS

PAGE = str(paths.ROOT / "pages" / "break_it.py")
RUNS = ["ladder_03", "ladder_05"]


@pytest.fixture
def asked(asked) -> list[str]:
    """As everywhere; the test pictures, which all pages share, are there already."""
    lab.test_pictures("mnist_small", (28, 28, 1))
    asked.clear()
    return asked


def opened(**query) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in {"run": RUNS, **query}.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    blocks = [*page.markdown, *page.caption, *page.info, *page.error]
    html = [element.proto.body for element in page.get("html")]
    return " ".join([*(block.value for block in blocks), *html])


@pytest.mark.parametrize(
    ("view", "says"),
    [
        ("curves", "The smallest change that flips the answer"),
        ("shifts", "of the places"),
        ("nearest", "Nearest pixel by pixel"),
        ("test", "on average once spoiled"),
    ],
)
def test_every_view_asks_once_and_the_next_run_not_again(asked, view, says):
    page = opened(view=view)
    assert not page.error
    assert says in words(page)
    assert asked == ["Each"]
    assert not page.run().exception
    assert asked == ["Each"]


def test_a_transform_and_a_picture_are_in_the_address(asked):
    page = opened(transform="turn", sample="3")
    assert page.selectbox(key="transform").value == "turn"
    sound = page.selectbox(key="transform").select("noise").run()
    assert not sound.exception
    assert page.query_params["transform"] in ("noise", ["noise"])
    assert asked == ["Each"]  # one question holds all transforms
    page.number_input(key="seed").set_value(4).run()
    assert asked == ["Each", "Each"]
    told = words(page)
    assert all(card.title in told for card in TRANSFORMS)


def test_a_blank_pad_asks_for_a_drawing_and_a_stroke_is_spoiled(asked):
    page = opened(**{"from": "Draw"})
    assert "Choose a picture or draw one" in words(page)
    grey = np.zeros((140, 140), np.uint8)
    grey[20:120, 65:77] = 255
    raster = base64.b64encode(grey.tobytes()).decode()
    page.session_state["drawing"] = {"drawing": {"raster": raster, "turn": 1}}
    assert not page.run().exception
    assert asked == ["Each"]
    assert " says 1 " in words(page)


def test_odd_addresses_are_put_right(asked):
    page = opened(view="soul", transform="magic", sample="999999", run=["gone", "ladder_03"])
    assert "gone" in page.warning[0].value
    assert "The smallest change" in words(page)


def test_without_the_engine_it_is_a_sentence(asked, monkeypatch):
    def refuse(*question):
        raise LabError("The computing process is not here.")

    monkeypatch.setattr(engine, "ask", refuse)
    assert "not here" in opened(run=["ladder_02"]).error[0].value


def test_the_usual_runs_learned_unlike():
    chosen = lab.unlike(3)
    assert len({run.config.recipe.augmentation for run in chosen}) > 1
    assert len({run.metrics.params for run in chosen}) == len(chosen)
