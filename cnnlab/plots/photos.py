"""Ordinary pictures as HTML, each with its words for those who do not see it."""

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from cnnlab.markdown import upright

_LARGEST = 1024  # pixels a side are sent at most
STYLE = """<style>
.photos { display: flex; flex-wrap: wrap; gap: 12px 10px; align-items: flex-start; }
.photos figure { margin: 0; max-width: 100%; }
.photos img { display: block; max-width: 100%; height: auto; border-radius: 4px; }
.photos img.small { image-rendering: pixelated; }
.photos figcaption { font-size: 0.8rem; line-height: 1.3; padding-top: 3px;
  color: light-dark(#5b6875, #9aa8b5); overflow-wrap: anywhere; overflow: hidden;
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 5; }
</style>"""


@dataclass(frozen=True)
class Photo:
    """A picture `(height, width)` or `(height, width, 3)`, uint8; what it is; a line below it."""

    pixels: np.ndarray
    alt: str
    caption: str = ""


def photos(shown: Sequence[Photo], width: int) -> str:
    """The pictures beside each other, each `width` pixels wide, as far as there is room."""
    return f'{STYLE}<div class="photos">{"".join(_figure(one, width) for one in shown)}</div>'


def _figure(photo: Photo, width: int) -> str:
    small = ' class="small"' if max(photo.pixels.shape[:2]) < width else ""
    caption = html.escape(upright(photo.caption))
    words = f'<figcaption title="{caption}">{caption}</figcaption>' if caption else ""
    return (
        f'<figure style="width: {width}px"><img{small} src="{address(photo.pixels)}" '
        f'alt="{html.escape(photo.alt)}" width="{width}">{words}</figure>'
    )


def address(pixels: np.ndarray) -> str:
    """A picture as a data address: PNG, at most 1,024 pixels a side."""
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2:] == (1,) else pixels)
    if max(image.size) > _LARGEST:
        image.thumbnail((_LARGEST, _LARGEST))
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
