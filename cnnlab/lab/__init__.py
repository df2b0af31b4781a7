"""What the pages call: light functions that ask the run store, LiteRT or the engine."""

from cnnlab.lab.chips import OnBoard, best_on, fits, on_board
from cnnlab.lab.collecting import (
    NETWORKS,
    make_dataset,
    own_collections,
    small_training,
    start_collection,
    train_collection,
)
from cnnlab.lab.comparable_runs import earlier_runs, tested_runs
from cnnlab.lab.compressing import (
    Member,
    Outcome,
    lineage,
    made_by,
    outcomes,
    published,
    start_distillation,
    start_pruning,
    start_pyramid,
    start_quantization,
)
from cnnlab.lab.engine_calls import (
    UploadedModel,
    ask,
    example_pictures,
    import_model,
    layers,
    mismatch,
    state_of,
    test_pictures,
    warm_inside,
)
from cnnlab.lab.fine_tuning import gentle, may_start, plan_begun, starts
from cnnlab.lab.forecast import Forecast, forecast
from cnnlab.lab.ladders import Ladder, Rung, digit_ladder, ladders, neighbors, rungs, size_of
from cnnlab.lab.latencies import measure_latencies
from cnnlab.lab.live import Examples, Live, examples, live, wait_for_first_point
from cnnlab.lab.permission import OWNER_FILE, may_delete, may_lead, may_write, sign
from cnnlab.lab.queue import QueueRow, positions, queue
from cnnlab.lab.run_rows import (
    RunRow,
    cliff,
    disk_use,
    ready_runs,
    row,
    shelf,
    showcase,
    tags,
    unlike,
)
from cnnlab.lab.shrinking import Sized, Way
from cnnlab.lab.shrinking import measured as measured_sizes
from cnnlab.lab.shrinking import ways as ways_to_shrink
from cnnlab.lab.soft_targets import SoftTargets, soft_targets
from cnnlab.lab.submit import OWNER_LENGTH, require_data, resume_training, start_training

__all__ = [
    "NETWORKS",
    "OWNER_FILE",
    "OWNER_LENGTH",
    "Examples",
    "Forecast",
    "Ladder",
    "Live",
    "Member",
    "OnBoard",
    "Outcome",
    "QueueRow",
    "RunRow",
    "Rung",
    "Sized",
    "SoftTargets",
    "UploadedModel",
    "Way",
    "ask",
    "best_on",
    "cliff",
    "digit_ladder",
    "disk_use",
    "earlier_runs",
    "example_pictures",
    "examples",
    "fits",
    "forecast",
    "gentle",
    "import_model",
    "ladders",
    "layers",
    "lineage",
    "live",
    "made_by",
    "make_dataset",
    "may_delete",
    "may_lead",
    "may_start",
    "may_write",
    "measure_latencies",
    "measured_sizes",
    "mismatch",
    "neighbors",
    "on_board",
    "outcomes",
    "own_collections",
    "plan_begun",
    "positions",
    "published",
    "queue",
    "ready_runs",
    "require_data",
    "resume_training",
    "row",
    "rungs",
    "shelf",
    "showcase",
    "sign",
    "size_of",
    "small_training",
    "soft_targets",
    "start_collection",
    "start_distillation",
    "start_pruning",
    "start_pyramid",
    "start_quantization",
    "start_training",
    "starts",
    "state_of",
    "tags",
    "test_pictures",
    "tested_runs",
    "train_collection",
    "unlike",
    "wait_for_first_point",
    "warm_inside",
    "ways_to_shrink",
]
