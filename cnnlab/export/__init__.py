"""A trained model in the formats other programs read.

`bundle` packs several of them with labels, preparation and a program, each file held against
the run first. Keras is loaded when a file is written, so that the server may read the formats.
"""

from cnnlab.export._bundle import CHECKED_ON, Bundle, Check, bundle, bundle_of
from cnnlab.export._cards import (
    FEWER_BITS,
    FORMATS,
    FULL_PRECISION,
    FormatCard,
    Tolerance,
    export_format,
    formats_of,
    has_full_precision,
)
from cnnlab.export._int8 import int8_file
from cnnlab.export._tflite import (
    JUDGES,
    converted,
    int8_bytes,
    save_tflite,
    to_dynamic_int8,
    to_float16,
    to_float32,
    to_int8,
    write_tflite,
)

__all__ = [
    "CHECKED_ON",
    "FEWER_BITS",
    "FORMATS",
    "FULL_PRECISION",
    "JUDGES",
    "Bundle",
    "Check",
    "FormatCard",
    "Tolerance",
    "bundle",
    "bundle_of",
    "converted",
    "export_format",
    "formats_of",
    "has_full_precision",
    "int8_bytes",
    "int8_file",
    "save_tflite",
    "to_dynamic_int8",
    "to_float16",
    "to_float32",
    "to_int8",
    "write_tflite",
]
