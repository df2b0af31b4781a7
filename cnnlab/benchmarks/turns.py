"""Trainings of the same work in processes of their own, epoch by epoch in turns.

A machine whose speed changes from minute to minute changes it for all of them alike.
"""

import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import IO

from cnnlab import paths
from cnnlab.errors import LabError

# What a program needs to take part: `go()` before every epoch, `done(images per second)` after it.
PROTOCOL = """
import json, sys

def go():
    sys.stdin.readline()

def done(speed):
    print(json.dumps(speed), flush=True)

"""


def speeds(programs: Mapping[str, tuple[str, ...]], epochs: int) -> dict[str, float]:
    """Images per second, the median of the epochs after the first, which builds the graph.

    Args:
        programs: Name -> a program in Python that starts with `PROTOCOL`, and its arguments.
        epochs: How many each of them trains.

    Raises:
        LabError: one of them failed; its last word is told.
    """
    found: dict[str, list[float]] = {name: [] for name in programs}
    with contextlib.ExitStack() as stack:
        errors = {name: stack.enter_context(tempfile.TemporaryFile("w+")) for name in programs}
        running = {
            name: stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", *program],
                    cwd=paths.ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors[name],
                    text=True,
                )
            )
            for name, program in programs.items()
        }
        try:
            for _ in range(epochs):
                for name, process in running.items():
                    found[name].append(_epoch(name, process, errors[name]))
        finally:
            for process in running.values():
                process.kill()
    return {name: statistics.median(taken[1:]) for name, taken in found.items()}


def _epoch(name: str, process: subprocess.Popen[str], errors: IO[str]) -> float:
    with contextlib.suppress(BrokenPipeError):  # it has ended: what it said comes below
        process.stdin.write("\n")
        process.stdin.flush()
    for line in process.stdout:
        with contextlib.suppress(ValueError):  # a word of a library
            return float(json.loads(line))
    process.wait()
    errors.seek(0)
    reason = (errors.read().strip().splitlines() or ["no word"])[-1]
    raise LabError(f"The training of {name} failed: {reason}")
