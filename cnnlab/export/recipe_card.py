"""A run's training on one card: made, read from a file, and held against a repetition."""

import json
import math
import time
from pathlib import Path

from cnnlab import datasets, prediction, schema
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import DamagedRecord, EpochClaim, RecipeCard, Stamp

Z = 1.96  # of the 95 % interval of a difference
MOST_BYTES = 4_000_000


def why_no_card(run: Run) -> str:
    """Why a run's training does not fit on a card, as a sentence; "" where it does."""
    config, metrics = run.config, run.metrics
    if config.parent or config.compression or config.imported:
        origin = f"made from {config.parent}" if config.parent else "imported"
        return f"{run.name} was {origin}: a recipe card holds a training from scratch."
    if config.interventions:
        return f"{run.name} was changed while it trained: its settings alone do not repeat it."
    if metrics.test_accuracy is None or not metrics.test_count or not run.history:
        return f"{run.name} was not trained and tested to its end: there is nothing to claim."
    if not metrics.fingerprint:
        return f"{run.name} does not record which pictures it learned from."
    return ""


def card_of(run: Run) -> RecipeCard:
    """The card of a finished training.

    Raises:
        LabError: why it has none.
    """
    if why := why_no_card(run):
        raise LabError(why)
    config, metrics = run.config, run.metrics
    return RecipeCard(
        run=run.name,
        architecture=config.architecture,
        knobs=dict(config.knobs),
        dataset=config.dataset,
        variant=metrics.variant,
        fingerprint=metrics.fingerprint,
        input_shape=config.input_shape,
        recipe=config.recipe,
        test_accuracy=metrics.test_accuracy or 0.0,
        test_count=metrics.test_count or 1,
        history=tuple(EpochClaim(row.val_accuracy, row.val_loss) for row in run.history),
        command=config.command,
        seeds=dict(metrics.seeds.test_accuracy) if metrics.seeds else {},
    )


def read_card(file: Path) -> RecipeCard:
    """A card from a file.

    Raises:
        LabError: there is none, or it is no recipe card.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise LabError(f"{file.name} is too large for a recipe card.")
        content = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise LabError(f"{file} cannot be read as a recipe card: choose another file.") from error
    if not isinstance(content, dict):
        raise LabError(f"{file} is no recipe card: `card RUN FILE.json` writes one.")
    try:
        return schema.from_json(RecipeCard, content)
    except DamagedRecord as error:
        raise LabError(f"{file.name} is no recipe card of this lab: {error}") from error


def check_data(card: RecipeCard) -> None:
    """Raise a `LabError` where the dataset here is another than the card's."""
    found = datasets.available(card.dataset)
    if not found.ready:
        raise LabError(found.sentence)
    here = datasets.fingerprint(datasets.read(datasets.DATASETS[card.dataset]))
    if here != card.fingerprint:
        raise LabError(
            f"{card.dataset} on this machine holds other pictures than the card's (fingerprint "
            f"{here[:8]}, on the card {card.fingerprint[:8]}): get {card.variant} first."
        )


def judge(card: RecipeCard, run: Run, epochs: int) -> Stamp:
    """What a repetition says of a card's claim.

    Args:
        card: Its dataset is here.
        run: Trained by the card's recipe, for at least `epochs` epochs.
        epochs: How many were to be repeated; all: its test accuracy is held against the claim.

    The same is what lies within the 95 % interval of the difference of two such counts, around
    the claim and all its seeds.

    Raises:
        LabError: the repetition ended before.
    """
    whole = epochs >= len(card.history)
    rows = run.history[:epochs]
    if len(rows) < min(epochs, len(card.history)):
        raise LabError(f"{run.name} ended after {len(rows)} epochs: there is nothing to judge.")
    claims = card.history[: len(rows)]
    pairs = zip(rows, claims, strict=True)
    alike = all((r.val_accuracy, r.val_loss) == (c.val_accuracy, c.val_loss) for r, c in pairs)
    if whole:
        claimed, found, count = card.test_accuracy, run.metrics.test_accuracy, card.test_count
    else:
        parts = datasets.read(datasets.DATASETS[card.dataset])
        claimed, found = claims[-1].val_accuracy, rows[-1].val_accuracy
        count = datasets.validation_count(parts)
    if found is None:
        raise LabError(f"{run.name} was not tested: let it train to its end first.")
    known = [claimed, *(card.seeds.values() if whole else ())]
    half = 1 / count + Z * math.sqrt(2 * claimed * (1 - claimed) / count)
    low, high = min(known) - half, max(known) + half
    identical = alike and found == claimed
    return Stamp(
        verdict="identical" if identical else "same" if low <= found <= high else "different",
        epochs=len(rows),
        whole=whole,
        claimed=claimed,
        found=found,
        low=low,
        high=high,
        day=time.strftime("%Y-%m-%d"),
        machine=prediction.processor(),
    )
