"""What is worth trying: one switch at a time, of the network and of its training."""

from collections.abc import Iterator, Mapping

from cnnlab import augmentation, recipe
from cnnlab.architectures import ArchitectureCard
from cnnlab.errors import LabError
from cnnlab.losses import LOSSES
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.registry import Value
from cnnlab.schedules import SCHEDULES
from cnnlab.schema import Candidate, Rung
from cnnlab.studies import SHARED, Asked, Draft, study_plan
from cnnlab.studies.plans.switches import others

Settings = Mapping[str, Value]


@study_plan(title="Things to try", knobs=SHARED)
def things_to_try(asked: Asked) -> Draft:
    """One switch a row, of the network and of its training: which of them helps, and by how much?

    The list is ShatheNet's: augmentation, batch-norm, initializers, regularization, activations,
    strides or pools, optimizers and losses, global pooling, schedules and weight decay, residuals.
    The first row is the network as it is; each other one differs from it in that switch alone.
    With several seeds a gain comes with its interval.
    """
    found = [rung for card in asked.architectures for rung in _of(card, asked)]
    return Draft(tuple(found))


def _of(card: ArchitectureCard, asked: Asked) -> Iterator[Rung]:
    yield _rung(card, asked, f"{card.title} as it is")
    for knob in card.knobs:
        if knob.sizes or knob.scales_input:
            continue
        for value in others(knob):
            try:
                yield _rung(
                    card, asked, f"{knob.label}: {knob.title_of(value)}", {knob.name: value}
                )
            except LabError:
                continue  # this network cannot have it so
    for title, changes in _trainings():
        try:
            recipe.check(changes, asked.dataset)
        except LabError:
            continue  # it has no meaning for these classes
        yield _rung(card, asked, title, {}, changes)


def _trainings() -> Iterator[tuple[str, Settings]]:
    """Every other optimizer, loss, schedule and augmentation, and what pulls weights to zero."""
    usual = {knob.name: knob for knob in recipe.KNOBS}
    for name, cards in (
        ("optimizer", OPTIMIZERS),
        ("loss", LOSSES),
        ("schedule", SCHEDULES),
        ("augmentation", augmentation.PRESETS),
    ):
        for one in cards:
            if one.name != usual[name].default:
                yield f"{usual[name].label}: {one.title}", {name: one.name}
    yield "Weight decay: 0.01, by AdamW", {"optimizer": "adamw", "weight_decay": 0.01}
    yield "Label smoothing: 0.1", {"label_smoothing": 0.1}
    yield "Moving average of the weights: 0.99", {"ema": 0.99}


def _rung(
    card: ArchitectureCard,
    asked: Asked,
    title: str,
    knobs: Settings | None = None,
    changes: Settings | None = None,
) -> Rung:
    costs = asked.cost_of(card.name, asked.input_shape, knobs or {})
    network = Candidate(
        card.name, dict(knobs or {}), asked.input_shape, costs, changes=dict(changes or {})
    )
    return Rung((network,), title)
