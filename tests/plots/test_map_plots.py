"""Maps as pictures: every value a pixel of the right color, many tiles in one PNG."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from cnnlab.plots import maps
from cnnlab.plots.heat import overlays


def opened(sprite: maps.Sprite) -> np.ndarray:
    """The sprite's pixels `(height, width, 4)`."""
    data = sprite.source.removeprefix("data:image/png;base64,")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA"))


def tile(sprite: maps.Sprite, number: int, height: int, width: int) -> np.ndarray:
    row, column = divmod(number, sprite.across)
    pixels = opened(sprite)
    return pixels[row * height : (row + 1) * height, column * width : (column + 1) * width]


@pytest.mark.parametrize("count", [1, 5, 32, 33, 70])
def test_every_tile_is_in_its_place(count):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (count, 4, 6, 3), np.uint8)
    sprite = maps.pictures(pictures)
    assert sprite.across * sprite.down >= count
    for number in range(count):
        assert np.array_equal(tile(sprite, number, 4, 6)[..., :3], pictures[number])


def test_gray_and_float_pictures():
    gray = np.array([[[[0.0], [1.0]], [[0.5], [2.0]]]])
    assert opened(maps.pictures(gray))[..., 0].tolist() == [[0, 255], [128, 255]]


def test_zero_is_white_where_a_map_goes_below_zero_and_dark_where_not():
    signed = np.array([[[-2.0, 0.0, 2.0]]])
    low, high = maps.limits(signed.transpose(1, 2, 0), False)
    assert (low, high) == ([-2.0], [2.0])
    red, white, blue = opened(maps.sprite(signed, low, high))[0, :, :3].astype(int)
    assert min(white) > 240
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    plain = np.array([[[0.0, 1.0, 4.0]]])
    low, high = maps.limits(plain.transpose(1, 2, 0), False)
    assert (low, high) == ([0.0], [4.0])
    dark, _, bright = opened(maps.sprite(plain, low, high))[0, :, :3].astype(int)
    assert dark.sum() < 200 < 300 < bright.sum()


def test_a_shared_scale_compares_own_scales_show_shape():
    both = np.stack([np.array([[0.0, 1.0]]), np.array([[0.0, 10.0]])], axis=-1)
    assert maps.limits(both, True) == ([0.0, 0.0], [10.0, 10.0])
    assert maps.limits(both, False) == ([0.0, 0.0], [1.0, 10.0])
    mixed = np.stack([np.array([[-1.0, 1.0]]), np.array([[0.0, 10.0]])], axis=-1)
    assert maps.limits(mixed, True) == ([-10.0, -10.0], [10.0, 10.0])


def test_no_number_is_clear_and_a_flat_map_is_drawn():
    values = np.array([[[np.nan, 1.0]], [[0.0, 0.0]]])
    pixels = opened(maps.sprite(values, [0.0, 0.0], [1.0, 0.0]))
    assert pixels[0, 0, 3] == 0
    assert pixels[0, 1, 3] == 255


def test_crops_stand_in_the_middle_of_equal_tiles():
    class Span:
        def __init__(self, first, last):
            self.first, self.last = first, last

    image = np.arange(100, dtype=np.uint8).reshape(10, 10, 1)
    parts = [(image, (Span(0, 2), Span(0, 2))), (image, (Span(4, 8), Span(3, 7)))]
    sprite, height, width = maps.crops(parts)
    assert (height, width) == (5, 5)
    small, large = (tile(sprite, number, 5, 5) for number in (0, 1))
    assert np.array_equal(small[1:4, 1:4, 0], image[:3, :3, 0])
    assert not small[0, :, 3].any()
    assert np.array_equal(large[..., 0], image[4:9, 3:8, 0])


def test_ink_is_legible_on_every_color():
    for value in np.linspace(-1, 1, 21):
        color, dark = maps.color(float(value), -1.0, 1.0)
        red, green, blue = map(int, color[4:-1].split(","))
        assert dark == (0.299 * red + 0.587 * green + 0.114 * blue < 140)


def test_heat_covers_the_picture_where_it_is_strong():
    image = np.full((2, 2, 1), 0.5, np.float32)
    heat = np.array([[0.0, 1.0], [-1.0, 0.0]])
    pixels = opened(overlays(image, np.stack([heat]), [True]))[..., :3].astype(int)
    assert pixels[0, 0].tolist() == [128, 128, 128]
    assert pixels[0, 1][2] > pixels[0, 1][0]  # blue speaks for the class
    assert pixels[1, 0][0] > pixels[1, 0][2]  # red against
    overlays(image, np.zeros((1, 2, 2)), [False])
