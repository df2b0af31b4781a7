"""How much is luck."""

from dataclasses import replace

from cnnlab.architectures import ArchitectureCard
from cnnlab.schema import Candidate, Rung
from cnnlab.studies import MINUTES, SEEDS, Asked, Draft, study_plan


@study_plan(title="How much is luck?", knobs=(MINUTES, replace(SEEDS, default=5)))
def seeds(asked: Asked) -> Draft:
    """The same network several times, under another seed each: how far apart do they end?

    A difference between two networks that is smaller than this says nothing.
    """
    return Draft(tuple(_rung(card, asked) for card in asked.architectures))


def _rung(card: ArchitectureCard, asked: Asked) -> Rung:
    costs = asked.cost_of(card.name, asked.input_shape, {})
    return Rung((Candidate(card.name, {}, asked.input_shape, costs),), card.title)
