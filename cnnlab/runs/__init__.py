"""The run store: a run is a folder with everything one training left behind.

The folder is the only truth: pages, workers, the command line and tests all read it here.
"""

from cnnlab.runs.change_request import (
    MOST_EPOCHS,
    MOST_RATE,
    request_change,
    requested_change,
    take_change,
)
from cnnlab.runs.files import explain_disk, explained
from cnnlab.runs.lock import hold, is_held, store_lock
from cnnlab.runs.notes import NOTE_CHARACTERS, TITLE_CHARACTERS
from cnnlab.runs.run import (
    ANSWERS_FILE,
    CONFIG_FILE,
    CONFUSION_FILE,
    HISTORY_FILE,
    LATENCY_FILE,
    METRICS_FILE,
    NORMS_FILE,
    PROGRESS_FILE,
    STATUS_FILE,
    Gone,
    Run,
)
from cnnlab.runs.store import (
    adopt,
    annotate,
    create,
    find,
    list_runs,
    pretrained,
    prioritize,
    request_stop,
    requeue,
    settle_precision,
)
from cnnlab.runs.trash import delete, discard, restore

__all__ = [
    "ANSWERS_FILE",
    "CONFIG_FILE",
    "CONFUSION_FILE",
    "HISTORY_FILE",
    "LATENCY_FILE",
    "METRICS_FILE",
    "MOST_EPOCHS",
    "MOST_RATE",
    "NORMS_FILE",
    "NOTE_CHARACTERS",
    "PROGRESS_FILE",
    "STATUS_FILE",
    "TITLE_CHARACTERS",
    "Gone",
    "Run",
    "adopt",
    "annotate",
    "create",
    "delete",
    "discard",
    "explain_disk",
    "explained",
    "find",
    "hold",
    "is_held",
    "list_runs",
    "pretrained",
    "prioritize",
    "request_change",
    "request_stop",
    "requested_change",
    "requeue",
    "restore",
    "settle_precision",
    "store_lock",
    "take_change",
]
