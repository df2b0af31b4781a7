"""What the lab writes about a run, as typed records: read, checked and written here alone.

    RunConfig    config.json       what was asked; in it Recipe, Compression, Imported,
                                   Intervention, FilterOperation
    ChangeRequest         change.json         what is to change while it trains
    Status       status.json       where it stands
    HistoryRow   history.csv       one for each finished epoch
    ProgressPoint, LayerNorms      lines of progress.jsonl and norms.jsonl
    ExampleAnswers                 lines of examples.jsonl
    Confusion    confusion.json    of the latest epoch
    Metrics      metrics.json      what was measured at the end
    Notes        notes.json        what the reader wrote beside it
    Owner        owner.json        who may delete it
    Turns        .turns.json       of the whole store: who was served last

and about a training that others may repeat:

    RecipeCard     a file of its own; in it EpochClaim, Stamp

and about a study:

    StudyConfig  study.json        what was asked and planned
    StudyResult                    lines of results.jsonl, one for each step that ended

about a class's room:

    RoomConfig   room.json         what the teacher opened
    Pupils       pupils.json       who joined, a Pupil each
    RoomScore    scores/RUN.json   what a run is worth on the pictures held back
    WrongWords   .tries.json       words lately tried in vain, a WrongWord each
    RoomMark     room.json         in what was made in a room: whose it is

and about a dataset:

    OwnDataset     dataset.json    the card of the reader's own pictures; in it ImportedPictures
    Collection     collection.json what is to become one; in it ClassBox
    OverviewFacts  facts.json      what was counted of a dataset; in it SamePictures, Neighbors

and what a teacher writes:

    LessonFile     a lesson's TOML file; in it Step, in that Guess

A file whose content does not fit raises `DamagedRecord`, which names the file and the misfit:
one damaged run or dataset, and nothing else suffers. Files carry the version they were written
in; older ones are brought to today's form by one function. Keys a record does not know are ignored.
"""

from cnnlab.schema._config import (
    Compression,
    Imported,
    Intervention,
    Level,
    Recipe,
    RunConfig,
    Settings,
    StudyStep,
    Value,
)
from cnnlab.schema._dataset import (
    ClassBox,
    Collection,
    ImportedPictures,
    Neighbors,
    OverviewFacts,
    OwnDataset,
    SamePictures,
)
from cnnlab.schema._disk import (
    append_history,
    from_json,
    line_of,
    read,
    read_history,
    read_lines,
    replacing,
    tail_lines,
    to_json,
    write,
    write_history,
)
from cnnlab.schema._epochs import (
    Confusion,
    ExampleAnswers,
    HistoryRow,
    LayerNorms,
    ProgressPoint,
    best_epoch,
)
from cnnlab.schema._lesson import Guess, LessonFile, Step
from cnnlab.schema._measured import MOST_COUNTED, Latency, Metrics, Seeds
from cnnlab.schema._migration import VERSION
from cnnlab.schema._operations import FilterOperation
from cnnlab.schema._reading import DamagedRecord
from cnnlab.schema._recipe_card import EpochClaim, RecipeCard, Stamp
from cnnlab.schema._room import (
    Pupil,
    Pupils,
    RoomConfig,
    RoomMark,
    RoomScore,
    WrongWord,
    WrongWords,
)
from cnnlab.schema._status import ACTIVE, STATES, ChangeRequest, Notes, Owner, State, Status, Turns
from cnnlab.schema._study import (
    Candidate,
    Cell,
    Costs,
    Rung,
    StudyConfig,
    StudyPlan,
    StudyResult,
)

__all__ = [
    "ACTIVE",
    "MOST_COUNTED",
    "STATES",
    "VERSION",
    "Candidate",
    "Cell",
    "ChangeRequest",
    "ClassBox",
    "Collection",
    "Compression",
    "Confusion",
    "Costs",
    "DamagedRecord",
    "EpochClaim",
    "ExampleAnswers",
    "FilterOperation",
    "Guess",
    "HistoryRow",
    "Imported",
    "ImportedPictures",
    "Intervention",
    "Latency",
    "LayerNorms",
    "LessonFile",
    "Level",
    "Metrics",
    "Neighbors",
    "Notes",
    "OverviewFacts",
    "OwnDataset",
    "Owner",
    "ProgressPoint",
    "Pupil",
    "Pupils",
    "Recipe",
    "RecipeCard",
    "RoomConfig",
    "RoomMark",
    "RoomScore",
    "RunConfig",
    "Rung",
    "SamePictures",
    "Seeds",
    "Settings",
    "Stamp",
    "State",
    "Status",
    "Step",
    "StudyConfig",
    "StudyPlan",
    "StudyResult",
    "StudyStep",
    "Turns",
    "Value",
    "WrongWord",
    "WrongWords",
    "append_history",
    "best_epoch",
    "from_json",
    "line_of",
    "read",
    "read_history",
    "read_lines",
    "replacing",
    "tail_lines",
    "to_json",
    "write",
    "write_history",
]
