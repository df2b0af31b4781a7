"""The Surgery view of Inside: operate, undo, keep; a filter's card; few questions to the engine."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import engine, paths, runs
from cnnlab.errors import LabError

PAGE = str(paths.ROOT / "pages" / "inside.py")
RUN = "ladder_03"


def opened(**query) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in {"run": RUN, "view": "surgery", **query}.items():
        page.query_params[name] = value
    return sound(page.run())


def sound(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    return " ".join(block.value for block in [*page.markdown, *page.caption, *page.info])


def done(page: AppTest) -> list[str]:
    found = page.query_params.get("do", [])
    return found if isinstance(found, list) else [found]


def test_operate_undo_and_start_over(asked):
    page = opened(layer="conv1", filter="1")
    assert "Nothing is done yet" in words(page)
    assert page.button(key="undo").disabled
    asked.clear()
    page = sound(page.button(key="operate").click().run())
    assert done(page) == ["silence:conv1:1"]
    assert asked == ["OperatingTable"] * 2 + ["OperatedOnAll"]  # before the press, and after
    assert "all 2,000 test pictures" in words(page)
    assert "1. Silence: filter 1 of conv1" in words(page)
    before, after = (float(one.value.rstrip("%")) for one in page.metric[-3:-1])
    assert after < before
    page.selectbox(key="operation").select("swap").run()
    page = sound(page.button(key="operate").click().run())
    assert len(done(page)) == 2
    page = sound(page.button(key="undo").click().run())
    assert done(page) == ["silence:conv1:1"]
    page = sound(page.button(key="start-over").click().run())
    assert "Nothing is done yet" in words(page)


def test_a_link_restores_the_operations_and_the_run_can_be_kept(asked):
    page = opened(do=["negate:conv1:0", "blur:conv1:1"])
    assert "2. Blur: filter 1 of conv1" in words(page)
    page = sound(page.button(key="keep-operated").click().run())
    kept = next(run for run in runs.list_runs() if run.config.operations)
    assert [one.operation for one in kept.config.operations] == ["negate", "blur"]
    assert "Kept as" in page.success[0].value
    again = opened(run=kept.name, view="kernels")
    assert "operated on, 2 operations" in words(again)


def test_a_filters_card(asked):
    page = opened(layer="conv1", filter="0")
    asked.clear()
    page = sound(page.toggle(key="filter-card").set_value(True).run())
    assert asked == ["OperatingTable", "AboutFilter"]
    told = words(page)
    assert "Filter 0 of conv1 wants" in told
    assert "finds this in real pictures" in told
    assert "selectivity" in told


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"do": "shout:conv1:0"}, "no filter operation"),
        ({"do": "silence:conv1:99"}, "has filters 0 to"),
        ({"do": "silence:gone:0"}, "is missing"),
        ({"do": "blur:classes:0"}, "one pixel"),
    ],
)
def test_an_odd_operation_in_the_address_is_a_sentence(asked, query, says):
    page = opened(**query)
    assert says in page.error[0].value
    assert "Nothing is done yet" in words(page)  # it is taken back, and one can go on


def test_odd_places_are_put_right_and_without_the_engine_it_is_a_sentence(asked, monkeypatch):
    page = opened(layer="nothing", filter="9999")
    assert not page.error

    def refuse(*question):
        raise LabError("The computing process is not here.")

    monkeypatch.setattr(engine, "ask", refuse)
    assert "not here" in opened(run="ladder_02").error[0].value
