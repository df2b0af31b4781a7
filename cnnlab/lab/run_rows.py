"""The shelf: one light row per run, read from small files only."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

from cnnlab import datasets, jobs, paths, runs
from cnnlab.errors import LabError
from cnnlab.lab.ladders import digit_ladder, ladders
from cnnlab.lab.queue import positions
from cnnlab.runs import Run
from cnnlab.schema import Recipe, RunConfig

MOST_SHOWN = 1_000_000  # parameters of a model asked unless the reader chooses
STILL_READS = 0.95  # of the test pictures


class RunRow(TypedDict):
    """A run's line in a table; figures are None until measured, words "" where there are none.

    `epochs` is "3/20", or how a run came about that was never trained here; `position` its place
    in the queue; `damage` why a run's files cannot be read.
    """

    run: str
    title: str
    state: str
    position: int | None
    architecture: str
    dataset: str
    variant: str
    epochs: str
    params: int | None
    test_accuracy: float | None
    created: str
    owner: str
    note: str
    tags: list[str]
    shipped: bool
    damage: str


def _everybody(run: Run) -> bool:
    """What was made outside of rooms, and in them: the whole store."""
    return True


def shelf(
    limit: int | None = None, words: str = "", seen: Callable[[Run], bool] = _everybody
) -> list[RunRow]:
    """One light row per own run, newest first; one deleted meanwhile is left out.

    A run whose files cannot be read stays in the list as "damaged": nothing is lost in silence.

    Args:
        limit: At most so many.
        words: Only runs in whose row each of these words occurs, notes and tags included.
        seen: Only runs for which this is true.
    """
    rows: list[RunRow] = []
    for run in runs.list_runs(damaged=True):
        if len(rows) == limit:
            break
        if not seen(run):
            continue
        try:
            found = row(run)
        except runs.Gone:
            continue
        except LabError as error:
            found = _damaged(run, str(error))
        if _matches(found, words):
            rows.append(found)
    if any(found["state"] == "queued" for found in rows):
        places = positions()
        for found in rows:
            found["position"] = places.get(found["run"])
    return rows


def disk_use(names: Sequence[str]) -> int:
    """Bytes that the folders of these runs take."""
    total = 0
    for name in names:
        for folder, _, files in os.walk(paths.runs_dir() / name):
            for file in files:
                with suppress(OSError):  # deleted meanwhile
                    total += (Path(folder) / file).stat().st_size
    return total


def _matches(found: RunRow, words: str) -> bool:
    if not words:
        return True
    text = " ".join(map(str, found.values())).casefold()
    return all(word in text for word in words.casefold().split())


def _damaged(run: Run, reason: str) -> RunRow:
    return {
        "run": run.name,
        "title": run.name,
        "state": "damaged",
        "position": None,
        "architecture": "",
        "dataset": "",
        "variant": "",
        "epochs": "",
        "params": None,
        "test_accuracy": None,
        "created": "",
        "owner": "",
        "note": "",
        "tags": [],
        "shipped": run.read_only,
        "damage": reason,
    }


def row(run: Run) -> RunRow:
    """A run's line in a table: name, state, network, data and figures (None until measured)."""
    config, metrics, status, notes = run.config, run.metrics, run.status, run.notes
    epochs = config.epochs
    return {
        "run": run.name,
        "title": run.title,
        "state": status.state,
        "position": None,
        "architecture": config.architecture,
        "dataset": config.dataset,
        "variant": metrics.variant or config.dataset,
        "epochs": f"{status.epoch}/{epochs}" if epochs else _made(config),
        "params": metrics.params,
        "test_accuracy": metrics.test_accuracy,
        "created": config.created,
        "owner": jobs.owner_of(run),
        "note": notes.text,
        "tags": list(notes.tags),
        "shipped": run.read_only,
        "damage": "",
    }


def _made(config: RunConfig) -> str:
    """How a run came about that was never trained here."""
    if config.operations:
        return "operated on"
    return "imported" if config.imported else "quantized"


