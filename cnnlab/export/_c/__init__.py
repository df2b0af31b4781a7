"""A quantized network as C99: one pair of files, no malloc, answers as in the NumPy reference."""

from cnnlab.export._c._sources import FOLDER, sources

__all__ = ["FOLDER", "sources"]
