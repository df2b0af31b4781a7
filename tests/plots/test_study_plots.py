"""The curve of a study: every figure stands where it belongs."""

import math

import pytest

from cnnlab.plots import studies as plots

RUNGS = [
    plots.Rung(100, 0.5, 0.4, 0.6, "a"),
    plots.Rung(1_000, 0.98, 0.98, 0.98, "b"),
    plots.Rung(10_000, 0.97, 0.97, 0.97, "<c>"),
]


def test_rungs_front_knee_and_spread():
    chart = plots.curve(RUNGS, [plots.Trial(90, 0.2, "t")], [0, 1], 1, "Parameters")
    front, tried, finished = chart.data
    assert list(front.x) == [100, 1_000]
    assert list(tried.y) == [0.2]
    assert list(finished.y) == [0.5, 0.98, 0.97]
    assert list(finished.error_y.array) == pytest.approx([0.1, 0, 0])
    assert finished.error_y.visible
    assert finished.text[2] == "&lt;c&gt;"
    (line,) = chart.layout.shapes
    assert line.x0 == line.x1 == 1_000
    low, high = chart.layout.xaxis.range
    assert low < math.log10(90)
    assert high > math.log10(10_000)
    low, high = chart.layout.yaxis.range
    assert 0 <= low < 0.2
    assert high > 0.98


def test_an_empty_study_has_axes_and_a_growing_one_keeps_them():
    empty = plots.curve([], [], [], None, "Parameters", (50, 50_000))
    grown = plots.curve(RUNGS, [], [0, 1], 1, "Parameters", (50, 50_000))
    assert empty.layout.xaxis.range == grown.layout.xaxis.range
    assert not empty.layout.shapes
    assert plots.curve([], [], [], None, "Parameters").layout.xaxis.range


def test_the_knees_word_stays_in_the_picture_and_each_way_has_a_line():
    rungs = [
        plots.Rung(10.0**n, 0.9, 0.9, 0.9, "", way)
        for n, way in ((1, "pruned"), (2, "taught"), (3, "pruned"))
    ]
    for knee, side in ((0, "left"), (2, "right")):
        drawn = plots.curve(rungs, [], [0, 1, 2], knee, "Parameters")
        (word,) = drawn.layout.annotations
        assert word.xanchor == side
    ways = {line.name: list(line.x) for line in drawn.data if line.name in ("pruned", "taught")}
    assert ways == {"pruned": [10, 1000], "taught": [100]}
