"""Augmentation: exact repetition, what each setting does, published recipes."""

import numpy as np
import pytest

from cnnlab import augmentation, prediction, runs
from cnnlab.augmentation import PRESETS, Batch, augment_batch, generator, mixup, settings
from cnnlab.augmentation.warp import bends, warp
from cnnlab.errors import LabError


def pictures(n=6, shape=(20, 24, 3)):
    return np.random.default_rng(1).random((n, *shape), dtype=np.float32)


def one_hot(n=6):
    return np.eye(3, dtype=np.float32)[np.arange(n) % 3]


def augment(x, values, rng):
    """The pictures of a batch as the operations leave them."""
    return augmentation.augment(Batch(x, one_hot(len(x))), values, rng).x


def maps(n, **parts):
    """Identity maps with some entries changed."""
    matrices, offsets = np.tile(np.eye(2), (n, 1, 1)), np.zeros((n, 2))
    if "matrix" in parts:
        matrices[:] = parts["matrix"]
    if "offset" in parts:
        offsets[:] = parts["offset"]
    return matrices, offsets


@pytest.mark.parametrize("preset", PRESETS.names())
def test_every_preset_repeats_exactly_and_stays_in_range(preset):
    x, y, values = pictures(), one_hot(), settings(preset)
    first = augment_batch(x, y, values, seed=3, epoch=2, batch=7)
    again = augment_batch(x, y, values, seed=3, epoch=2, batch=7)
    for a, b in zip(first, again, strict=True):
        assert np.array_equal(a, b)
    assert first[0].shape == x.shape
    assert first[0].dtype == np.float32
    assert first[0].min() >= 0
    assert first[0].max() <= 1
    assert np.allclose(first[1].sum(axis=1), 1)
    assert np.array_equal(x, pictures())
    if preset != "none":
        for seed, epoch, batch in ((4, 2, 7), (3, 1, 7), (3, 2, 8)):
            assert not np.array_equal(first[0], augment_batch(x, y, values, seed, epoch, batch)[0])


def test_nothing_switched_on_changes_nothing():
    x = pictures()
    assert augment(x, settings("none"), generator(0, 0, 0)) is x


def test_an_empty_batch_passes():
    values = settings("strong")
    x, y = augment_batch(pictures(0), one_hot(0), values, 0, 0, 0)
    assert x.shape == (0, 20, 24, 3)
    assert y.shape == (0, 3)


def test_the_identity_map_is_exact():
    x = pictures()
    assert np.array_equal(warp(x, *maps(6)), x)


def test_a_shift_by_whole_pixels_repeats_the_border():
    x = pictures()
    moved = warp(x, *maps(6, offset=(2, -3)))
    assert np.allclose(moved[:, :-2, 3:], x[:, 2:, :-3])
    assert np.allclose(moved[:, -1, 3:], x[:, -1, :-3])
    assert np.allclose(moved[:, :-2, 0], x[:, 2:, 0])


def test_a_half_pixel_shift_is_the_mean_of_neighbors():
    x = pictures()
    assert np.allclose(warp(x, *maps(6, offset=(0.5, 0)))[:, :-1], (x[:, :-1] + x[:, 1:]) / 2)


def test_mirror_and_quarter_turn_are_exact():
    x = pictures(shape=(21, 21, 1))
    mirrored = warp(x, *maps(6, matrix=[[1, 0], [0, -1]]))
    assert np.allclose(mirrored, x[:, :, ::-1], atol=1e-5)
    turned = warp(x, *maps(6, matrix=[[0, -1], [1, 0]]))
    assert np.allclose(turned, np.rot90(x, 1, axes=(1, 2)), atol=1e-5) or np.allclose(
        turned, np.rot90(x, -1, axes=(1, 2)), atol=1e-5
    )


def test_the_warp_agrees_with_scipy():
    ndimage = pytest.importorskip("scipy.ndimage")
    x = pictures(4, (17, 23, 1))
    values = settings("shathenet")
    from cnnlab.augmentation.warp import maps as draw

    matrices, offsets = draw(x.shape, values, generator(0, 0, 0))
    ours = warp(x, matrices, offsets)
    middle = np.array([8.0, 11.0])
    for picture, matrix, offset, got in zip(x, matrices, offsets, ours, strict=True):
        want = ndimage.affine_transform(
            picture[..., 0], matrix, middle + offset - matrix @ middle, order=1, mode="nearest"
        )
        assert np.allclose(got[..., 0], want, atol=1e-4)


@pytest.mark.parametrize("name", ["flip_horizontal", "flip_vertical"])
def test_flips_mirror_about_half_and_leave_the_rest(name):
    x = pictures(200, (6, 6, 1))
    flipped = augment(x, {name: True}, generator(0, 0, 0))
    axis = 2 if name == "flip_horizontal" else 1
    same = (flipped == x).all(axis=(1, 2, 3))
    mirrored = (flipped == np.flip(x, axis)).all(axis=(1, 2, 3))
    assert (same | mirrored).all()
    assert 60 < same.sum() < 140


