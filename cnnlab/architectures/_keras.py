"""Keras, loaded at first use, so that a family's cards can be read without it."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras
else:

    class _Keras:
        """Stands for the `keras` module until an attribute of it is asked for."""

        def __getattr__(self, name: str) -> Any:
            return getattr(importlib.import_module("keras"), name)

    keras = _Keras()

__all__ = ["keras"]
