"""Networks without their numbers: what is asked of shapes alone needs no weights drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import keras

from cnnlab import architectures


@contextmanager
def without_weights() -> Iterator[None]:
    """Models built in here have all their shapes, names and settings, and no values."""
    later = "keras.src.backend.common.variables.register_uninitialized_variable"
    with keras.StatelessScope(initialize_variables=False), patch(later):  # they shall never come
        yield


def outline(*network, **settings) -> keras.Model:
    """What `architectures.build` makes of the same arguments, without values."""
    with without_weights():
        return architectures.build(*network, **settings)
