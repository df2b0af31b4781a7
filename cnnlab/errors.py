"""The one error a reader can mend, and what damaged files make of those who read them."""

import lzma
import pickle
import struct
import tarfile
import tokenize
import zipfile
import zlib

# What zip, npy, HDF5, JSON, FlatBuffers and pickles raise on files that are not whole or none of
# theirs. A flipped bit may lead anywhere: whoever reads a file that others wrote catches them all.
DAMAGED = (
    *(ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, RuntimeError),
    *(ImportError, MemoryError, EOFError, AssertionError, ArithmeticError, SyntaxError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, tokenize.TokenError),
    *(tarfile.TarError, pickle.UnpicklingError),
)


class LabError(Exception):
    """A mistake with a way out: the message is one sentence (or two) fit for the screen.

    Everything else crashes loudly and lands in the run's status and log.
    """


def reason(error: BaseException) -> str:
    """The first line of what an error says, short; its kind where it says nothing."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:160]
