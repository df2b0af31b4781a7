"""What a room's runs are worth: measured by the engine, kept in the room's folder."""

import hashlib
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

from cnnlab import engine, rooms
from cnnlab.errors import LabError
from cnnlab.question import LONG, Question
from cnnlab.rooms import Room
from cnnlab.runs import Run
from cnnlab.schema import RoomMark, RoomScore, Settings

AGAIN_S = 120.0  # a run whose score did not come by then is asked for once more
_asked: dict[Path, float] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class MeasuredInRoom(Question[RoomScore]):
    """A finished run on the pictures that its room holds back; the score is kept in the room."""

    lane = LONG
    limit_s = 300.0

    folder: Path
    room: Path

    def answer(self) -> RoomScore:
        """Runs in the engine."""
        room, run = Room(self.room), Run(self.folder)
        marked = rooms.mark_of(run.path)
        if marked is None or marked.room != room.name:
            raise LabError(f"{run.name} was not made in this room.")
        score = _measured(room, run, marked)
        room.keep_score(score)
        return score


@dataclass(frozen=True)
class CostsInInt8(Question["tuple[int, int] | str"]):
    """Bytes of the int8 file and of RAM of a network not trained yet, or why there are none.

    Training changes neither.
    """

    lane = LONG
    limit_s = 60.0

    architecture: str
    input_shape: tuple[int, int, int]
    classes: int
    knobs: Settings

    def answer(self) -> "tuple[int, int] | str":
        """Runs in the engine."""
        from cnnlab import architectures, export, integer

        try:
            model = architectures.build(
                self.architecture, self.input_shape, self.classes, self.knobs
            )
            needed = integer.plan(integer.sized(export.to_float32(model))).ram_bytes
            return export.int8_bytes(model), needed
        except LabError as error:
            return str(error)


def score_next(room: Room) -> int:
    """Have finished runs of a room scored that are not yet; how many are left to score.

    The engine is asked for one after the other, and nobody waits for it.

    Raises:
        LabError: the room is closed.
    """
    waiting = [
        run
        for run, _ in rooms.runs_of(room)
        if run.status.state == "done" and room.score_of(run.name) is None
    ]
    now = time.monotonic()
    with _lock:
        if waiting and not any(now - _asked.get(run.path, -AGAIN_S) < AGAIN_S for run in waiting):
            _asked[waiting[0].path] = now
            engine.begin(MeasuredInRoom(waiting[0].path, room.path))
    return len(waiting)


def score_all(room: Room) -> None:
    """The same here and now, for a terminal; needs Keras.

    Raises:
        LabError: the room is closed, or keeps too many results.
    """
    for run, _ in rooms.runs_of(room):
        if run.status.state == "done" and room.score_of(run.name) is None:
            MeasuredInRoom(run.path, room.path).answer()


def _measured(room: Room, run: Run, marked: RoomMark) -> RoomScore:
    config, metrics = run.config, run.metrics
    score = RoomScore(
        run=run.name,
        alias=marked.alias,
        title=run.title[:200],
        dataset=config.dataset,
        asked=hashlib.sha256(config.asked.encode()).hexdigest(),
        seed=config.recipe.seed if config.recipe.trains else 0,
        begun=marked.made,
        params=metrics.params,
        tflite_bytes=metrics.tflite_bytes,
    )
    try:
        return _in_int8(room, run, _as_it_is(room, run, score))
    except LabError as error:
        return replace(score, message=str(error)[:2_000])


def _as_it_is(room: Room, run: Run, score: RoomScore) -> RoomScore:
    """By the file that answers."""
    from cnnlab import datasets, evaluation, prediction

    data = datasets.load(run.config.dataset, run.config.input_shape)
    why = evaluation.mismatch(run, data.name, data.labels, data.fingerprint, data.variant)
    if why:
        raise LabError(why)
    pictures, truth = rooms.decisive(room, data)
    right = prediction.answer_all(run.tflite_file.read_bytes(), pictures).argmax(1) == truth
    return replace(score, accuracy=float(right.mean()), count=len(truth))


def _in_int8(room: Room, run: Run, score: RoomScore) -> RoomScore:
    """After the round trip, and what it takes on a chip; what cannot be had stays out."""
    from cnnlab import boards, datasets, export, prediction

    try:
        file = export.int8_file(run)
        data = datasets.load(run.config.dataset, run.config.input_shape)
        pictures, truth = rooms.decisive(room, data)
        right = prediction.answer_all(file, pictures).argmax(1) == truth
        score = replace(score, int8_accuracy=float(right.mean()), int8_bytes=len(file))
        return replace(score, ram_bytes=boards.needs(run).ram_bytes)
    except LabError as error:
        return replace(score, message=f"in int8: {error}"[:2_000])
