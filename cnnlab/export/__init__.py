"""A trained model in the formats other programs read.

`bundle` packs several of them with labels, preparation and a program, each file held against
the run first. Keras is loaded when a file is written, so that the server may read the formats.
"""

from cnnlab.export._bundle import Bundle, Check, bundle, bundle_of
from cnnlab.export._formats import FORMATS, Format, formats_of
from cnnlab.export._tflite import JUDGES, PRECISIONS, save_tflite, to_tflite, write_tflite

__all__ = [
    "FORMATS",
    "JUDGES",
    "PRECISIONS",
    "Bundle",
    "Check",
    "Format",
    "bundle",
    "bundle_of",
    "formats_of",
    "save_tflite",
    "to_tflite",
    "write_tflite",
]
