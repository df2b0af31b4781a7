"""Whether the kernel ended a process for want of memory, and how much a process may take."""

import resource
from pathlib import Path

# Counters of the whole machine, and of the container this runs in; see proc(5), cgroups(7).
COUNTERS = (Path("/proc/vmstat"), Path("/sys/fs/cgroup/memory.events"))


def oom_kills() -> int:
    """How many processes the kernel has ended for want of memory; 0 where it does not count."""
    return sum(map(_count, COUNTERS))


def _count(file: Path) -> int:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))


def limit_memory(more_bytes: int) -> None:
    """Let this process take so much memory beyond what it has; more is refused by the system."""
    most = _data_bytes() + more_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _data_bytes() -> int:
    """Private memory this process has asked for; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(x.split()[1]) * 1024 for x in lines if x.startswith("VmData:")), 0)
