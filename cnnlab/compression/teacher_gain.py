"""Was the teacher worth it? Teacher, the same student from scratch, and distilled, side by side."""

import statistics
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from cnnlab import runs
from cnnlab.comparison import sources
from cnnlab.compression import KINDS
from cnnlab.compression.lineage import made_by
from cnnlab.errors import LabError
from cnnlab.runs import Run


@dataclass(frozen=True)
class SeedAccuracies:
    """Test accuracies of one training under several seeds, as fractions; `runs` were started."""

    values: tuple[float, ...]
    runs: int = 1

    @property
    def mean(self) -> float | None:
        """Their mean; None without any."""
        return statistics.mean(self.values) if self.values else None

    @property
    def spread(self) -> float | None:
        """Their sample standard deviation; None for fewer than two."""
        return statistics.stdev(self.values) if len(self.values) > 1 else None

    @property
    def words(self) -> str:
        """Such as "97.31 % ± 0.12 (3 seeds)"."""
        if self.mean is None:
            return "not measured yet" if self.runs else "none started"
        spread = "" if self.spread is None else f" ± {self.spread * 100:.2f}"
        count = len(self.values)
        return f"{self.mean * 100:.2f} %{spread} ({count} seed{'s' if count > 1 else ''})"


@dataclass(frozen=True)
class Outcome:
    """One distillation under all its seeds, beside its teacher and the student alone."""

    teacher: str
    student: str
    architecture: str
    dataset: str
    method: str
    epochs: int
    params: int | None
    teacher_accuracy: float | None
    scratch: SeedAccuracies
    distilled: SeedAccuracies

    @property
    def gain(self) -> float | None:
        """What the teacher added to the student's mean accuracy, in points."""
        if self.scratch.mean is None or self.distilled.mean is None:
            return None
        return 100 * (self.distilled.mean - self.scratch.mean)

    @property
    def sentence(self) -> str:
        """What its figures say of the teacher; "" while one side has not been measured."""
        gain = self.gain
        if gain is None:
            return ""
        if abs(gain) < 0.005:
            verdict = "the same: here the teacher added nothing"
        elif gain > 0:
            verdict = f"{gain:.2f} points more: here the teacher helped"
        else:
            verdict = f"{-gain:.2f} points less: here the teacher did not help"
        one = min(len(self.scratch.values), len(self.distilled.values)) < 2
        luck = " (one seed: chance may have had its say)" if one else ""
        return (
            f"Measured in this lab, {self.student} by {self.method}: "
            f"{self.distilled.words} with its teacher, {self.scratch.words} alone, "
            f"{verdict}{luck}."
        )


def outcomes(members: Sequence[Run]) -> list[Outcome]:
    """One for each distillation among `members`; runs that differ in their seed alone are one.

    Of two runs with the same seed, such as one's own and its shipped copy, the first that has
    been measured counts.
    """
    together: dict[str, dict[int, Run]] = {}
    for run in members:
        made = run.config.compression
        if made and made.kind in KINDS and KINDS[made.kind].new_network:
            seeds = together.setdefault(run.config.asked, {})
            seed = run.config.recipe.seed
            if seed not in seeds or not seeds[seed].metrics.measured:
                seeds[seed] = run
    return [_outcome(list(seeds.values())) for seeds in together.values()]


def _outcome(group: list[Run]) -> Outcome:
    first = group[0].config
    twins = [made.scratch for run in group if (made := run.config.compression) and _alike(run)]
    return Outcome(
        teacher=first.parent or "",
        student=_student(group[0]),
        architecture=first.architecture,
        dataset=first.dataset,
        method=made_by(group[0]),
        epochs=first.epochs,
        params=next((p for run in group if (p := run.metrics.params)), None),
        teacher_accuracy=_accuracy(first.parent or ""),
        scratch=_seed_accuracies(list(dict.fromkeys(name for name in twins if name))),
        distilled=_seed_accuracies([run.name for run in group]),
    )


def published(outcome: Outcome) -> list[tuple[str, int, float]]:
    """What sources printed of students of this kind on this dataset: (name, parameters, accuracy).

    Only of networks made to be students, those with a knob for their hidden neurons.
    """
    return [
        (network.name, network.values["params"], network.values["accuracy"])
        for source in sources.SOURCES
        if source.dataset == outcome.dataset
        for network in source.networks
        if network.architecture == outcome.architecture and "hidden_neurons" in network.knobs
    ]


def _alike(run: Run) -> bool:
    """Whether the twin from scratch was trained as long; not where one was changed by hand."""
    made = run.config.compression
    with suppress(LabError):  # deleted meanwhile: its accuracy is missed elsewhere
        if made and made.scratch:
            return runs.find(made.scratch).config.interventions == run.config.interventions
    return True


def _student(run: Run) -> str:
    neurons = run.config.knobs.get("hidden_neurons")
    name = run.config.architecture
    return f"{name}, {neurons} neurons" if neurons else name


def _seed_accuracies(names: Sequence[str]) -> SeedAccuracies:
    found = [_accuracy(name) for name in names]
    return SeedAccuracies(tuple(value for value in found if value is not None), len(names))


def _accuracy(name: str) -> float | None:
    try:
        return runs.find(name).metrics.test_accuracy
    except LabError:
        return None  # deleted meanwhile
