"""The sentences of the engine: what happened to a question, and a way out that works."""

import os
import signal

from cnnlab.engine._fork_server import ProcessDied
from cnnlab.question import GIB, Lane

STOPPED = "The computing process was stopped meanwhile: open the page again."
BUSY = 1.5  # runnable processes for each core, from which on the machine counts as busy


def too_long(limit_s: float) -> str:
    """A question that outlasted its limit, counted from the start of its computing."""
    words = f"Computing this took longer than {limit_s:g} s and was ended"
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > BUSY * cores:
        return (
            f"{words}, on a busy machine (a load of {load:.1f} on {cores} cores): try again when "
            "its trainings have ended, or pause them on the Train page."
        )
    return f"{words}: it is too much for a page on this machine. What else is here still answers."


def died(death: ProcessDied, lane: Lane) -> str:
    """A question whose process died every time it was tried."""
    if death.out_of_memory:
        return (
            "The machine's memory ran out while this was computed: wait for trainings to end, or "
            "choose a smaller network."
        )
    if lane.memory_bytes and -death.status in (signal.SIGABRT, signal.SIGKILL, signal.SIGSEGV):
        return (
            f"This needs more than the {lane.memory_bytes / GIB:.0f} GiB of memory that a file "
            "from outside may take: bring a smaller network."
        )
    return (
        f"The computing process {_how(death)} each time this was computed. Other questions are "
        "still answered; the server's log may tell why."
    )


def _how(death: ProcessDied) -> str:
    if death.status < 0:
        return f"was ended by {signal.Signals(-death.status).name}"
    return f"ended with code {death.status}"
