"""Guess first, outside of lessons: one optional click, and the gap in one sentence afterwards."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import engine, paths, runs
from cnnlab.errors import LabError


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch):
    def refuse(*question, **options):
        raise LabError("The computing process is not here.")

    monkeypatch.setattr(engine, "ask", refuse)


def opened(page: str, kept: dict[str, object] | None = None, **query) -> AppTest:
    app = AppTest.from_file(str(paths.ROOT / "pages" / f"{page}.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    if kept:
        app.session_state["lessons-kept"] = {"loaded": True, "steps": {}, "guesses": kept}
    app.run()
    assert not app.exception
    return app


def sentences(app: AppTest) -> list[str]:
    return [box.value for box in app.success if box.icon == ":material/visibility:"]


def guessed(app: AppTest, key: str) -> object:
    return app.session_state["lessons-kept"]["guesses"].get(key)


@pytest.mark.parametrize(
    ("page", "query"),
    [("train", {"dataset": "digits"}), ("compress", {"run": "lenet5", "view": "Make smaller"})],
)
def test_before_a_run_the_slider_is_offered_and_kept(page, query):
    app = opened(page, **query)
    app.slider(key="slide-next-run").set_value(90).run()
    app.button(key="guess-next-run").click().run()
    assert guessed(app, "next-run") == 0.9
    assert any("You guess 90 %" in popover.proto.popover.label for popover in app.get("popover"))
    app.button(key="anew-next-run").click().run()
    assert guessed(app, "next-run") is None


def test_a_finished_run_says_how_far_off_its_guess_was():
    run = runs.find("lenet5")
    app = opened("train", {f"run {run.name} {run.config.created}": 0.9}, run="lenet5")
    assert "you guessed 90 %" in sentences(app)[0]
    assert f"{round(100 * run.metrics.test_accuracy, 2):g} %" in sentences(app)[0]
    assert not sentences(opened("train", run="lenet5"))


def test_an_evaluation_waits_for_the_pair_only_where_one_wants_to_guess():
    app = opened("evaluate", run="lenet5")
    assert app.error  # it measures at once, which the engine refuses here
    app.toggle(key="guess-first").set_value(True).run()
    assert not app.error
    assert not sentences(app)
    app.selectbox(key="is-evaluate lenet5").set_value("9").run()
    app.selectbox(key="said-evaluate lenet5").set_value("4").run()
    app.button(key="guess-evaluate lenet5").click().run()
    assert "Right: it is 9 taken for 4" in sentences(app)[0]
    assert app.error  # now it measures


def test_a_drawing_is_guessed_before_it_is_drawn():
    app = opened("predict", run="lenet5")
    app.button_group(key="says-lenet5").set_value("4").run()
    assert any("You guess 4. Now draw." in caption.value for caption in app.caption)
