"""The page Class: who may do what, and what a pupil sees of others."""

import dataclasses
import re

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import lab, paths, recipe, rooms, runs
from tests.rooms.test_rooms import ANN, BOB, score

HOSTILE = "Ann <img src=x onerror=alert(1)> **bold** [x](http://e.org)"


def opened(page: str, key: str, token: str = "", **query: str) -> AppTest:
    app = AppTest.from_file(str(paths.ROOT / "pages" / f"{page}.py"), default_timeout=120)
    app.query_params.update(query)
    app.session_state["browser-key-kept"], app.session_state["token-kept"] = key, token
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """All that stands on the page."""
    kinds = (app.markdown, app.caption, app.subheader, app.info, app.warning, app.error, app.text)
    return "\n".join(str(one.value) for kind in kinds for one in kind)


@pytest.fixture(autouse=True)
def _nothing_starts(monkeypatch):
    """A teacher's word is set; nothing trains, and the engine is not asked."""
    monkeypatch.setenv("CNNLAB_TEACHER", "chalk")
    monkeypatch.setattr("cnnlab.jobs.dispatch", lambda: None)
    monkeypatch.setattr("cnnlab.engine.begin", lambda question: None)


def test_only_the_teacher_opens_a_room(monkeypatch):
    assert "open-go" not in [button.key for button in opened("rooms", ANN).button]
    assert not lab.may_teach("")
    page = opened("rooms", ANN, "chalk")
    page.text_input(key="open-title").set_value("7b")
    page.button(key="open-go").click().run()
    (room,) = rooms.list_rooms()
    assert (room.config.title, room.config.running) == ("7b", True)
    assert any(room.config.word in one.label for one in page.expander)
    # The word is set on the server: without it nobody is the teacher, whatever they give.
    monkeypatch.delenv("CNNLAB_TEACHER")
    assert "open-go" not in [button.key for button in opened("rooms", ANN, "chalk").button]
    assert not lab.may_teach("chalk")


def test_a_teacher_and_three_pupils_from_the_word_to_the_closed_room(answering):
    """Join, train, be scored, be told apart, stop, hide, clear, close."""
    room = rooms.open_room("7b", ["digits_quickly"])
    word = room.config.word
    keys = {name: name.lower() * 11 for name in ("Ann", "Bob", "Cem")}
    for name, key in keys.items():
        page = opened("rooms", key, room=word.replace("-", " "))
        page.text_input(key="join-name").set_value(name)
        page.button(key="join-go").click().run()
        assert f"You are {name}" in words(page).replace("*", "")
    started = {}
    for name, key in keys.items():
        page = opened("train", key, architecture="ladder", dataset="digits", rung="8")
        page.button(key="start").click().run()
        started[name] = runs.list_runs()[0]
    aliases = {pupil.name: pupil.alias for pupil in room.pupils}
    assert {run.config.owner for run in started.values()} == set(aliases.values())
    assert not any(name in (run.path / "config.json").read_text() for name, run in started.items())
    for place, (name, run) in enumerate(started.items()):
        found = score(run=run.name, alias=aliases[name], asked=f"{place}" * 64, accuracy=0.9)
        room.keep_score(dataclasses.replace(found, accuracy=0.94 + place / 100))
    page = opened("rooms", keys["Ann"])
    ranking = page.dataframe[0].value
    assert ranking["who"].tolist() == ["Cem", "Bob", "Ann (you)"]
    assert ranking["met"].tolist() == [True, True, False]
    rooms.change(room, names=False)
    page.run()
    who = opened("rooms", keys["Ann"]).dataframe[0].value["who"]
    assert who.tolist() == [aliases["Cem"], aliases["Bob"], f"{aliases['Ann']} (you)"]
    teacher = opened("rooms", BOB, "chalk")
    teacher.button(key="run").click().run()
    assert not room.config.running
    assert "stopped the room" in words(opened("rooms", keys["Bob"]))
    teacher.button(key="clear").click().run()
    assert room.scores == ()
    teacher.button(key="close").click().run()
    assert rooms.list_rooms() == []
    assert "Join" in [button.label for button in opened("rooms", keys["Ann"]).button]
    assert len(runs.list_runs()) == 3


