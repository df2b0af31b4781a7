"""What each part is worth."""

from collections.abc import Iterator

from cnnlab.architectures import ArchitectureCard
from cnnlab.errors import LabError
from cnnlab.registry import Knob, Value
from cnnlab.schema import Candidate, Rung
from cnnlab.studies import SHARED, Asked, Draft, study_plan


@study_plan(
    title="What is each part worth?",
    knobs=(
        Knob("only", "", "Knobs to turn, such as activation,residual; empty: all plain ones."),
        *SHARED,
    ),
)
def switches(asked: Asked, only: str) -> Draft:
    """A network, and the same with one switch turned at a time: what does each change?

    The first rung is the network as it is. Each other one differs from it in one knob alone, so
    that the difference is that knob's. Knobs that make a network larger or smaller stay.
    """
    found = [rung for card in asked.architectures for rung in _of(card, asked, only)]
    return Draft(tuple(found))


def _of(card: ArchitectureCard, asked: Asked, only: str) -> Iterator[Rung]:
    names = [name.strip() for name in only.split(",") if name.strip()]
    known = {knob.name for knob in card.knobs}
    for name in names:
        if name not in known:
            raise LabError(
                f"{card.title} has no knob {name!r}; it has: {', '.join(sorted(known))}."
            )
    yield _rung(card, asked, {}, f"{card.title} as it is")
    for knob in card.knobs:
        if knob.name in names or (not names and not knob.advanced and not knob.sizes):
            for value in others(knob):
                try:
                    title = f"{knob.label}: {knob.title_of(value)}"
                    yield _rung(card, asked, {knob.name: value}, title)
                except LabError:
                    continue  # this network cannot have it so


def others(knob: Knob) -> tuple[Value, ...]:
    """The values of a switch besides its usual one; numbers are no switches."""
    if isinstance(knob.default, bool):
        return (not knob.default,)
    return tuple(value for value in knob.options if value != knob.default)


def _rung(card: ArchitectureCard, asked: Asked, knobs: dict[str, Value], title: str) -> Rung:
    costs = asked.cost_of(card.name, asked.input_shape, knobs)
    return Rung((Candidate(card.name, knobs, asked.input_shape, costs),), title)
