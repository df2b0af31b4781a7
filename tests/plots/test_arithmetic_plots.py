"""The arithmetic as HTML: every number is there, long sums are shortened, nothing is markup."""

import numpy as np

from cnnlab.plots import arithmetic
from cnnlab.visualization.arithmetic.steps import Share, Step, added, number


def share(channel: int, values: np.ndarray, weights: np.ndarray) -> Share:
    return Share(channel, values, weights, np.zeros(values.shape, bool))


def test_patch_kernel_products_and_sum_of_a_channel():
    one = share(4, np.array([[1.0, 2.0]]), np.array([[0.5, -0.25]]))
    html = arithmetic.stage("conv1", "slides", [Step("Sum", "a + b", 0.0, shares=(one,))])
    for word in ("conv1", "Input channel 4", "1.000", "2.000", "0.500", "−0.250", "−0.500"):
        assert word in html


def test_only_the_heaviest_of_many_channels_are_shown():
    shares = tuple(share(c, np.full((2, 2), 1.0), np.full((2, 2), float(c))) for c in range(20))
    html = arithmetic.stage("conv2", "", [Step("Sum", "", 0.0, shares=shares)])
    assert "Input channel 19" in html
    assert "Input channel 3:" not in html
    assert "The other 14 channels give 364.000 together" in html


def test_single_weights_become_one_table():
    shares = tuple(share(c, np.full((1, 1), 2.0), np.full((1, 1), c - 50.0)) for c in range(60))
    html = arithmetic.stage("mix", "", [Step("Sum", "", 0.0, shares=shares)])
    assert html.count("<table") == 1
    assert "channel 0" in html
    assert "The other 46" in html


def test_large_windows_show_colors_and_numbers_under_the_pointer():
    big = share(0, np.ones((12, 12)), np.ones((12, 12)))
    html = arithmetic.stage("wide", "", [Step("Sum", "", 0.0, shares=(big,))])
    assert "class='tiny'" in html
    assert "title='1.000'" in html


def test_zeros_outside_are_marked():
    outside = np.array([[True, False]])
    one = Share(0, np.array([[0.0, 3.0]]), np.ones((1, 2)), outside)
    html = arithmetic.stage("padded", "", [Step("Sum", "", 0.0, shares=(one,))])
    assert "outside: a zero" in html
    window = np.array([[np.nan, 3.0]])
    assert "outside the map" in arithmetic.stage("p", "", [Step("Max", "", 3.0, window=window)])


def test_softmax_names_the_classes_and_marks_the_own_one():
    terms = (("0", 1.0), ("1", 3.0))
    step = Step("Softmax", "", 0.9, terms=terms, chosen=1)
    html = arithmetic.stage("s", "", [step], labels=["cat", "dog"])
    assert "dog" in html
    assert "class='own'>3.000" in html
    assert "0.8808" in html
    many = tuple((str(i), float(i)) for i in range(100))
    long = arithmetic.stage("s", "", [Step("Softmax", "", 0.9, terms=many, chosen=99)])
    assert long.count("<tr>") == arithmetic.MOST_TERMS + 1


def test_names_cannot_smuggle_markup_into_the_page():
    step = Step("<b>", "<script>", 0.0, terms=(("0", 1.0), ("1", 2.0)), chosen=0)
    html = arithmetic.stage("<i>layer", "<u>", [step], labels=["<img>", "b"])
    for tag in ("<script>", "<i>layer", "<u>", "<img>"):
        assert tag not in html


def test_numbers_read_well():
    assert number(-0.5) == "−0.5000"
    assert number(0.0) == "0"
    assert number(1e-5) == "1e−05"
    assert added(-2.0) == "− 2.0000"
    assert added(2.0) == "+ 2.0000"
