"""The Compare page in all its views; the engine's functions are called in place."""

import json
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import comparison, lab, paths, runs
from cnnlab.comparison import sources
from tests.small_tflite import finished_run

PAGE = str(paths.ROOT / "pages" / "compare.py")


@pytest.fixture
def two(tiny_run):
    """The tiny trained run and one that was tested on other pictures."""
    folder = finished_run(paths.runs_dir(), "0002-other")
    metrics = {"test_accuracy": 0.9, "test_interval": [0.88, 0.92], "test_count": 500}
    (folder / "metrics.json").write_text(json.dumps(metrics | {"params": 7850}))
    return tiny_run, runs.find("0002-other")


def opened(**query: str | list[str]) -> AppTest:
    """The page, run once."""
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def tables(page: AppTest) -> list[str]:
    """The HTML tables of the page."""
    return [e.proto.body for e in page.get("html") if '<div class="runs' in e.proto.body]


@pytest.mark.usefixtures("nothing_shipped")
@pytest.mark.parametrize("view", ["Side by side", "Within a budget", "Records"])
def test_without_a_run_it_says_what_to_do(view):
    page = opened(view=view)
    assert not page.exception
    assert "train" in page.info[0].value


@pytest.mark.usefixtures("answering", "nothing_shipped")
def test_the_table_holds_the_runs_figures(tiny_run):
    page = opened(run=[tiny_run.name])
    assert not page.exception
    assert not page.error
    table = tables(page)[0]
    assert f"{tiny_run.metrics.test_accuracy * 100:.2f} %" in table
    assert "61,706" in table
    assert "264.0 KiB" in table  # memory: 61,706 x 4 bytes and 23,520 of feature maps
    assert f"evaluate?run={tiny_run.name}" in table


@pytest.mark.usefixtures("answering", "nothing_shipped")
def test_what_may_not_be_compared_is_kept_apart(two):
    page = opened(run=[run.name for run in two])
    assert not page.exception
    assert "Kept apart" in page.info[0].value
    assert "0002-other" in page.info[0].value
    assert "0002-other" not in tables(page)[0]
    other = opened(run=[run.name for run in two], among="MNIST, 500 test pictures")
    assert "0002-other" in tables(other)[0]


@pytest.mark.usefixtures("answering", "nothing_shipped")
@pytest.mark.parametrize(
    "detail", ["Learning curves", "Settings", "Agreement", "Classes", "One picture"]
)
def test_every_closer_look(tiny_run, detail):
    shutil.copytree(tiny_run.path, tiny_run.path.with_name("0002-twin"))
    page = opened(run=[tiny_run.name, "0002-twin"], detail=detail)
    assert not page.exception
    assert not page.error
    if detail == "Agreement":
        assert any("is confirmed" in caption.value for caption in page.caption)
    if detail == "One picture":
        assert any("same answer to every test picture" in info.value for info in page.info)


@pytest.mark.usefixtures("answering", "nothing_shipped")
def test_the_address_restores_the_view(tiny_run):
    query = {
        "run": [tiny_run.name],
        "cost": "File (TFLite)",
        "errors": "true",
        "detail": "Learning curves",
        "quantity": "loss",
        "over": "seconds",
    }
    page = opened(**query)
    assert not page.exception
    assert page.selectbox(key="cost").value == "File (TFLite)"
    assert page.toggle(key="errors").value is True
    assert page.session_state["quantity"] == "loss"
    assert page.session_state["over"] == "seconds"
    assert page.multiselect(key="run").value == [tiny_run.name]


def test_a_run_that_is_gone_is_left_out_with_a_word(tiny_run):
    page = opened(run=[tiny_run.name, "0404-gone"])
    assert not page.exception
    assert "0404-gone" in page.warning[0].value
    assert page.multiselect(key="run").value == [tiny_run.name]


@pytest.mark.usefixtures("nothing_shipped")
def test_the_budget_names_a_model_and_opens_it(two):
    page = opened(view="Within a budget", task="MNIST, 500 test pictures")
    assert not page.exception
    assert any("0002-other" in text.value for text in page.markdown)
    assert any("run=0002-other" in text.value for text in page.markdown)
    page.number_input(key="most-params").set_value(10.0).run()
    assert "No tested model" in page.warning[0].value
    assert "785 times the limit" in page.info[0].value


def test_memory_limits_the_budget_and_the_record_has_four_axes():
    page = opened(view="Within a budget", task="MNIST, 10,000 test pictures")
    page.number_input(key="most-memory_bytes").set_value(30.0).run()
    assert not page.exception
    ranking = page.dataframe[0].value
    assert len(ranking) > 2
    assert max(ranking["memory_bytes"]) <= 30
    assert "of memory" in " ".join(text.value for text in page.markdown)
    for title in map(comparison.TITLES.get, comparison.DEVICE_COSTS):
        page = opened(view="Records")
        page.selectbox(key="record-cost").set_value(title).run()
        assert not page.exception


def test_the_budget_of_a_board():
    page = opened(
        view="Within a budget", task="MNIST, 10,000 test pictures", board="Arduino Uno R3"
    )
    assert not page.exception
    words = " ".join(text.value for text in page.caption)
    assert "do not fit on Arduino Uno R3; the best of them" in words
    assert "bytes of RAM where the board has 2,048" in words
    fit = [f"ladder_0{rung}" for rung in range(1, 8)] + ["uno_mnist"]
    assert set(page.dataframe[0].value["title"]) == {runs.find(name).title for name in fit}


