"""Where a study may begin: with the network of a run, or with what shipped runs show already."""

from collections import defaultdict
from dataclasses import dataclass

from cnnlab import datasets, runs
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.studies._planning import Request
from cnnlab.studies._points import nearly_best, unbeaten

_FALL = 100  # times fewer parameters, as far down as a network's knobs reach


def smaller(run: Run) -> Request:
    """A study of a run's own network in smaller and smaller: same data, trained in the same way.

    Raises:
        LabError: its network has no knobs to turn, or nobody said what it was trained on.
    """
    config = run.config
    if config.architecture not in ARCHITECTURES:
        raise LabError(
            f"{run.name} is none of the lab's own networks, so it has no knobs to turn down: "
            "distill or prune it, or begin a study of another network."
        )
    if config.dataset not in datasets.DATASETS:
        raise LabError(
            f"Nobody said what {run.name} was trained on: import it again and name its dataset."
        )
    params = run.metrics.params or ARCHITECTURES[config.architecture].params
    recipe = config.recipe.settings if config.recipe.trains else {}
    return Request(
        datasets.stand_in(config.dataset),
        (config.architecture,),
        settings={"smallest": max(1, params // _FALL), "largest": params},
        training={key: value for key, value in recipe.items() if key != "seed"},
        input_shape=config.input_shape,
    )


@dataclass(frozen=True)
class ShippedRung:
    """A shipped run: its mean accuracy over seeds, the lowest and the highest (0..1)."""

    name: str
    params: int
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True)
class Shipped:
    """A family of shipped runs as a study would show it; `front` and `knee` are places."""

    dataset: str
    rungs: tuple[ShippedRung, ...]

    @property
    def front(self) -> list[int]:
        """Places of those nobody beats."""
        return unbeaten([(one.params, one.accuracy) for one in self.rungs])

    @property
    def knee(self) -> int:
        """Place of the smallest that is nearly as good as the best."""
        return nearly_best([(one.params, one.accuracy) for one in self.rungs])

    @property
    def sentence(self) -> str:
        """The answer, as far as figures without pictures give it."""
        small, least = self.rungs[self.knee], self.rungs[0]
        title = datasets.DATASETS[self.dataset].title
        return (
            f"On {title}, {small.params:,} parameters still reach {small.accuracy:.1%} (within 1 "
            f"point of the best); {least.params:,} read {least.accuracy:.1%}."
        )


def shipped() -> Shipped | None:
    """The architecture of which most sizes ship for one dataset; None where there are not three."""
    families: dict[tuple[str, str], list[ShippedRung]] = defaultdict(list)
    for run in runs.pretrained():
        metrics = run.metrics
        if metrics.test_accuracy is None or not metrics.params:
            continue
        seeds = list(metrics.seeds.test_accuracy.values()) if metrics.seeds else []
        seeds = seeds or [metrics.test_accuracy]
        rung = ShippedRung(
            run.name, metrics.params, sum(seeds) / len(seeds), min(seeds), max(seeds)
        )
        families[run.config.architecture, run.config.dataset].append(rung)
    (_, dataset), rungs = max(
        families.items(), key=lambda family: len(family[1]), default=(("", ""), [])
    )
    ordered = tuple(sorted(rungs, key=lambda rung: rung.params))
    return Shipped(dataset, ordered) if len(ordered) > 2 else None
