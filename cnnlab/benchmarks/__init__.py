"""Speed and memory of the lab on this machine: `python -m cnnlab benchmark [PART]`.

Each file without an underscore is a part: its `measure` says every figure as soon as it has it.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from cnnlab.errors import LabError

PARTS = tuple(
    sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name[0] != "_")
)


def measure(part: str, say: Callable[[str], None]) -> dict[str, Any]:
    """Run one of `PARTS`; every figure is said as it comes and returned at the end.

    Raises:
        LabError: there is no such part, or something it needs is missing.
    """
    if part not in PARTS:
        raise LabError(f"There is no benchmark {part!r}; there are: {', '.join(PARTS)}.")
    return importlib.import_module(f"cnnlab.benchmarks.{part}").measure(say)
