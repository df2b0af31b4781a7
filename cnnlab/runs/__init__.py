"""The run store: a run is a folder with everything one training left behind.

The folder is the only truth: pages, workers, the command line and tests all read it here.
"""

from cnnlab.runs.files import explain_disk, explained, read_json, replacing, tail_lines, write_json
from cnnlab.runs.lock import hold, is_held, store_lock
from cnnlab.runs.notes import NOTE_CHARACTERS, Notes
from cnnlab.runs.run import ACTIVE, CONFUSION_FILE, NORMS_FILE, STATES, Gone, Run, Status
from cnnlab.runs.store import (
    adopt,
    annotate,
    create,
    delete,
    find,
    list_runs,
    pretrained,
    prioritize,
    request_stop,
    requeue,
)

__all__ = [
    "ACTIVE",
    "CONFUSION_FILE",
    "NORMS_FILE",
    "NOTE_CHARACTERS",
    "STATES",
    "Gone",
    "Notes",
    "Run",
    "Status",
    "adopt",
    "annotate",
    "create",
    "delete",
    "explain_disk",
    "explained",
    "find",
    "hold",
    "is_held",
    "list_runs",
    "pretrained",
    "prioritize",
    "read_json",
    "replacing",
    "request_stop",
    "requeue",
    "store_lock",
    "tail_lines",
    "write_json",
]
