"""Pictures <-> arrays: read them safely, prepare them as a network expects them.

read      a file or its bytes -> uint8 array, within limits, turned upright
digit     ink -> the 28x28 picture MNIST would have made of it
paper     a photo of handwriting -> the digit's ink alone (by polarity, illumination, lines,
          components and stroke)
drawing   what was drawn on a pad needs no search
prepare   any picture -> what one network sees, with the steps on the way
"""

from cnnlab.images._decode_limit import AT_ONCE
from cnnlab.images.digit import frame_digit, frame_digits, nearby, prepare_digit
from cnnlab.images.paper import CUT
from cnnlab.images.prepare import Fit, PrepareOptions, Tone, fit, prepare, read_options, unchanged
from cnnlab.images.prepared import Array, Prepared, Step
from cnnlab.images.read import (
    Picture,
    from_base64,
    is_large,
    open_picture,
    read_canvas,
    read_picture,
)

__all__ = [
    "AT_ONCE",
    "CUT",
    "Array",
    "Fit",
    "Picture",
    "PrepareOptions",
    "Prepared",
    "Step",
    "Tone",
    "fit",
    "frame_digit",
    "frame_digits",
    "from_base64",
    "is_large",
    "nearby",
    "open_picture",
    "prepare",
    "prepare_digit",
    "read_canvas",
    "read_options",
    "read_picture",
    "unchanged",
]
