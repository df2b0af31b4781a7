"""Speed and memory of the lab on this machine: `python -m cnnlab benchmark [PART]`.

Each file measures one part and prints a line as soon as it has a figure.
"""

import importlib
from collections.abc import Callable
from typing import Any

from cnnlab.errors import LabError

PARTS = ("models", "app", "strokes", "inside", "training", "classroom")


def measure(part: str, say: Callable[[str], None]) -> dict[str, Any]:
    """Run one of `PARTS`; every figure is said as it comes and returned at the end.

    Raises:
        LabError: there is no such part, or something it needs is missing.
    """
    if part not in PARTS:
        raise LabError(f"There is no benchmark {part!r}; there are: {', '.join(PARTS)}.")
    return importlib.import_module(f"cnnlab.benchmarks.{part}").measure(say)
