"""What the Compress page draws."""

import pytest

from cnnlab.plots import compression as plots


def test_students_stand_by_size_with_what_was_printed():
    rows = [("large", 900, 0.95, 0.94), ("small", 100, 0.7, None)]
    figure = plots.students(rows, 0.98, [("theirs", 500, 0.9)])
    distilled, scratch, printed = figure.data
    assert list(distilled.x) == [100, 900]
    assert list(distilled.y) == [0.7, 0.95]
    assert list(scratch.x) == [900]
    assert (list(printed.x), printed.mode) == ([500], "markers")
    assert figure.layout.shapes[0].y0 == 0.98
    assert len(plots.students(rows, None).data) == 2


def test_a_curve_for_every_layer():
    curves = [("conv1", [(0.0, 0.9), (0.5, 0.4)]), ("x" * 99, [(0.0, 0.9), (0.5, 0.8)])]
    figure = plots.sensitivity(curves)
    assert [list(line.y) for line in figure.data] == [[0.9, 0.4], [0.9, 0.8]]
    assert len(figure.data[1].name) == 40


def test_a_group_of_bars_for_every_temperature():
    figure = plots.soft_targets(["a", "b"], [(1.0, (0.9, 0.1)), (20.0, (0.55, 0.45))])
    assert [bars.name for bars in figure.data] == ["T = 1", "T = 20"]
    assert sum(figure.data[1].y) == pytest.approx(1)