def ready_runs() -> list[Run]:
    """Runs that can predict: shipped ones first, then one's own finished ones, newest first."""
    own = [run for run in runs.list_runs() if run.tflite_file.is_file()]
    return [run for run in runs.pretrained() if run.tflite_file.is_file()] + own


def showcase(most: int) -> list[Run]:
    """At most `most` shipped runs of the leading dataset, spread evenly from small to large.

    Those of a ladder stand aside, as long as there are others: Home asks them all at once.
    Larger ones than `MOST_SHOWN` answer late, and every stroke would wait for them.
    """
    known = runs.pretrained()
    rungs = {run.name for ladder in ladders(known) for run in ladder.rungs}
    found = [
        run
        for run in known
        if datasets.leads(run.config.dataset) and (run.metrics.params or 0) < MOST_SHOWN
    ]
    found = [run for run in found if run.name not in rungs] or found
    return _spread(found, most)


def unlike(most: int) -> list[Run]:
    """At most `most` shipped runs to hold against each other on one picture: they learned unlike.

    Of those tested on the leading dataset the most accurate that saw its pictures as they are, the
    smallest as good that saw them changed, and the smallest size of its ladder that still reads.
    """
    known = [run for run in runs.pretrained() if _is_asked(run)]
    ladder = digit_ladder(ladders(known))
    rungs = ladder.rungs if ladder else ()
    alone = [run for run in known if run.name not in {rung.name for rung in rungs}]
    plain = max((run for run in alone if not _sees_changed(run)), key=_accuracy, default=None)
    least = _accuracy(plain) if plain else 0.0
    changed = [run for run in alone if _sees_changed(run) and _accuracy(run) >= least]
    smallest = min(changed, key=lambda run: run.metrics.params or 0, default=None)
    best = [run for run in (plain, smallest) if run]
    still = [run for run in rungs if _accuracy(run) >= STILL_READS][:1]
    return [*best, *still][:most]


def _is_asked(run: Run) -> bool:
    """Whether it is tested on the leading dataset, and answers quickly."""
    small = (run.metrics.params or 0) < MOST_SHOWN
    tested = datasets.leads(run.config.dataset) and _accuracy(run) > 0
    return tested and small and run.tflite_file.is_file()


def _accuracy(run: Run) -> float:
    return run.metrics.test_accuracy or 0


def _sees_changed(run: Run) -> bool:
    return run.config.recipe.augmentation != Recipe().augmentation


def cliff(most: int, own: Sequence[Run] | None = None) -> list[Run]:
    """What a comparison begins with: sizes of the ladder on which it falls, beside one's own runs.

    A third is for the newest own runs that were tested on the ladder's dataset, and for the
    `showcase` where there are fewer; without a ladder all of it is the showcase's. `own` are one's
    own runs, those to prefer first; all of the store where none are given.
    """
    ladder = digit_ladder(ladders(runs.pretrained()))
    if ladder is None:
        return showcase(most)
    few = most // 3
    config = ladder.rungs[0].config
    found = runs.list_runs() if own is None else own
    tested = [run for run in found if _is_tested_on(run, config.dataset)][:few]
    others = (tested + showcase(few))[:few]
    return _spread(ladder.rungs, most - len(others)) + others


def _is_tested_on(run: Run, dataset: str) -> bool:
    try:
        return run.config.dataset == dataset and run.metrics.test_accuracy is not None
    except LabError:
        return False


def _spread(found: Sequence[Run], most: int) -> list[Run]:
    """At most so many of them, evenly apart, the first and the last among them."""
    if len(found) <= most:
        return list(found)
    return [found[round(place * (len(found) - 1) / (most - 1))] for place in range(most)]


def tags() -> dict[str, tuple[str, ...]]:
    """The tags of one's own runs that have any, newest run first."""
    noted = {run.name: run.notes.tags for run in runs.list_runs()}
    return {name: words for name, words in noted.items() if words}
