"""Small files as people save them, each with what is true of it."""

import json
from pathlib import Path
from typing import Any

import keras

FOLDER = Path(__file__).parent / "imports"
TRUTH: dict[str, dict[str, Any]] = json.loads((FOLDER / "truth.json").read_text())
IMPORTS = sorted(TRUTH)


def saved_model(name: str) -> keras.Model:
    """One of the saved Keras models."""
    return keras.models.load_model(FOLDER / f"{name}.keras", compile=False)
