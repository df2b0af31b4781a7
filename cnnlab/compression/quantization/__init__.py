"""The same network in fewer bits per number: a file for each method."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnnlab.compression import KINDS, KindCard

if TYPE_CHECKING:
    import keras

    from cnnlab.datasets import Data
    from cnnlab.runs import Run


def _make(run: "Run", report: Callable[..., None], data: "Data") -> "keras.Model":
    from cnnlab.compression import _worker

    return _worker.quantize(run, report, data)


KINDS.add(
    KindCard(
        name="quantization",
        title="Quantization",
        description="The same network, in fewer bits per number; with fine-tuning, in very few.",
        verb="quantize",
        turn=40,
        make=_make,
        trains=False,
    )
)