def test_a_pupil_neither_sees_nor_changes_what_is_anothers(tiny_run):
    room = rooms.open_room("7b", ["digits_quickly"])
    for name, key in (("Ann", ANN), ("Bob", BOB)):
        rooms.join(room.config.word, name, key)
    lab.sign(tiny_run.path, "", ANN)
    assert rooms.mark_of(tiny_run.path).room == room.name
    shown = lambda key, token="": opened("train", key, token).dataframe  # noqa: E731
    assert shown(ANN)[0].value["run"].tolist() == [tiny_run.name]
    assert len(shown(BOB)) == 0
    assert shown(BOB, "chalk")[0].value["run"].tolist() == [tiny_run.name]


def test_the_frame_opens_no_run_of_another_pupil(tiny_run):
    """Nor does a list to choose from name it."""
    room = rooms.open_room("7b", ["digits_quickly"])
    rooms.join(room.config.word, "Ann", ANN)
    lab.sign(tiny_run.path, "", ANN)

    def door() -> None:
        import streamlit as st

        from pages.parts.shared.room_door import may_open
        from pages.parts.shared.run_picker import pick_run

        st.text(f"open: {may_open()}")
        st.query_params.clear()
        pick_run("Run", lambda run: True)

    for key, mine in ((ANN, True), (BOB, False)):
        for kind in ("run", "clone", "from"):
            app = AppTest.from_function(door, default_timeout=120)
            app.query_params[kind] = tiny_run.name
            app.session_state["browser-key-kept"] = key
            app.run()
            assert app.text[0].value == f"open: {mine}"
            assert mine is any(tiny_run.label in option for option in app.selectbox[0].options)


def test_what_one_types_another_sees_as_it_is():
    room = rooms.open_room(HOSTILE, ["digits_quickly"])
    rooms.join(room.config.word, HOSTILE[:40], ANN)
    rooms.join(room.config.word, "Bob", BOB)
    ann = next(pupil for pupil in room.pupils if pupil.name != "Bob")
    room.keep_score(score(run="0099-x", alias=ann.alias, title=HOSTILE))
    run = runs.create(dataclasses.replace(recipe.plan("ladder", "digits"), title=HOSTILE))
    rooms.mark(run.path, room, ann)
    for page in (opened("rooms", BOB), opened("rooms", BOB, "chalk")):
        shown = [one.proto.body for one in page.markdown]
        assert any("onerror" in body for body in shown)
        assert not any(
            re.search(r"(?<!\\)<img", body) or "**bold" in body or "](http" in body
            for body in shown
        )
        (chart,) = page.get("plotly_chart")
        assert "<img" not in chart.proto.spec.replace("\\u003c", "<")


def test_the_meter_beside_the_knobs(answering, monkeypatch):
    room = rooms.open_room("7b", ["digits_quickly"])
    rooms.join(room.config.word, "Ann", ANN)
    query = {"architecture": "ladder", "dataset": "digits"}
    meter = lambda rung: opened("train", ANN, **query, rung=rung).get("progress")  # noqa: E731
    fits, over = (meter(rung)[0].proto for rung in ("7", "9"))
    assert fits.value < 100
    assert "of 500 parameters" in fits.text
    assert (over.value, "times the budget" in over.text) == (100, True)
    assert not opened("train", BOB, **query).get("progress")
    other = opened("train", ANN, architecture="ladder", dataset="mnist_small")
    assert "The challenges of your room are about digits" in words(other)


def test_what_an_untrained_network_takes_in_int8():
    asked = lab.CostsInInt8("ladder", (28, 28, 1), 10, {"rung": 8})
    size, ram = asked.answer()
    assert 2_000 < size < 20_000
    assert ram == 3_248  # as of the shipped one, which is trained
