"""Trainings of the same work in processes of their own, epoch by epoch in turns.

A machine whose speed changes from minute to minute changes it for all of them alike.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import IO

from cnnlab import paths
from cnnlab.errors import LabError

# What a program needs to take part: `go()` before every epoch, `done(speeds)` after it, where
# speeds are images per second by the name of what was trained.
PROTOCOL = """
import json, sys

def go():
    sys.stdin.readline()

def done(speeds):
    print(json.dumps(speeds), flush=True)

"""


def speeds(programs: Mapping[str, tuple[str, ...]], epochs: int) -> dict[str, list[float]]:
    """Images per second in each epoch after the first, which builds the graph.

    Args:
        programs: Name -> a program in Python that starts with `PROTOCOL`, and its arguments.
        epochs: How many each of them trains.

    Raises:
        LabError: one of them failed; its last word is told.
    """
    found: dict[str, list[float]] = {}
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
                    for who, speed in _epoch(name, process, errors[name]).items():
                        found.setdefault(who, []).append(speed)
        finally:
            for process in running.values():
                process.kill()
    return {name: taken[1:] for name, taken in found.items()}


def _epoch(name: str, process: subprocess.Popen[str], errors: IO[str]) -> dict[str, float]:
    assert process.stdin
    assert process.stdout
    with contextlib.suppress(BrokenPipeError):  # it has ended: what it said comes below
        process.stdin.write("\n")
        process.stdin.flush()
    for line in process.stdout:
        with contextlib.suppress(ValueError):  # a word of a library
            return dict(json.loads(line))
    process.wait()
    errors.seek(0)
    reason = (errors.read().strip().splitlines() or ["no word"])[-1]
    raise LabError(f"The training of {name} failed: {reason}")
