"""Where a study may begin: with the network of a run, or with what shipped runs show already."""

from collections import defaultdict
from dataclasses import dataclass

from cnnlab import datasets, runs
from cnnlab.architectures import ARCHITECTURES
from cnnlab.compression import planning
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import Candidate, Costs
from cnnlab.studies._axes import AXES, Axis
from cnnlab.studies._cards import STUDIES
from cnnlab.studies._planning import Request
from cnnlab.studies._points import Point, cells_of, front, knee, most_mixed, title_of
from cnnlab.studies._sentence import sentence

_FEW = 3  # fewer points are no curve
_FALL = 100  # times fewer parameters, as far down as a network's knobs reach
_HALF, _FALL_COMPARED = 2, 32  # where ways down are compared, all of them have to get


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
    kind = _kind(run)
    recipe = config.recipe.settings if config.recipe.trains else {}
    return Request(
        datasets.stand_in(config.dataset),
        (config.architecture,),
        kind,
        settings=dict(zip(("smallest", "largest"), ends(run, "params", kind), strict=True)),
        training={key: value for key, value in recipe.items() if key != "seed"},
        input_shape=config.input_shape,
        parent=run.name,
    )


def ends(run: Run, axis: str, kind: str) -> tuple[int, int]:
    """The usual range of a study that begins with a run, on any axis.

    Args:
        axis: A key of `AXES`.
        kind: A key of `STUDIES`: what is to be compared with the run begins below it.
    """
    metrics = run.metrics
    costs = Costs(
        metrics.params or ARCHITECTURES[run.config.architecture].params,
        metrics.macs or 0,
        metrics.peak_activation_bytes or 0,
        # What a study measures is not known yet; 8 bits take about a quarter of 32.
        metrics.tflite_bytes // 4 if metrics.tflite_bytes else None,
    )
    cost = AXES[axis].of(costs)
    if not cost:
        return AXES[axis].usual
    first, last = (_HALF, _FALL_COMPARED) if STUDIES[kind].of_run else (1, _FALL)
    return max(1, cost // last), max(1, cost // first)


def _kind(run: Run) -> str:
    """All ways down, where the run can teach and be cut; else its network in smaller."""
    try:
        planning.check_parent(run)
    except LabError:
        return Request.kind
    return next((card.name for card in STUDIES if card.of_run), Request.kind)


@dataclass(frozen=True)
class Shipped:
    """Sizes of one network that ship for one dataset, as a study would show them."""

    dataset: str
    points: tuple[Point, ...]
    axis: Axis = AXES["params"]

    @property
    def front(self) -> list[int]:
        """Rungs nobody beats, cheapest first."""
        return front(self.points, self.axis)

    @property
    def knee(self) -> int | None:
        """The cheapest rung that is nearly as good as the best."""
        return knee(self.points, self.axis)

    @property
    def sentence(self) -> str:
        """The answer."""
        return sentence(title_of(self.dataset), self.axis, self.points)


def shipped() -> Shipped | None:
    """The architecture of which most sizes ship for one dataset; None where there are not three."""
    families: dict[tuple[str, str], list[Run]] = defaultdict(list)
    for run in runs.pretrained():
        if run.metrics.test_accuracy is not None and run.metrics.params:
            families[run.config.architecture, run.config.dataset].append(run)
    largest = max(families.items(), key=lambda family: len(family[1]), default=None)
    if largest is None or len(largest[1]) < _FEW:
        return None
    (_, dataset), found = largest
    ordered = sorted(found, key=lambda run: run.metrics.params or 0)
    return Shipped(dataset, tuple(_point(place, run) for place, run in enumerate(ordered)))


def _point(rung: int, run: Run) -> Point:
    config, metrics = run.config, run.metrics
    costs = Costs(metrics.params or 0, metrics.macs or 0, metrics.peak_activation_bytes or 0)
    seeds = tuple(metrics.seeds.test_accuracy.values()) if metrics.seeds else ()
    return Point(
        rung,
        run.title,
        Candidate(config.architecture, config.knobs, config.input_shape, costs),
        seeds or (metrics.test_accuracy or 0.0,),
        metrics.val_accuracy or 0.0,
        (run.name,),
        most_mixed(cells_of(metrics.confusion), config.labels),
    )
