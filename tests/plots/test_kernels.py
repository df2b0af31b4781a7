"""The kernel gallery: every weight in its place, zero in the middle of the scale."""

import numpy as np
import pytest

from cnnlab.plots import kernels as plots


def kernels(height: int, width: int, count: int) -> np.ndarray:
    """Weights that all differ, half of them negative."""
    values = np.arange(height * width * count, dtype="float32").reshape(height, width, count)
    return values - values.mean()


@pytest.mark.parametrize("shape", [(5, 5, 6), (3, 3, 64), (1, 1, 10), (7, 3, 5), (3, 3, 1)])
def test_every_weight_is_drawn_once_and_can_be_read(shape):
    given = kernels(*shape)
    tiles = plots.gallery(given).data[0]
    shown = np.asarray(tiles.customdata, float)
    assert np.isfinite(shown).sum() == given.size
    np.testing.assert_allclose(np.sort(shown[np.isfinite(shown)]), np.sort(given.ravel()))


def test_a_tile_is_its_kernel_the_right_way_up():
    given = kernels(5, 5, 6)
    figure = plots.gallery(given, first=8)
    tiles = figure.data[0]
    np.testing.assert_allclose(np.asarray(tiles.customdata, float)[:5, :5], given[:, :, 0])
    np.testing.assert_allclose(np.asarray(tiles.customdata, float)[:5, 6:11], given[:, :, 1])
    assert tiles.text[0][0] == "filter 8, row 0, column 0"
    assert tiles.text[4][1] == "filter 8, row 4, column 1"
    assert figure.layout.yaxis.autorange == "reversed"
    assert list(figure.data[1].text) == ["8", "9", "10", "11", "12", "13"]


def test_zero_is_the_middle_of_the_scale():
    tiles = plots.gallery(kernels(3, 3, 4), scale=20.0).data[0]
    assert (tiles.zmin, tiles.zmax) == (-1, 1)
    assert tiles.colorscale[2] == (0.5, "#F7F7F7")
    assert list(tiles.colorbar.ticktext) == ["-20", "0", "20"]


def test_one_scale_compares_and_own_scales_show_shape():
    given = np.stack([np.full((2, 2), 0.1), np.full((2, 2), -1.0)], axis=-1)
    shared = np.asarray(plots.gallery(given, scale=1.0).data[0].z, float)
    own = np.asarray(plots.gallery(given).data[0].z, float)
    assert np.nanmax(shared) == pytest.approx(0.1)
    assert np.nanmax(own) == pytest.approx(1.0)
    assert np.nanmin(own) == np.nanmin(shared) == -1


def test_dead_and_broken_kernels_are_drawn_too():
    given = np.zeros((3, 3, 2))
    given[:, :, 1] = np.nan
    plots.gallery(given)
    assert np.nanmax(np.abs(np.asarray(plots.gallery(np.zeros((3, 3, 2))).data[0].z, float))) == 0


def test_many_kernels_stay_on_the_screen():
    assert plots.gallery(kernels(3, 3, 64)).layout.height <= 560
    assert plots.gallery(kernels(11, 11, 64)).layout.height <= 560


def test_a_table_of_single_weights_has_a_column_per_filter():
    values = np.array([[1.0, -2.0], [0.5, 4.0], [0.0, 0.0]])
    own = plots.mixer(values, first=64).data[0]
    assert list(own.x) == [64, 65]
    assert np.asarray(own.z).tolist() == [[1.0, -0.5], [0.5, 1.0], [0.0, 0.0]]
    shared = plots.mixer(values, scale=4.0).data[0]
    assert np.asarray(shared.z)[0].tolist() == [0.25, -0.5]
    assert np.isfinite(np.asarray(plots.mixer(np.zeros((2, 2))).data[0].z)).all()


def test_the_spread_of_the_weights_counts_each_once():
    rng = np.random.default_rng(0)
    moments = [("best epoch", rng.normal(size=(3, 3, 2, 4))), ("before", rng.normal(size=50))]
    lines = plots.spread(moments).data
    assert [line.name for line in lines] == ["best epoch", "before"]
    for line in lines:
        assert sum(line.y) == pytest.approx(1.0)
    assert len(plots.spread([("only", np.zeros(5))]).data) == 1