@pytest.mark.parametrize("source", sources.SOURCES, ids=lambda source: source.name)
def test_every_comparison_of_the_sources(source):
    page = opened(view="Published beside measured", source=source.title)
    assert not page.exception
    assert not page.error
    table = tables(page)[0]
    assert all(network.name.split("(")[0].strip()[:8] in table for network in source.networks[:1])
    assert "published" in table
    assert "measured" in table


def test_the_shipped_networks_stand_beside_their_source():
    page = opened(view="Published beside measured")
    table = tables(page)[0]
    assert "3,418" in table  # as printed
    assert "3,578" in table  # as counted
    assert any("epochs 30, source 10" in text.value for text in page.markdown)


@pytest.mark.usefixtures("answering")
def test_the_runs_behind_the_measured_columns_open_side_by_side():
    page = opened(view="Published beside measured")
    page.button(key="open-runs").click().run()
    assert not page.exception
    names = ["mnist_baseline", "mnist_approach_1", "mnist_approach_2"]
    assert page.multiselect(key="run").value == names
    assert page.query_params["run"] == names


@pytest.mark.usefixtures("answering")
def test_nothing_chosen_is_a_sentence_and_stays_so(tiny_run):
    page = opened(run=[tiny_run.name])
    page.multiselect(key="run").set_value([]).run()
    assert not page.exception
    assert "Choose at least one run" in page.info[0].value


def test_tags_narrow_the_choice_and_keep_what_is_chosen(tiny_run):
    other = finished_run(paths.runs_dir(), "0002-other")
    runs.annotate(runs.find(other.name), "", ["small"])
    page = opened(run=[tiny_run.name])
    assert len(page.multiselect(key="run").options) > 2
    page.pills(key="tags").set_value(["small"]).run()
    labels = {runs.find(other.name).label, tiny_run.label}
    assert set(page.multiselect(key="run").options) == labels
    assert not page.exception


@pytest.mark.parametrize("challenge", comparison.CHALLENGES, ids=lambda one: one.name)
def test_records_name_the_holder_and_the_way_to_beat_it(challenge):
    page = opened(view="Records", challenge=challenge.title)
    assert not page.exception
    best = comparison.standing(challenge, lab.tested_runs()).best
    assert any(best.row["title"] in element.value for element in page.markdown)
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["Parameters"] == f"{best.row['params']:,}"
    assert f"{best.mean * 100:.2f} %" in shown.values()
    assert page.code[0].value == best.row["command"]
    assert page.dataframe[0].value["title"][0] == best.row["title"]


@pytest.mark.usefixtures("nothing_shipped")
def test_records_of_networks_above_the_limit_only():
    folder = finished_run(paths.runs_dir(), "0001-large")
    metrics = {"test_accuracy": 0.99, "test_interval": None, "test_count": 10_000}
    (folder / "metrics.json").write_text(json.dumps(metrics | {"params": 7850}))
    page = opened(view="Records")
    assert not page.exception
    assert "be the first" in page.info[0].value
    assert not page.metric


def test_a_step_back_to_the_address_without_runs_keeps_what_is_shown():
    """The control holds the address's `run` by then: written there directly, it is an error."""
    page = opened()
    names = page.multiselect(key="run").value
    page.query_params.clear()
    page.run()
    assert not page.exception
    assert page.multiselect(key="run").value == names


def test_one_begins_with_the_cliff_and_ones_own_runs():
    for name, copied in (("0001-mine", "lenet5"), ("0002-clothes", "lenet5_fashion_mnist")):
        shutil.copytree(paths.pretrained_dir() / copied, paths.runs_dir() / name)
    ladder = [run.name for run in lab.digit_ladder().rungs]
    names = [run.name for run in lab.cliff(10)]
    assert len(set(names)) == len(names) == 10
    assert sum(name in ladder for name in names) == 7
    assert {ladder[0], ladder[-1], "0001-mine"} <= set(names)
    assert "0002-clothes" not in names  # it was tested on other pictures


@pytest.mark.usefixtures("answering")
def test_ones_own_runs_are_offered_first_and_ringed_and_others_may_be_left_out():
    for name, owner in (("0001-mine", "Ann"), ("0002-theirs", "Bob")):
        shutil.copytree(paths.pretrained_dir() / "lenet5", paths.runs_dir() / name)
        config = paths.runs_dir() / name / "config.json"
        config.write_text(json.dumps(json.loads(config.read_text()) | {"owner": owner}))
    page = AppTest.from_file(PAGE, default_timeout=120)
    page.session_state["reader-kept"] = "Ann"
    page.run()
    words = [runs.find(name).label for name in ("0001-mine", "0002-theirs")]
    offered = page.multiselect(key="run")
    assert offered.options[:2] == words
    assert {"0001-mine", "0002-theirs"} <= set(offered.value)
    drawn = json.loads(page.get("plotly_chart")[0].proto.spec)["data"]
    (ring,) = (one for one in drawn if one["name"] == "yours")
    assert len(ring["x"]) == 1
    offered.set_value(["0001-mine"]).run()
    page.session_state["whose"] = "Mine"
    page.run()
    assert not page.exception
    assert words[0] in page.multiselect(key="run").options
    assert words[1] not in page.multiselect(key="run").options
