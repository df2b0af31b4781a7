"""What came from outside (addresses, names, labels, notes, messages) is shown letter by letter.

All texts that all pages send to the browser are looked through, each by how it is rendered
there: Markdown must find no link, picture or emphasis in them, HTML and charts no tag.
"""

import ast
import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from cnnlab import comparison, engine, paths, runs, studies
from cnnlab.datasets._own.store import store
from cnnlab.errors import LabError
from cnnlab.markdown import literal, shortened
from cnnlab.plots._style import brief_each
from cnnlab.runs import Run
from cnnlab.schema import ImportedPictures
from cnnlab.studies import _driver
from pages.parts.shared.plainly import cells
from tests import hostile_store
from tests.studies import made

EVIL = "**E** [y](//e.xx) ![x](//e.xx/a) <a href=//e.xx> :red[r] $e$"
FOLDER = "0099-hostile"
IN_MARKDOWN = re.compile(
    r"(?<!\\)\*\*E(?!\w)|(?<!\\)\](\\?\()/?/?e\.xx|(?<!\\)<a href|(?<!\\):red\[|(?<!\\)\$e"
)
IN_HTML = re.compile(r"<a href=/?/?e\.xx")
# Shown by the browser as they are; all other texts are read as Markdown.
PLAIN = {
    ("selectbox", "options"),
    ("selectbox", "raw_value"),
    ("selectbox", "set_value"),
    ("multiselect", "options"),
    ("multiselect", "raw_values"),
    ("text_input", "value"),
    ("text_input", "placeholder"),
    ("text_input", "default"),
    ("text_area", "value"),
    ("text_area", "default"),
    ("text", "body"),
    ("code", "code_text"),
    ("metric", "body"),
    ("metric", "delta"),
    ("page_link", "query_string"),
    ("download_button", "url"),
}
HTML = {"html", "plotly_chart", "imgs"}
NEVER_SHOWN = ("id", "element_id", "form_id", "page_script_hash", "url", "columns")
PAGES = sorted(path.name for path in (paths.ROOT / "pages").glob("*.py"))


