"""Contact sheets and the Datasets page's figures."""

import base64
import io

import numpy as np
from PIL import Image

from cnnlab.plots import datasets as plots


def pixels(sheet: plots.Sheet) -> np.ndarray:
    """The sheet's PNG, decoded."""
    data = base64.b64decode(sheet.source.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(data)))


def pictures(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def test_every_picture_stands_in_its_place_and_empty_ones_are_clear():
    x = pictures(2, 3, 5, 4, 3)
    sheet = plots.sheet(x, [["a", "b", "c"], ["d", "", "f"]], "six", ("up", "down"))
    found, gap = pixels(sheet), plots.GAP_PX
    for row in range(2):
        for column in range(3):
            top, left = row * (5 + gap), column * (4 + gap)
            tile = found[top : top + 5, left : left + 4]
            there = (row, column) != (1, 1)
            assert (tile[..., 3] == (255 if there else 0)).all()
            assert np.array_equal(tile[..., :3], x[row, column])
    assert sheet.shape == (2, 3)
    assert sheet.names == ["a", "b", "c", "d", "", "f"]
    assert sheet.sides == ["up", "down"]


def test_gray_pictures_become_gray_pixels():
    x = pictures(1, 2, 4, 4, 1)
    found = pixels(plots.sheet(x, [["a", "b"]], "two"))
    assert np.array_equal(found[:4, :4, 0], x[0, 0, ..., 0])
    assert np.array_equal(found[..., 0], found[..., 2])


def test_different_sheets_have_different_digests():
    one, other = pictures(1, 1, 4, 4, 1), pictures(1, 1, 4, 4, 1) + 1
    assert plots.sheet(one, [["a"]], "").digest != plots.sheet(other, [["a"]], "").digest


def test_averages_pairs_and_versions_keep_their_order():
    mean, deviation = pictures(3, 4, 4, 1), pictures(3, 4, 4, 1) // 4
    sheet = plots.averages(mean, deviation, ("all", "cat", "dog"))
    assert sheet.names[1] == "mean of cat"
    assert np.array_equal(pixels(sheet)[6:10, :4, 0], deviation[0, ..., 0] * 2)
    twins = pictures(2, 2, 4, 4, 3)
    assert np.array_equal(pixels(plots.pairs(twins, ["a", "b"]))[6:10, :4, :3], twins[0, 1])
    made = plots.versions(mean[0], pictures(7, 4, 4, 1))
    assert made.framed == 0
    assert made.shape == (1, 8)


def test_single_pictures_carry_their_values():
    x = pictures(4, 6, 3)
    assert np.array_equal(plots.single(x).data[0].z, x)
    assert np.array_equal(np.asarray(plots.single(x[..., :1]).data[0].z)[..., 2], x[..., 0])


def test_counts_histogram_and_neighbors_show_what_they_are_given():
    counts = {"train": [3, 4], "validation": [1, 1], "test": [2, 2]}
    bars = plots.class_counts(("a", "b"), counts)
    assert {bar.name: list(bar.y) for bar in bars.data} == counts
    lines = plots.pixel_histogram(np.array([[1, 3], [2, 2], [4, 0]])).data
    assert [line.name for line in lines] == ["red", "green", "blue"]
    assert list(lines[0].y) == [0.25, 0.75]
    assert list(plots.own_neighbors(("a", "b"), [0.5, 0.9], 0.5).data[0].y) == [0.5, 0.9]
