"""Every page by itself: empty store, damaged store, odd addresses; the engine unable to answer."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import engine, paths, recipe, runs
from cnnlab.errors import LabError
from pages.parts.shared.page_list import page_list

PAGES = sorted(path.name for path in (paths.ROOT / "pages").glob("*.py"))
ADDRESSES = (
    {},
    {"run": "../../etc/passwd"},
    {"run": "0404-gone"},
    {"run": ["lenet5", "0404-gone"]},
    {"run": "", "layer": "", "dataset": "", "architecture": "", "view": ""},
    {"architecture": "<script>", "dataset": "'; --", "clone": "\u202e", "view": "nothing"},
)


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch):
    """The engine cannot answer: pages say so in one sentence."""

    def refuse(*question, **options):
        raise LabError("The computing process is not here.")

    monkeypatch.setattr(engine, "ask", refuse)


def opened(page: str, **query) -> AppTest:
    """The page, run once without an exception and with a title."""
    app = AppTest.from_file(str(paths.ROOT / "pages" / page), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, (page, query)
    assert len(app.title) == 1
    assert all("\n" not in error.value for error in app.error), (page, query)
    return app


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("nothing_shipped")
def test_with_an_empty_store(page):
    opened(page)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))
def test_at_an_odd_address(page, address):
    opened(page, **address)


@pytest.mark.parametrize("page", PAGES)
def test_with_a_damaged_store(page, tiny_run):
    config, status, metrics, young = (
        runs.create(recipe.plan("lenet5", "digits")) for _ in range(4)
    )
    (config.path / "config.json").write_text("{")
    (status.path / "status.json").write_text("")
    (metrics.path / "metrics.json").write_text("[]")
    for run in (metrics, config):
        run.snapshots_dir.mkdir()
        for file in ("model.keras", "model.tflite"):
            (run.path / file).write_bytes(b"no model")
    for run in (config, status, metrics, young, tiny_run):
        opened(page, run=run.name)


def test_the_frame_names_every_page_once():
    listed = page_list()
    assert sorted(page.file for page in listed) == sorted(p for p in PAGES if p[0] != "_")
    for names in ([page.title for page in listed], [page.icon for page in listed]):
        assert len(set(names)) == len(names)
    assert [page.turn for page in listed] == sorted({page.turn for page in listed})
    assert listed[0].file == "home.py"


def test_the_frame_presents_and_ends_it():
    def large(app: AppTest) -> bool:
        return any("laser-dot" in html.proto.body for html in app.get("html"))

    app = opened("_frame.py")
    assert not large(app)
    app.button(key="begin-presenting").click().run()
    assert large(app)
    app.button(key="end-presenting").click().run()
    assert not large(app)
    assert not app.exception


def test_the_frame_opens_the_home_page():
    app = opened("_frame.py")
    assert app.title[0].value == "How small can a network get before it stops seeing?"