def test_shift_stays_within_its_range():
    x = np.zeros((50, 40, 40, 1), np.float32)
    x[:, 20, 20] = 1
    moved = augment(x, {"shift": 10.0}, generator(0, 0, 0))
    rows, columns = np.nonzero(moved.sum(axis=(0, 3)))
    assert np.abs(rows - 20).max() <= 5
    assert np.abs(columns - 20).max() <= 5
    assert rows.max() - rows.min() > 4


def test_bending_moves_neighbors_together_and_nobody_further_than_asked():
    field = bends((40, 28, 20, 1), {"elastic": 10.0}, generator(0, 0, 0))
    assert field.shape == (40, 28, 20, 2)
    for axis, side in ((0, 28), (1, 20)):
        longest = np.abs(field[..., axis]).max()
        assert 0.05 * side < longest <= 0.1 * side
        # Neighboring pixels differ by far less than pixels chosen at random do.
        assert np.abs(np.diff(field[..., axis], axis=1)).max() < longest / 2
    assert np.abs(field.mean(axis=0)).max() < 1  # no direction is favored
    assert bends((3, 9, 9, 1), {"elastic": 0.0}, generator(0, 0, 0)) is None


def test_a_bent_picture_is_read_where_the_field_says():
    ndimage = pytest.importorskip("scipy.ndimage")
    x = pictures(4, (17, 23, 1))
    field = bends(x.shape, {"elastic": 15.0}, generator(5, 0, 0))
    rows, columns = np.mgrid[:17, :23].astype(np.float32)
    for picture, moved, got in zip(x, field, warp(x, *maps(4), field), strict=True):
        places = [rows + moved[..., 0], columns + moved[..., 1]]
        want = ndimage.map_coordinates(picture[..., 0], places, order=1, mode="nearest")
        assert np.allclose(got[..., 0], want, atol=1e-4)


def test_bending_leaves_the_other_changes_as_they_were():
    """Recipes from before there was bending repeat to the bit."""
    x, values = pictures(), settings("light_digits")
    without = {name: value for name, value in values.items() if name != "elastic"}
    first = augment(x, values, generator(1, 2, 3))
    assert np.array_equal(first, augment(x, without, generator(1, 2, 3)))


def test_cutout_hides_a_square_with_the_mean():
    x = pictures(30, (20, 20, 1))
    cut = augment(x, {"cutout": 50.0}, generator(0, 0, 0))
    changed = (cut != x).sum(axis=(1, 2, 3))
    assert changed.max() <= 100
    assert changed.max() > 90
    assert np.allclose(cut[cut != x], np.repeat(x.mean(axis=(1, 2, 3)), changed))


def test_brightness_adds_the_same_to_every_pixel():
    x = 0.4 + 0.2 * pictures(40, (5, 5, 3))
    added = augment(x, {"brightness": 20.0}, generator(0, 0, 0)) - x
    assert np.allclose(added, added[:, :1, :1, :1], atol=1e-6)
    assert 0.15 < np.abs(added).max() <= 0.2 + 1e-6
    assert added.min() < 0 < added.max()


def test_contrast_stretches_about_the_mean():
    x = 0.4 + 0.2 * pictures(40, (5, 5, 3))
    made = augment(x, {"contrast": 50.0}, generator(0, 0, 0))
    assert np.allclose(made.mean(axis=(1, 2, 3)), x.mean(axis=(1, 2, 3)), atol=1e-6)
    factor = made.std(axis=(1, 2, 3)) / x.std(axis=(1, 2, 3))
    assert 0.5 <= factor.min() < 0.7
    assert 1.3 < factor.max() <= 1.5


def test_tint_moves_each_channel_for_itself():
    x = 0.4 + 0.2 * pictures(40, (5, 5, 3))
    added = augment(x, {"tint": 10.0}, generator(0, 0, 0)) - x
    assert np.allclose(added, added[:, :1, :1], atol=1e-6)
    assert np.ptp(added, axis=-1).max() > 0.1


def test_mixup_blends_pictures_and_labels_alike():
    x, y = np.eye(4, dtype=np.float32)[:, None, :, None], np.eye(4, dtype=np.float32)
    mixed, labels = mixup(x, y, 1.0, generator(0, 0, 0))
    assert np.allclose(mixed[:, 0, :, 0], labels)
    assert (labels.max(axis=1) >= 0.5).all()
    assert labels.max(axis=1).min() < 1


def test_illegal_settings_are_one_sentence():
    with pytest.raises(LabError, match="between 0 and 50"):
        augmentation.check({"shift": 70})
    with pytest.raises(LabError, match="shathenet"):
        settings("shathe")
    with pytest.raises(LabError, match="no knob"):
        settings("none", {"blur": 1})
    assert settings("pyramid", {"shift": 5})["shift"] == 5.0


