"""The one place that opens a `.keras` file of a run: the model, or one sentence."""

from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.errors import DAMAGED, LabError, reason

if TYPE_CHECKING:
    import keras


def open_file(file: Path, whose: str) -> "keras.Model":
    """The model in a run's `model.keras`, without its optimizer.

    Raises:
        LabError: the file is damaged, in whatever way.
    """
    import keras

    try:
        return keras.models.load_model(file, compile=False)
    except DAMAGED as error:
        raise LabError(
            f"The model file of {whose} cannot be read ({reason(error)}): train it again."
        ) from error
