"""Small questions for the engine's tests, and the engine's own program without Keras."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnlab import paths, progress
from cnnlab.engine import __main__ as program
from cnnlab.errors import LabError
from cnnlab.question import FOREIGN, LIGHT, Lane, Question


def main(*words: str) -> None:
    """The engine's process, as it is but for Keras."""
    program._load_keras = lambda: None
    program.main(int(words[0]), *words[1:])


@dataclass(frozen=True)
class ViewsPid(Question[int]):
    """Which process answers the views."""

    def answer(self) -> int:
        return os.getpid()


@dataclass(frozen=True)
class Places(Question[tuple[str, str]]):
    """Where the process that answers looks for runs and data."""

    def answer(self) -> tuple[str, str]:
        return str(paths.runs_dir()), str(paths.data_dir())


@dataclass(frozen=True)
class Counts(Question[int]):
    """Says at each of three steps how far it is, and once more than is heard.

    It goes on when `heard` holds what it said.
    """

    heard: Path

    def answer(self) -> int:
        for done in range(3):
            progress.EVERY_S = 0.0
            progress.tell(done, 3, "steps")
            progress.EVERY_S = 3600.0
            progress.tell(done, 99, "steps too soon after the last to be heard")
            _wait_for(lambda done=done: f"{done} of 3 steps" in self.heard.read_text())
        return 3


@dataclass(frozen=True)
class LightPid(Question[int]):
    lane = LIGHT

    def answer(self) -> int:
        return os.getpid()


@dataclass(frozen=True)
class HastyPid(Question[int]):
    """Its lane's process goes home soon."""

    lane = Lane("hasty", idle_s=0.1)

    def answer(self) -> int:
        return os.getpid()


@dataclass(frozen=True)
class Sleeps(Question[str]):
    """Leaves a file named `trace` when it starts, and answers after a while."""

    seconds: float
    trace: Path | None = None
    word: str = "awake"

    def answer(self) -> str:
        if self.trace:
            with self.trace.open("a") as file:
                file.write(self.word + "\n")
        time.sleep(self.seconds)
        return self.word


@dataclass(frozen=True)
class Until(Question[str]):
    """Leaves its word beside `gate` when it starts, and answers once the gate is there."""

    gate: Path
    word: str = "awake"
    limit_s = 1e6

    def answer(self) -> str:
        with trace_of(self.gate).open("a") as file:
            file.write(self.word + "\n")
        _wait_for(self.gate.exists)
        return self.word


def trace_of(gate: Path) -> Path:
    """Where those who wait for a gate leave their words."""
    return gate.with_suffix(".trace")


def _wait_for(true: Callable[[], bool]) -> None:
    """Come back when it is true; without a word after two minutes."""
    deadline = time.monotonic() + 120
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)


@dataclass(frozen=True)
class Punctual(Question[str]):
    """May compute for a minute."""

    limit_s = 60.0

    def answer(self) -> str:
        return "in time"


@dataclass(frozen=True)
class SleepsLittle(Sleeps):
    """Ended after 0.3 seconds of computing."""

    limit_s = 0.3


@dataclass(frozen=True)
class Dies(Question[None]):
    """Ends its process: by a signal, or with an exit code."""

    by: signal.Signals | int

    def answer(self) -> None:
        if isinstance(self.by, signal.Signals):
            os.kill(os.getpid(), self.by)
        os._exit(int(self.by))


@dataclass(frozen=True)
class DiesOnce(Question[str]):
    """Ends its process the first time it is tried."""

    trace: Path

    def answer(self) -> str:
        if not self.trace.exists():
            self.trace.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return "the second time"


class Odd(Exception):  # noqa: N818 - only its making matters
    """One that cannot be made anew from what it is pickled as."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__("odd")


@dataclass(frozen=True)
class Raises(Question[None]):
    """Raises what its word says."""

    word: str

    def answer(self) -> None:
        if self.word == "lab":
            raise LabError("Choose another one.")
        if self.word == "exit":
            sys.exit(3)
        if self.word == "odd":
            raise Odd(1, 2)
        if self.word == "memory":
            raise MemoryError
        raise ValueError(self.word)


@dataclass(frozen=True)
class Unpicklable(Question[Any]):
    """Answers with something that cannot travel."""

    def answer(self) -> Any:
        return threading.Lock()


@dataclass(frozen=True)
class EatsMemory(Question[int]):
    """Takes so many bytes."""

    size: int
    lane = FOREIGN

    def answer(self) -> int:
        return len(bytearray(self.size))
