"""The Architectures page by itself: the gallery needs no engine, a network shows what it costs."""

import ast

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cnnlab import engine, paths
from cnnlab.architectures import ARCHITECTURES

PAGE = str(paths.ROOT / "pages" / "architectures.py")


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


@pytest.fixture
def no_engine(monkeypatch):
    def refuse(question):
        raise AssertionError(f"the gallery asked the engine for {question}")

    monkeypatch.setattr(engine, "ask", refuse)


def words(page: AppTest) -> str:
    """All text, all links and all cards of the page."""
    links = [element.proto.label for element in page.get("page_link")]
    cards = [element.proto.json for element in page.get("bidi_component")]
    return " ".join(
        [*links, *cards, *(element.value for element in [*page.markdown, *page.caption])]
    )


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_the_gallery_shows_every_network_without_the_engine(no_engine):
    page = opened()
    assert not page.exception
    assert all(card.title in words(page) for card in ARCHITECTURES)
    assert f"{len(ARCHITECTURES)} of {len(ARCHITECTURES)} networks" in words(page)


def test_search_and_filters_narrow_the_gallery(no_engine):
    page = opened()
    page.text_input("search").input("squeeze fire").run()
    assert "SqueezeNet A" in words(page)
    assert "LeNet-5" not in words(page)
    page.selectbox("largest").select("100 thousand").run()
    assert page.info[0].value.startswith("No network passes")
    page.text_input("search").input("").run()
    page.selectbox("family").select("MNIST-3").run()
    assert "MNIST Approach 2" in words(page)
    assert "MNIST Baseline" not in words(page)


def test_a_network_shows_its_card_totals_and_layers(answering):
    page = opened(architecture="mnist_approach_1")
    assert not page.exception
    assert metrics(page)["Parameters"] == "3,578"
    assert metrics(page)["MACs"] == "371,840"
    assert "3,418 of 3,578" in page.info[0].value
    layers = page.dataframe[-2].value
    assert list(layers["layer"])[:3] == ["conv1", "pool1", "norm1"]
    assert layers["params"].sum() == 3_578
    assert "4·4·1·32 + 32 = 544" in set(layers["formula"])


def test_turning_a_knob_changes_totals_and_the_address(answering):
    page = opened(architecture="lenet5")
    page.slider("knob-lenet5-width").set_value(0.5).run()
    assert not page.exception
    assert metrics(page)["Parameters"] == "15,738"
    assert page.query_params["width"] == "0.5"
    page.button("reset-lenet5").click().run()
    assert metrics(page)["Parameters"] == "61,706"
    assert "width" not in page.query_params


def test_the_address_restores_knobs_and_input(answering):
    page = opened(architecture="lenet5", width="0.5", input="32x32x3", classes="5")
    assert page.slider("knob-lenet5-width").value == 0.5
    assert page.number_input("channels-lenet5").value == 3
    assert page.number_input("classes-lenet5").value == 5


def test_a_network_that_does_not_fit_keeps_its_knobs_and_says_why(answering):
    page = opened(architecture="mnist_approach_1", kernel_size="7")
    assert not page.exception
    assert "the smallest input that fits is 38x38" in page.error[0].value
    page.selectbox("knob-mnist_approach_1-kernel_size").select("source").run()
    assert not page.error
    assert metrics(page)["Parameters"] == "3,578"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"architecture": "lenet"}, "did you mean 'lenet5'"),
        ({"architecture": "lenet5", "width": "99"}, "Width must lie between"),
    ],
)
def test_an_address_that_means_nothing_is_one_sentence(answering, query, sentence):
    page = opened(**query)
    assert not page.exception
    assert sentence in page.error[0].value


def test_two_networks_side_by_side(answering):
    page = opened(architecture="mnist_approach_1", view="Side by side", **{"with": "lenet5"})
    assert not page.exception
    totals = page.dataframe[-3].value
    assert (totals["left"][0], totals["right"][0]) == ("3,578", "61,706")
    lines = page.dataframe[-2].value
    assert "≠" in set(lines["mark"])
    page.selectbox("with-mnist_approach_1").select("mnist_approach_1").run()
    assert set(page.dataframe[-2].value["mark"]) == {"="}


def test_a_partner_that_does_not_fit_is_shown_at_its_own_input(answering):
    page = opened(architecture="lenet5", view="Side by side", **{"with": "shathenet_v1_0"})
    assert not page.exception
    page = opened(
        architecture="lenet5", view="Side by side", input="12x12x1", **{"with": "tiny_vgg"}
    )
    assert "It is shown at its own input" in words(page)


def test_costs_and_script_views(answering):
    page = opened(architecture="lenet5", view="Where it sits")
    assert not page.exception
    assert len(page.get("plotly_chart")) == 2
    page = opened(architecture="lenet5", view="Keras script", width="0.5")
    source = page.code[0].value
    ast.parse(source)
    assert "15,738 parameters" in source


def test_a_pressed_block_shows_its_arithmetic(answering):
    page = opened(architecture="lenet5")
    page.session_state["diagram-lenet5"] = {"picked": "conv2"}
    page.run()
    assert "5·5·6·16 + 16 = 2,416" in words(page)


@pytest.mark.parametrize("name", ["mnist_approach_2", "densenet", "squeezenet_a", "irtza_student"])
def test_every_kind_of_network_opens(answering, name):
    page = opened(architecture=name)
    assert not page.exception
    assert metrics(page)["Parameters"] == f"{ARCHITECTURES[name].params:,}"


@pytest.mark.parametrize("view", ["Layers", "Where it sits", "Side by side", "Keras script"])
def test_a_view_of_a_changed_network_asks_the_engine_once(monkeypatch, view):
    asked = []
    monkeypatch.setattr(engine, "ask", lambda q: asked.append(type(q).__name__) or q.answer())
    st.cache_data.clear()
    page = opened(architecture="lenet5", width="2.0", view=view, **{"with": "irtza_student"})
    assert not page.exception
    assert asked == ["NetworkView"]
    parameters = next(metric for metric in page.metric if metric.label == "Parameters")
    assert parameters.delta.startswith("+")
    if view == "Side by side":
        page.selectbox("with-lenet5").select("mlp").run()
        assert not page.exception
        assert asked == ["NetworkView"] * 2
