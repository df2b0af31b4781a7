"""Which pictures a run learned from, and what may be said of it on those that are here now.

Own pictures are deleted and imported anew under the same name, and one dataset comes in several
forms. A count on the wrong classes, or on pictures that were trained on, would be a figure like
any other: classes and fingerprints decide, and where they differ there is a sentence instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from cnnlab import datasets, rooms, runs
from cnnlab.compression_kinds import KINDS
from cnnlab.errors import DAMAGED, LabError
from cnnlab.runs import Run

UNKNOWN = "unknown"  # the dataset of an imported network, where nobody named one
UNSEEN = "none of them was trained on or chosen by"
_NAMED = 4  # class names that are spelled out in a sentence


def data_of(run: Run, limit: int | None = None) -> datasets.Data:
    """A run's dataset in its own size, or the part of it that is here.

    Args:
        run: Any.
        limit: Keep at most so many training pictures.

    Raises:
        LabError: the dataset is not here, or is another one than the run learned.
    """
    check_known(run)
    name = datasets.stand_in(run.config.dataset)
    return fitting(run, datasets.load(name, run.config.input_shape, limit))


def check_known(run: Run) -> None:
    """Raise a `LabError` for an imported run of which nobody said what it learned from."""
    if run.config.dataset == UNKNOWN:
        raise LabError(
            f"{run.name} was imported without a dataset, so there are no pictures to measure it "
            "on: import its file again and name the dataset it was trained on."
        )


def fitting(run: Run, data: datasets.Data) -> datasets.Data:
    """`data` as it may be counted for a run, its classes called as the run calls them.

    Of a run that was made in a room the pictures that the room scores by are left out.

    Raises:
        LabError: they are other classes or other pictures than those the run learned.
    """
    why = mismatch(run, data.name, data.labels, data.fingerprint, data.variant)
    if why:
        raise LabError(why)
    return replace(rooms.without_held_back(run, data), labels=tuple(run.config.labels))


def mismatch(run: Run, dataset: str, labels: Sequence[str], fingerprint: str, variant: str) -> str:
    """Why nothing can be counted for a run on these pictures, as a sentence; "" if it can.

    Args:
        run: Any.
        dataset: The name of the dataset they are from.
        labels: Its classes.
        fingerprint: Of its pictures; "" where nobody read them all.
        variant: The form it was read in.
    """
    card, own, learned = datasets.DATASETS[dataset], run.config.labels, fingerprint_of(run)
    others = bool(learned and fingerprint) and learned not in _fingerprints(card, fingerprint)
    # Another form of what its source split keeps the same pictures apart for testing.
    changed = others and (card.split_here or variant == run.metrics.variant)
    # The same pictures under other names are the same classes, in the same order.
    renamed = bool(learned) and not changed and len(labels) == len(own)
    if tuple(labels) != own and not renamed:
        return (
            f"{run.name} tells {_listed(own)} apart, and {card.title} holds {_listed(labels)} "
            f"now: nothing can be said about the one on the other. {_WAY_OUT}"
        )
    if changed:
        return (
            f"{run.name} learned from other pictures than {card.title} holds now (fingerprint "
            f"{learned[:8]}, now {fingerprint[:8]}), so it may have been trained on some of its "
            f"test pictures. {_WAY_OUT}"
        )
    return ""


_WAY_OUT = "Bring the earlier pictures back, or train it anew on these."


def basis(run: Run, data: datasets.Data) -> str:
    """What is known of whether a run learned from the pictures it is measured on, in words."""
    learned = fingerprint_of(run)
    if not learned or any(one.config.imported for one in _weights_from(run)):
        return "nobody recorded which pictures it learned from: these may be among them"
    known = _fingerprints(datasets.DATASETS[data.name], data.fingerprint)
    if other := _other_beginning(run, data.name, known):
        return f"its weights began as those of {other}, which may have learned from some of these"
    if learned in known:
        return UNSEEN
    form = run.metrics.variant or "another form of the data"
    return f"it learned from {form}, and its source keeps these apart for testing"


def _other_beginning(run: Run, dataset: str, known: Sequence[str]) -> str:
    """The run a fine-tuned one began from that learned this dataset when it held other pictures."""
    made, seen = run.config.compression, {run.name}
    while (name := run.config.parent) and name not in seen and not made:
        seen.add(name)
        try:
            run = runs.find(name)
            made = run.config.compression
        except LabError:
            return ""
        if run.config.dataset == dataset and fingerprint_of(run) not in known:
            return name
    return ""


def fingerprint_of(run: Run) -> str:
    """Of the data a run learned from, or its parent did where it did not begin yet; "" if unknown.

    A training that has not ended keeps it in its checkpoint.
    """
    for one in _weights_from(run):
        if found := one.metrics.fingerprint or _of_checkpoint(one):
            return found
    return ""


def _of_checkpoint(run: Run) -> str:
    try:
        with np.load(run.checkpoint_file) as state:
            return str(state["data"]) if "data" in state else ""
    except DAMAGED:
        return ""


def _weights_from(run: Run) -> Iterator[Run]:
    """The run and those its weights come from: a student's are its own."""
    seen: set[str] = set()
    while run.name not in seen:
        seen.add(run.name)
        yield run
        made, parent = run.config.compression, run.config.parent
        own = made is not None and made.kind in KINDS and KINDS[made.kind].new_network
        if not parent or own or not (made or run.config.operations):
            return
        try:
            run = runs.find(parent)
            _ = run.config
        except LabError:
            return  # deleted, or damaged: nothing is known beyond


def _fingerprints(card: datasets.DatasetCard, fingerprint: str) -> tuple[str, ...]:
    """Those of runs that learned these pictures, or the whole that they are a part of."""
    return (fingerprint, card.part_of.fingerprint) if card.part_of else (fingerprint,)


def _listed(labels: Sequence[str]) -> str:
    """ "cat and dog", "0, 1, 2 ... (10 classes)"."""
    if len(labels) <= _NAMED:
        return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))
    return f"{', '.join(labels[: _NAMED - 1])} ... ({len(labels)} classes)"
