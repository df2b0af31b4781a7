"""The run store: a run is a folder with everything one training left behind.

The folder is the only truth: pages, workers, the command line and tests all read it here.
"""

from cnnlab.runs.files import explain_disk, explained, read_json, replacing, tail_lines, write_json
from cnnlab.runs.lock import hold, is_held, store_lock
from cnnlab.runs.run import ACTIVE, STATES, Gone, Run, Status
from cnnlab.runs.store import (
    adopt,
    create,
    delete,
    find,
    list_runs,
    pretrained,
    request_stop,
    requeue,
)

__all__ = [
    "ACTIVE",
    "STATES",
    "Gone",
    "Run",
    "Status",
    "adopt",
    "create",
    "delete",
    "explain_disk",
    "explained",
    "find",
    "hold",
    "is_held",
    "list_runs",
    "pretrained",
    "read_json",
    "replacing",
    "request_stop",
    "requeue",
    "store_lock",
    "tail_lines",
    "write_json",
]
