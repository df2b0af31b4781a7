"""Feature maps of two networks brought to one size, so that they can be compared."""

from typing import Any

from keras import ops


def resized(maps: Any, height: int, width: int) -> Any:
    """Maps `(batch, h, w, c)` at `height` x `width`: pooled, repeated, or else resized.

    Larger maps by a whole factor are max-pooled and smaller ones repeated, as the Pyramid's
    source does (Ravindran, pyramid_compression, 2018); any other size is resized bilinearly.

    Returns:
        `(batch, height, width, c)`, a symbolic or real tensor as `maps` is.
    """
    h, w = maps.shape[1:3]
    if (h, w) == (height, width):
        return maps
    if h % height == 0 and w % width == 0:
        window = (h // height, w // width)
        return ops.max_pool(maps, window, window, padding="valid", data_format="channels_last")
    if height % h == 0 and width % w == 0:
        return ops.repeat(ops.repeat(maps, height // h, axis=1), width // w, axis=2)
    return ops.image.resize(maps, (height, width), data_format="channels_last")