def texts(message: Message, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in a message, with the names of the fields that lead to it."""
    for field, value in message.ListFields():
        many = value if field.is_repeated else [value]
        if field.message_type and field.message_type.GetOptions().map_entry:
            many = [v for v in value.values() if isinstance(v, Message)]
        for one in many:
            here = (*path, field.name)
            if isinstance(one, Message):
                yield from texts(one, here)
            elif isinstance(one, str):
                yield here, one


def shown(node: Block | Element) -> Iterator[tuple[str, str, str]]:
    """(kind, field, text) of everything below a node of a page."""
    proto = getattr(node, "proto", None)
    if isinstance(proto, Message):
        for path, text in texts(proto):
            yield node.type, path[-1], text
    if isinstance(node, Block):
        for child in node.children.values():
            yield from shown(child)


def followed(page: AppTest) -> list[tuple[str, str, str]]:
    """Texts in which the browser would find something of the hostile words."""
    found = []
    for root in (page.main, page.sidebar):
        for kind, field, text in shown(root):
            if (kind, field) in PLAIN or field in NEVER_SHOWN or kind == "bidi_component":
                continue
            danger = IN_HTML if kind in HTML else IN_MARKDOWN
            if danger.search(text.replace("\\u003c", "<").replace("\\u002f", "/")):
                found.append((kind, field, text[:200]))
    return found


def opened(page: str, **query: str | list[str]) -> AppTest:
    app = AppTest.from_file(str(paths.ROOT / "pages" / page), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, (page, query, app.exception)
    return app


def refuse(question):
    raise LabError(f"There is no {EVIL}.")


def rewritten(file: Path, **changes) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.fixture
def hostile(tiny_run, nothing_shipped) -> Run:
    """A run like any other, but every word that is somebody's own is hostile."""
    folder = tiny_run.path.with_name(FOLDER)
    shutil.copytree(tiny_run.path, folder)
    labels = [f"{EVIL}{n}" for n in range(10)]
    rewritten(folder / "config.json", title=EVIL, owner=EVIL, labels=labels, command=EVIL,
              imported={"file": EVIL, "notes": [EVIL], "input_range": EVIL})  # fmt: skip
    rewritten(folder / "status.json", message=EVIL, phase=EVIL)
    rewritten(folder / "metrics.json", device=EVIL, variant=EVIL)
    (folder / "notes.json").write_text(json.dumps({"text": EVIL, "tags": ["**E**", "[y](//e.xx)"]}))
    run = runs.find(FOLDER)
    assert not run.damage  # or no page would show a word of it
    return run


@pytest.fixture
def failed(hostile) -> Run:
    """One of the same kind that failed, of a network and a dataset nobody knows."""
    folder = hostile.path.with_name(f"{FOLDER}b")
    shutil.copytree(hostile.path, folder)
    rewritten(folder / "config.json", architecture=EVIL, dataset=EVIL, parent=EVIL)
    rewritten(folder / "status.json", state="failed")
    run = runs.find(folder.name)
    assert not run.damage
    return run


@pytest.mark.parametrize("page", PAGES)
def test_in_an_address(page, tiny_run, monkeypatch):
    monkeypatch.setattr(engine, "ask", refuse)
    names = (
        "run",
        "dataset",
        "architecture",
        "clone",
        "owner",
        "view",
        "layer",
        "method",
        "sample",
    )
    app = opened(page, **dict.fromkeys(names, EVIL))
    assert not followed(app)
    for name in ("run", "architecture", "dataset", "clone"):
        assert not followed(opened(page, **{name: EVIL}))
    assert not followed(opened(page, run=[EVIL, tiny_run.name]))


@pytest.mark.parametrize("page", PAGES)
def test_in_a_runs_own_words(page, hostile, failed, monkeypatch):
    monkeypatch.setattr(engine, "ask", refuse)
    for run in (hostile, failed):
        assert not followed(opened(page, run=run.name))
    assert not followed(opened(page, run=[hostile.name, failed.name]))


VIEWS = {
    "inside.py": ("kernels", "maps", "arithmetic", "heat", "wants"),
    "evaluate.py": ("Confusion", "Mistakes", "Confidence", "Classes", "Against another"),
    "compress.py": ("Make smaller", "Family and ledger", "What was forgotten", "Export"),
    "compare.py": ("Side by side", "Within a budget", "Published beside measured", "Records"),
}


@pytest.mark.parametrize(("page", "view"), [(p, v) for p, views in VIEWS.items() for v in views])
@pytest.mark.usefixtures("answering")
def test_in_what_the_engine_answers(page, view, hostile, tiny_run):
    query = [hostile.name, tiny_run.name] if page == "compare.py" else hostile.name
    assert not followed(opened(page, run=query, view=view))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n="])
def test_a_table_for_a_spreadsheet_holds_no_formula(start):
    unknown = dict.fromkeys(("title", "dataset", "interval", "state"))
    rows = [unknown | {"run": f"{start}HYPERLINK(1)", "accuracy": -0.5}]
    (_, row) = csv.reader(io.StringIO(comparison.csv_text(rows)))
    assert row[0].startswith("'")
    assert row[0].endswith("HYPERLINK(1)")
    assert "-0.5" in row  # a number stays one


def test_every_table_of_a_page_is_made_harmless():
    for file in (paths.ROOT / "pages").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "st.dataframe":
                assert ast.unparse(call.args[0]).startswith("cells("), (file, call.lineno)


def test_words_that_turn_the_line_leave_what_follows_where_it_is():
    assert literal("\u202eevil 1") == "evil 1"
    assert literal("\u05d0\u2069\u202e") == "\u2068\u05d0\u2069"
    assert literal("*\u202e\u0627") == "\u2068\\*\u0627\u2069"
    assert literal("\u00e9t\u00e9, \u732b") == "\u00e9t\u00e9, \u732b"


def test_long_names_are_cut_with_an_ellipsis_and_stay_apart():
    assert shortened("W" * 20, 20) == "W" * 20
    assert shortened("W" * 21, 20) == "W" * 19 + "\u2026"
    first, second, other = brief_each(["W" * 300, "W" * 301, "<b>"])
    assert first != second
    assert max(len(first), len(second)) < 30
    assert other == "&lt;b&gt;"


def test_a_title_of_any_length_takes_no_more_than_its_line(hostile):
    rewritten(hostile.path / "notes.json", title="")
    rewritten(hostile.path / "config.json", title="W" * 2_000)
    title = runs.find(FOLDER).title
    assert len(title) == 80
    assert title.endswith("W\u2026")


def test_a_table_on_a_page_saves_no_formula_either():
    (row,) = cells([{"name": "=HYPERLINK(1)", "accuracy": -0.5, "note": "plain"}])
    assert row == {"name": "\u2060=HYPERLINK(1)", "accuracy": -0.5, "note": "plain"}


@pytest.fixture
def hostile_study(hostile) -> str:
    """A study that ran to its end; every word of it that may be somebody's own is hostile."""
    study = made.study("hostile", rungs=2, candidates=1, seeds=1)
    _driver.drive(study, made.dispatch, tick_s=0.001)
    file = study.path / "study.json"
    content = json.loads(file.read_text())
    for rung in content["plan"]["rungs"]:
        rung["title"] = EVIL
    content["plan"]["notes"] = [EVIL]
    content |= {"owner": EVIL, "command": EVIL, "parent": EVIL}
    file.write_text(json.dumps(content))
    results = study.path / "results.jsonl"
    lines = [json.loads(line) for line in results.read_text().splitlines()]
    lines[-1] |= {"state": "failed", "message": EVIL}
    results.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return study.name


@pytest.mark.parametrize("page", ["how_small.py", "train.py", "compare.py"])
def test_in_a_study(page, hostile_study, monkeypatch):
    monkeypatch.setattr(engine, "ask", refuse)
    assert not followed(opened(page, study=hostile_study))


def test_in_a_studys_report(hostile_study):
    report = studies.report(studies.answer(studies.find(hostile_study)))
    assert "E" in report
    assert not IN_HTML.search(report)


def test_in_lessons(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_LESSONS", str(tmp_path))
    monkeypatch.setattr(engine, "ask", refuse)
    hostile_store.lessons(tmp_path / "hostile.toml", [EVIL])
    assert not followed(opened("lessons.py"))
    app = opened("clinic.py", lesson="hostile", step="1")
    assert not followed(app)
    app.button(key="guess-hostile/1").click().run()
    assert not app.exception
    assert not followed(app)


def test_in_a_room(monkeypatch):
    monkeypatch.setenv("CNNLAB_TEACHER", "owl")
    hostile_store.rooms([EVIL])
    app = AppTest.from_file(str(paths.ROOT / "pages" / "rooms.py"), default_timeout=120)
    app.session_state["token-kept"] = "owl"
    app.run()
    assert not app.exception
    assert app.dataframe  # the wall and who is here
    assert not followed(app)


@pytest.mark.parametrize("page", ["datasets.py", "train.py", "evaluate.py", "how_small.py"])
def test_in_an_own_dataset(page, hostile, tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path))
    monkeypatch.setattr(engine, "ask", refuse)
    labels = [f"{EVIL}{n}" for n in range(2)]
    counts = dict.fromkeys(labels, 6)
    card = ImportedPictures("own-mine", counts, 2, 4, 1, 0, 0, notes=(EVIL,))
    part = np.array([0] * 6 + [1] * 2 + [2] * 4, np.int8)
    pixels = np.random.default_rng(0).integers(0, 255, (12, 28, 28, 1), np.uint8)
    store("mine", pixels, np.arange(12) % 2, part, "digit", card)
    rewritten(hostile.path / "config.json", dataset="own-mine", labels=labels, classes=2)
    assert not followed(opened(page, dataset="own-mine"))
    assert not followed(opened(page, dataset="own-mine", run=hostile.name))
