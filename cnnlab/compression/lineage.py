"""Who was made from whom: the tree of runs around one, and what each was made by. Light."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from cnnlab import runs
from cnnlab.compression import METHODS
from cnnlab.errors import LabError
from cnnlab.runs import Run


@dataclass(frozen=True)
class Member:
    """A run in its lineage: how deep below the oldest ancestor, and what it was made by."""

    run: Run
    depth: int
    made_by: str


def lineage(run: Run) -> list[Member]:
    """The oldest ancestor of `run` that is still there, and all that came from it, in order.

    Twins trained from scratch for comparison stand beside the students they belong to.
    """
    everybody = _readable([*runs.pretrained(), *runs.list_runs()])
    oldest, seen = run, {run.name}
    while (parent := oldest.config.parent) in everybody and parent not in seen:
        oldest = everybody[parent]
        seen.add(parent)
    return list(_below(oldest, 0, everybody, set()))


def _readable(found: Sequence[Run]) -> dict[str, Run]:
    """By name, one's own before shipped ones; damaged ones are left out."""
    known: dict[str, Run] = {}
    for run in found:
        with suppress(LabError):
            if run.config:
                known[run.name] = run
    return known


def _below(run: Run, depth: int, everybody: dict[str, Run], seen: set[str]) -> Iterator[Member]:
    if run.name in seen:
        return
    seen.add(run.name)
    yield Member(run, depth, made_by(run))
    children = [r for r in everybody.values() if r.config.parent == run.name]
    for child in sorted(children, key=lambda r: (r.config.created, r.name)):
        twin = everybody.get(child.config.compression.scratch if child.config.compression else "")
        if twin is not None and twin.name not in seen:
            seen.add(twin.name)
            yield Member(twin, depth + 1, "the same student from scratch")
        yield from _below(child, depth + 1, everybody, seen)


def made_by(run: Run) -> str:
    """In words: "Softened probabilities (Hinton), temperature 8"; "trained" for an ancestor.

    What only began with another's weights is "fine-tuned".
    """
    made = run.config.compression
    if not made:
        if count := len(run.config.operations):
            return f"operated on, {count} operation{'s' if count > 1 else ''}"
        if run.config.parent:
            return "fine-tuned"
        return "imported" if run.config.imported else "trained"
    if made.method not in METHODS:
        return f"{made.method}, which is not known here"
    card = METHODS[made.method]
    turned = [
        f"{knob.label} {made.settings[knob.name]}"
        for knob in card.knobs
        if made.settings.get(knob.name) not in (None, "", knob.default)
    ]
    words = [f"level {made.level.number} of {made.level.of}"] if made.level else []
    return ", ".join([card.title, *words, *turned])
