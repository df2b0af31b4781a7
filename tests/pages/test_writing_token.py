"""With a token set, whatever changes something on the server asks for it; looking does not."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import lab
from pages.parts.shared import writing

PAGES = Path(__file__).resolve().parents[2] / "pages"


@pytest.fixture
def guarded(monkeypatch):
    monkeypatch.setenv("CNNLAB_TOKEN", "sesame")


def button(page: AppTest, key: str):
    return next(button for button in page.button if button.key == key)


def opened(name: str, token: str = "", **query: str) -> AppTest:
    page = AppTest.from_file(str(PAGES / name), default_timeout=120)
    page.session_state["token-kept"] = token
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize(
    ("name", "key"), [("train.py", "start"), ("inside.py", "import"), ("datasets.py", "download")]
)
def test_without_the_token_the_button_is_off_and_says_so(name, key, monkeypatch):
    monkeypatch.delenv("CNNLAB_DATA", raising=False)
    query = {"dataset": "stl10"} if key == "download" else {}
    page = opened(name, **query)
    assert not page.exception
    assert button(page, key).disabled
    assert "token" in button(page, key).help


@pytest.mark.usefixtures("guarded")
def test_with_the_token_a_training_may_start():
    assert writing.WHY_NOT in [caption.value for caption in opened("train.py").caption]
    page = opened("train.py", "sesame")
    assert not button(page, "start").disabled
    assert writing.WHY_NOT not in [caption.value for caption in page.caption]


@pytest.mark.usefixtures("guarded")
def test_a_press_forged_past_the_switched_off_button_counts_for_nothing(monkeypatch):
    monkeypatch.setattr(writing.st, "button", lambda *given, **more: True)
    assert not writing.writing_button("Start", "start")
    monkeypatch.setattr(writing, "token", lambda: "sesame")
    assert writing.writing_button("Start", "start")


@pytest.mark.usefixtures("guarded")
def test_the_field_takes_the_token_and_says_when_it_is_wrong():
    page = opened("_frame.py")
    field = next(field for field in page.text_input if field.key == "token")
    assert any("not the token" in c.value for c in field.set_value("open").run().caption)
    field = next(field for field in page.text_input if field.key == "token")
    assert not any("not the token" in c.value for c in field.set_value("sesame").run().caption)


def test_without_a_secret_nobody_is_asked():
    page = opened("_frame.py")
    assert not [field for field in page.text_input if field.key == "token"]


def test_the_teachers_word_leads_and_writes(monkeypatch):
    monkeypatch.setenv("CNNLAB_TEACHER", "chalk")
    assert lab.may_write("")
    assert not lab.may_lead("")
    assert lab.may_lead("chalk")
    monkeypatch.setenv("CNNLAB_TOKEN", "sesame")
    assert lab.may_write("sesame")
    assert lab.may_write("chalk")
    assert not lab.may_write("wrong")
    assert not lab.may_lead("sesame")