# -- handwriting


def strokes(n=60):
    """Bright bars three pixels wide on black, 28x28."""
    x = np.zeros((n, 28, 28, 1), np.float32)
    x[:, 4:24, 12:15] = 1
    return x


def test_narrowing_keeps_the_height_and_takes_width():
    x = np.zeros((80, 28, 28, 1), np.float32)
    x[:, 4:24, 4:24] = 1
    narrow = augment(x, {"narrow": 40.0}, generator(0, 0, 0))
    heights = narrow.max(axis=2).sum(axis=(1, 2))
    widths = narrow.max(axis=1).sum(axis=(1, 2))
    assert np.allclose(heights, 20, atol=0.01)
    assert widths.max() <= 20.01
    assert 11.5 < widths.min() < 13


def test_pens_grow_thinner_and_thicker_and_the_rest_stays_put():
    x = strokes()
    written = augment(x, {"pen": 100.0}, generator(0, 0, 0))
    widths = written[:, 14, :, 0].sum(axis=1)
    assert widths.max() > 5.5
    assert widths.max() <= 6
    assert 1.5 < widths.min() < 2.3
    assert (widths < 2.9).mean() > 0.3
    assert (widths > 3.1).mean() > 0.3
    assert np.allclose(written.max(axis=(1, 2, 3)), 1)
    assert not written[:, :2].any()
    assert np.array_equal(x, strokes())


def test_a_thin_stroke_is_not_broken():
    x = np.zeros((60, 28, 28, 1), np.float32)
    x[:, 4:24, 13:15] = 1
    written = augment(x, {"pen": 100.0}, generator(1, 0, 0))
    assert written[:, 5:23, 13].min() > 0.3


def test_a_blank_picture_stays_blank_under_any_pen():
    x = np.zeros((9, 28, 28, 1), np.float32)
    assert not augment(x, {"pen": 100.0}, generator(0, 0, 0)).any()


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 40, 3)])
def test_drawn_digits_stand_in_for_their_share_and_their_own_kind(shape):
    x = np.zeros((400, *shape), np.float32)
    y = np.eye(10, dtype=np.float32)[np.arange(400) % 10]
    made, labels = augment_batch(x, y, {"drawn": 25.0}, 0, 0, 0)
    drawn = made.any(axis=(1, 2, 3))
    assert 60 < drawn.sum() < 140
    assert np.array_equal(labels, y)
    assert np.ptp(made, axis=-1).max() == 0
    # Framed as MNIST frames: 20 of 28 on the longer side, the mass in the middle.
    for picture in made[drawn][..., 0] > 0.5:
        rows, columns = np.nonzero(picture)
        longest = max(np.ptp(rows), np.ptp(columns)) + 1
        assert abs(longest - min(shape[:2]) * 20 / 28) <= 2
        assert abs(rows.mean() - shape[0] / 2) < 2.5
        assert abs(columns.mean() - shape[1] / 2) < 2.5


def test_drawn_digits_look_like_their_digit():
    """A network that knows MNIST reads most; what it cannot read yet is why they are there."""
    reader = runs.find("compact_mnist_teacher")
    for digit in range(10):
        given = np.zeros((120, 28, 28, 1), np.float32), np.eye(10, dtype=np.float32)[[digit] * 120]
        made, _ = augment_batch(*given, {"drawn": 60.0}, 0, 0, digit)
        drawn = made[made.any(axis=(1, 2, 3))]
        said = [prediction.predict(reader, picture).label for picture in drawn]
        assert said.count(str(digit)) > 0.5 * len(said), f"{digit} is read as {said}"


def test_classes_that_are_no_digits_are_never_drawn_over():
    x, y = pictures(6, (28, 28, 1)), np.eye(12, dtype=np.float32)[[10, 11] * 3]
    assert np.array_equal(augment_batch(x, y, {"drawn": 60.0}, 0, 0, 0)[0], x)
    assert augmentation.are_digits(list("0123456789"))
    assert not augmentation.are_digits(["cat", "dog"])
    assert not augmentation.are_digits(list("1234567890"))


def test_a_preview_draws_the_digit_it_shows_and_nothing_for_other_things():
    blank = np.zeros((28, 28, 1), np.uint8)
    values = settings("none", {"drawn": 50.0})
    made = augmentation.preview(blank, blank[None], values, 40, digit=7)
    assert 10 < made.any(axis=(1, 2, 3)).sum() < 30
    assert not augmentation.preview(blank, blank[None], values, 40).any()


def test_the_handwriting_recipe_is_for_digits_only():
    from cnnlab import recipe

    assert recipe.check({"augmentation": "handwriting"}, "digits")["augmentation"] == "handwriting"
    with pytest.raises(LabError, match="fashion_mnist are others"):
        recipe.check({"augmentation": "handwriting"}, "fashion_mnist")
