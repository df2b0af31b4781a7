"""The Pyramid: a teacher's network is compressed step by step, every step taught by the last."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlab import architectures, evaluation, progress, recipe, summary
from cnnlab.compression import (
    KINDS,
    METHODS,
    DistillationCard,
    KindCard,
    MethodCard,
    method,
    planning,
)
from cnnlab.datasets import DATASETS, stand_in
from cnnlab.errors import LabError
from cnnlab.registry import Card, Knob, Registry
from cnnlab.runs import Run
from cnnlab.schema import Level as PyramidLevel
from cnnlab.schema import RunConfig

if TYPE_CHECKING:
    import keras

    from cnnlab.compression.distillation._matching import Match

_TIMED = 64  # pictures in the batch that is timed for the estimate


@dataclass(frozen=True, kw_only=True)
class Ladder(Card):
    """A way down from one network to a much smaller one.

    `teacher` is the architecture it begins at, `rungs` the architectures below, largest first.
    """

    teacher: str
    rungs: tuple[str, ...]


LADDERS: Registry[Ladder] = Registry("ladder", Ladder, "cnnlab.compression.distillation")
for _way, _end in (("forward", "output"), ("backward", "input")):
    LADDERS.add(
        Ladder(
            name=f"SVGG {_way}",
            title=f"SVGG {_way}",
            description=f"Compresses VGG19 from the {_end}'s end.",
            teacher="vgg19",
            rungs=(*(f"svgg{layers}_{_way}" for layers in (17, 14, 11, 8)), "svgg5"),
        )
    )

KINDS.add(
    KindCard(
        name="pyramid",
        title="Pyramid",
        description="Teacher, assistants, student: every level is the teacher of the next.",
        verb="pyramid",
        turn=20,
        new_network=True,
    )
)


def _may_transfer(card: MethodCard) -> bool:
    return isinstance(card, DistillationCard) and card.matched is not None


@method(
    family="pyramid",
    is_default=True,
    title="Pyramid",
    source="Ravindran, pyramid_compression, report of 2018",
    url="https://github.com/ASHISRAVINDRAN/pyramid_compression",
    formula=r"\text{stage 1: } L_{transfer}(S, T)\qquad \text{stage 2: } L_{labels}(S)",
    knobs=(
        Knob(
            "transfer",
            "maps",
            "What the first stage of every level imitates.",
            among=METHODS.only(_may_transfer),
        ),
        Knob(
            "first_stage",
            0.5,
            "Share of a level's epochs that only imitate; the rest learns from the labels.",
            0.0,
            0.9,
            0.1,
        ),
        Knob(
            "teacher",
            "previous",
            "Who teaches: the level before, as a Pyramid does, or always the first teacher.",
            choices=("previous", "first"),
        ),
        Knob(
            "freeze",
            False,
            "Layers inherited from the level before stay as they are. The report speaks of it, "
            "its program does not do it.",
        ),
    ),
)
def pyramid(
    transfer: str, first_stage: float, teacher: str, freeze: bool
) -> tuple[str, dict[str, Any]]:
    """From a large network to a small one in several steps, each replacing one part.

    Every level is a run of its own: it takes over all layers that did not change, learns in its
    first stage to do what the replaced part did, and in its second from the labels. Where only
    the head changes there are no maps to match, and the class scores are.
    """
    return transfer, {"first_stage": first_stage, "inherit": True, "freeze": freeze}


def level(
    parent: Run,
    architecture: str,
    number: int,
    of: int,
    settings: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None,
    knobs: Mapping[str, Any] | None = None,
) -> RunConfig:
    """The config of one level; `parent` is its teacher, perhaps still in the queue.

    Args:
        parent: The level before, or the first teacher.
        architecture: The level's network.
        number: 1 for the first below the teacher.
        of: How many levels there are.
        settings: Some of the Pyramid's knobs.
        training: Some of `recipe.KNOBS`, for this level.
        knobs: Some of the network's knobs; a width other than the teacher's matches nothing.

    Raises:
        LabError: as `planning.distill`.
    """
    chosen: dict[str, Any] = METHODS["pyramid"].check(settings or {})
    name, own = pyramid(**chosen)
    config = planning.distill(parent, name, architecture, own, training, knobs)
    if config.compression is None:
        raise AssertionError("a distillation's config says how it is made")
    return replace(config, compression=replace(config.compression, level=PyramidLevel(number, of)))


@dataclass(frozen=True)
class Level:
    """A level before it runs: its network, what it is matched by, and what it will cost.

    `taken` names layers that are inherited, `fresh` those that start anew; `seconds` is an
    estimate for this machine.
    """

    number: int
    architecture: str
    teacher: str
    params: int
    macs: int
    matched: str
    taken: tuple[str, ...]
    fresh: tuple[str, ...]
    epochs: int
    seconds: float


def plan(
    folder: str,
    ladder: Sequence[str],
    settings: Mapping[str, Any],
    training: Mapping[str, Any],
    knobs: Mapping[str, Any],
) -> list[Level]:
    """What a Pyramid will do, level by level; runs in the engine, which times one batch of each.

    Args:
        folder: The first teacher's run.
        ladder: Architectures, the largest first.
        settings: The Pyramid's knobs.
        training: As for `level`.
        knobs: Likewise.

    Raises:
        LabError: an unknown network, or one that cannot be built for these pictures.
    """
    from cnnlab.compression.distillation._matching import match
    from cnnlab.compression.distillation._objective import classifier

    first = Run(Path(folder))
    config = first.config
    checked: dict[str, Any] = METHODS["pyramid"].check(settings)
    asked: dict[str, Any] = recipe.check(training, config.dataset)
    count = asked["train_limit"] or DATASETS[stand_in(config.dataset)].train_count
    teacher, teacher_name = evaluation.load_model(first), first.name
    levels = []
    for number, name in enumerate(ladder, start=1):
        progress.tell(number - 1, len(ladder), "levels")
        shape = config.input_shape
        student = architectures.build(name, shape, config.classes, knobs_for(name, knobs))
        found = match(classifier(teacher), classifier(student))
        taken = _same_layers(student, teacher)
        totals = summary.summarize(student).totals
        share = checked["first_stage"] or 1.0
        each = 3 * _seconds(student) + share * _seconds(teacher)
        levels.append(
            Level(
                number=number,
                architecture=name,
                teacher=teacher_name,
                params=totals.params,
                macs=totals.macs,
                matched=_matched(str(checked["transfer"]), found),
                taken=tuple(taken),
                fresh=_fresh_layers(student, taken),
                epochs=int(asked["epochs"]),
                seconds=float(asked["epochs"]) * count * each,
            )
        )
        if checked["teacher"] == "previous":
            teacher, teacher_name = student, name
    return levels


def knobs_for(name: str, knobs: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the ladder's knobs that this network has."""
    known = {knob.name for knob in architectures.ARCHITECTURES[name].knobs}
    return {key: value for key, value in knobs.items() if key in known}


