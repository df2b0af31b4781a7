"""What the pages call: light functions that ask the run store, LiteRT or the engine."""

from cnnlab.lab.asking import (
    duel,
    evaluation_report,
    import_model,
    inside,
    judged_pictures,
    layer_table,
    network_script,
    only_first_right,
    test_pictures,
    warm_inside,
)
from cnnlab.lab.live import Live, live, wait_for_first_point
from cnnlab.lab.shelf import ready_runs, row, shelf
from cnnlab.lab.starting import require_data, resume_training, start_training

__all__ = [
    "Live",
    "duel",
    "evaluation_report",
    "import_model",
    "inside",
    "judged_pictures",
    "layer_table",
    "live",
    "network_script",
    "only_first_right",
    "ready_runs",
    "require_data",
    "resume_training",
    "row",
    "shelf",
    "start_training",
    "test_pictures",
    "wait_for_first_point",
    "warm_inside",
]
