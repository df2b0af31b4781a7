"""Where a run stands, and what the reader wrote beside it: `status.json`, `notes.json`,
and `change.json`, what it is to change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from cnnlab.schema._reading import Within, optional

ACTIVE = ("queued", "running", "stopping")
STATES = (*ACTIVE, "done", "stopped", "failed", "interrupted")
State = Literal["queued", "running", "stopping", "done", "stopped", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class Status:
    """Where a run stands. `message` is one sentence for the reader, `phase` what runs now.

    `pid` is the worker's process on the machine called `host`; `updated` is in seconds since
    1970.
    """

    state: State
    message: Annotated[str, Within(0, 10_000)] = optional("")
    phase: Annotated[str, Within(0, 1_000)] = optional("")
    epoch: Annotated[int, Within(0, 100_000)] = optional(0)
    pid: Annotated[int, Within(1, 2**31 - 1)] | None = optional(None)
    host: Annotated[str, Within(0, 300)] = optional("")
    updated: Annotated[float, Within(0, 1e12)] = optional(0.0)

    @property
    def active(self) -> bool:
        """Waiting or working: something may still happen by itself."""
        return self.state in ACTIVE


@dataclass(frozen=True, slots=True)
class Turns:
    """When each owner was served last, as a running number: whose turn it is in the queue."""

    latest: Mapping[str, Annotated[int, Within(0, 2**53)]]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a run or a dataset is: a name to show, and the hash of a secret that proves it."""

    name: Annotated[str, Within(0, 300)]
    proof: Annotated[str, Within(64, 64)]


@dataclass(frozen=True, slots=True)
class Notes:
    """A name of the reader's own, a note of some lines and a few short tags; all may be empty."""

    text: Annotated[str, Within(0, 10_000)] = optional("")
    tags: Annotated[tuple[Annotated[str, Within(0, 300)], ...], Within(0, 1_000)] = optional(())
    title: Annotated[str, Within(0, 300)] = optional("")


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """What is to change in a training that runs; the worker takes the file away and acts.

    None leaves it as it is. `epochs` are those in all.
    """

    learning_rate: Annotated[float, Within(0, 1e6)] | None = None
    epochs: Annotated[int, Within(1, 100_000)] | None = None