def check_ladder(ladder: Sequence[str]) -> None:
    """Raise a `LabError` where a ladder has no rung, or an unknown one."""
    if not ladder:
        raise LabError("A Pyramid needs at least one level below its teacher: choose networks.")
    for name in ladder:
        _ = architectures.ARCHITECTURES[name]


def _same_layers(student: "keras.Model", teacher: "keras.Model") -> list[str]:
    from cnnlab.compression.distillation._matching import inherited

    return inherited(student, teacher)


def _fresh_layers(student: "keras.Model", taken: Sequence[str]) -> tuple[str, ...]:
    """Layers with weights that are not the teacher's."""
    from cnnlab import keras_graph

    layers = keras_graph.layers(student).items()
    return tuple(name for name, layer in layers if layer.weights and name not in taken)


def _matched(transfer: str, found: "Match") -> str:
    """In words, which tensors of teacher and student are held against each other."""
    card = METHODS[transfer]
    if not isinstance(card, DistillationCard) or card.matched is None:
        raise LabError(f"{card.title} cannot be used by a Pyramid: choose another transfer.")
    return card.matched(found)


def _seconds(model: "keras.Model") -> float:
    """Time for one picture of a batch, forward, measured once after a warm-up."""
    import numpy as np

    batch = np.zeros((_TIMED, *model.inputs[0].shape[1:]), "float32")
    model.predict_on_batch(batch)
    start = time.perf_counter()
    model.predict_on_batch(batch)
    return (time.perf_counter() - start) / _TIMED
