"""Lessons as a pupil walks them: every step of every lesson, its guess, and the truth behind it."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import engine, glossary, lessons, paths
from cnnlab.compression.bit_widths import BitWidths, LayerBits
from cnnlab.compression.pruning.preview import Preview
from cnnlab.compression.quantized_value import Int8Figures
from cnnlab.compression.questions import FewerBits, FiguresInInt8, PruningPreview
from cnnlab.errors import LabError
from cnnlab.lessons import LESSONS
from cnnlab.lessons.figures import compression
from cnnlab.summary.questions import LayerTable
from cnnlab.visualization import questions
from pages.parts.shared import browser_memory

OWN = "lenet5"  # stands for a training of the pupil's own
MEASURED = {
    PruningPreview: Preview(9, 9, 5, 9, 9, 500, 0.98, 0.61, (), ()),
    FiguresInInt8: Int8Figures((("0", 2000, 1980, 1975),), 2000, 1990, 7, 2),
    FewerBits: BitWidths((LayerBits("conv1", 9, 2, 0.5, 1.0),), 0.71, 0.98, 500, 9),
}


@pytest.fixture(autouse=True)
def _an_engine_of_few_words(monkeypatch):
    """Layer tables and pictures are real, what takes seconds is made up, the rest is refused."""

    def answer(question):
        if isinstance(question, LayerTable | questions.TestPictures):
            return question.answer()
        if type(question) in MEASURED:
            return MEASURED[type(question)]
        raise LabError("The computing process is not here.")

    monkeypatch.setattr(engine, "ask", answer)
    for kept in (compression._preview, compression._figures_in_int8, compression._few_bits):
        kept.cache_clear()


def opened(page: str, **query) -> AppTest:
    app = AppTest.from_file(str(paths.ROOT / "pages" / f"{page}.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, (page, query)
    return app


def at_step(lesson: str, number: int, **more) -> AppTest:
    step = LESSONS[lesson].steps[number - 1]
    state = {name: v if isinstance(v, str) else list(v) for name, v in step.state.items()}
    return opened(step.page, **{**state, **more, "lesson": lesson, "step": str(number)})


def guess(app: AppTest, lesson: str, number: int) -> AppTest:
    """Answer with what the control offers; the pair is 0 taken for 1."""
    key, asked = f"{lesson}/{number}", LESSONS[lesson].steps[number - 1].guess
    if asked.kind == "choice":
        app.button_group(key=f"choice-{key}").set_value(asked.options[0]).run()
    elif asked.kind == "pair":
        app.selectbox(key=f"is-{key}").set_value("0").run()
        app.selectbox(key=f"said-{key}").set_value("1").run()
    return app.button(key=f"guess-{key}").click().run()


def address(app: AppTest, name: str) -> str:
    """A parameter of the address: what a page wrote is text, what a test gave a list."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[-1]


def revealed(app: AppTest) -> str:
    """The sentence that holds the guess against the truth."""
    assert not app.exception
    return " ".join(box.value for box in app.success if box.icon == ":material/visibility:")


@pytest.mark.parametrize("name", LESSONS.names())
def test_every_step_opens_takes_a_guess_and_reveals_what_is_computed(name):
    for number, step in enumerate(LESSONS[name].steps, 1):
        own = step.guess and "own" in step.guess.of.values()
        page = {"run": OWN} if own else {}
        app = at_step(name, number, **page)
        said = " ".join(html.proto.body for html in app.get("html"))
        assert f"step {number} of {len(LESSONS[name].steps)}" in " ".join(
            text.value for text in app.markdown
        )
        assert 'class="said"' in said
        if step.guess:
            sentence = revealed(guess(app, name, number))
            truth = lessons.truth(step.guess, OWN if own else "")
            assert lessons.shown(truth.value, truth.unit) in sentence, (number, sentence)
            assert step.guess.why in sentence


def test_a_guess_stays_what_it_was_and_the_way_goes_on():
    app = guess(at_step("kernels", 4), "kernels", 4)
    first = revealed(app)
    assert "kernels/4" in app.session_state["lessons-kept"]["guesses"]
    assert revealed(app.run()) == first
    onward = next(text.value for text in app.markdown if text.value.startswith("[Next]"))
    assert onward == "[Next](/predict?lesson=kernels&step=5&run=ladder_06&run=lenet5)"


def test_what_would_tell_the_answer_is_covered_until_there_is_a_guess():
    def covered(app: AppTest) -> bool:
        return any("st-key-confusion-view" in html.proto.body for html in app.get("html"))

    app = at_step("mistakes", 1)
    assert covered(app)
    assert not covered(guess(app, "mistakes", 1))


def test_leaving_ends_the_lesson_and_leaves_the_page():
    app = at_step("kernels", 1)
    app.button(key="lesson-leave").click().run()
    assert "lesson" not in app.query_params
    assert address(app, "run") == "lenet5"
    assert not any("[Next]" in text.value for text in app.markdown)


@pytest.mark.parametrize("step", ["0", "999", "-1", "x", "9" * 5000, ""])
def test_odd_steps_open_one_there_is(step):
    app = opened("inside", run="lenet5", lesson="kernels", step=step)
    assert any(f"of {len(LESSONS['kernels'].steps)}" in text.value for text in app.markdown)


def test_a_lesson_that_is_not_there_is_said_and_the_page_opens():
    app = opened("inside", run="lenet5", lesson="<b>gone")
    assert "There is no lesson" in app.error[0].value


def test_the_list_names_every_lesson_and_every_refused_file(tmp_path, monkeypatch):
    (tmp_path / "bad.toml").write_text("title = 3")
    monkeypatch.setenv("CNNLAB_LESSONS", str(tmp_path))
    app = opened("lessons")
    said = " ".join(text.value for text in app.markdown)
    assert all(lesson.title in said for lesson in LESSONS)
    assert "bad.toml" in app.warning[0].value
    app.button(key="begin-kernels").click().run()
    assert address(app, "lesson") == "kernels"


def test_how_far_one_came_stands_in_the_list():
    app = opened("lessons")
    app.session_state["lessons-kept"] = {"loaded": True, "steps": {"kernels": 3}, "guesses": {}}
    app.run()
    assert any("you are at step 3" in caption.value for caption in app.caption)
    assert app.button(key="begin-kernels").label == "Go on"


@pytest.mark.parametrize(
    "kept", ["", "[]", "{", '{"steps": 3, "guesses": null}', "[" * 5000, "x" * 200_000]
)
def test_what_a_browser_cannot_have_kept_is_nothing(kept):
    assert browser_memory._read(kept) == {"steps": {}, "guesses": {}}


def test_the_glossary_shows_every_word():
    app = opened("lessons", show="Glossary")
    said = " ".join(html.proto.body for html in app.get("html"))
    assert all(f"<dt>{term.title}</dt>" in said for term in glossary.TERMS)


def test_another_step_on_the_same_page_begins_as_its_address_says():
    app = at_step("receptive_field", 1)
    assert app.selectbox(key="pick-Run").value == "mnist_approach_1"
    app.query_params["step"], app.query_params["run"] = "3", "lenet5"
    app.run()
    assert app.selectbox(key="pick-Run").value == "lenet5"


def test_a_guess_about_a_network_that_is_yet_to_be_trained_is_kept_without_an_alarm():
    app = guess(at_step("own_data", 4), "own_data", 4)
    assert not app.error
    assert "Your guess is kept" in app.info[0].value
