"""Who holds the record: the most accurate training within so many parameters.

A training counts by the mean over its seeds: its best seed alone would only be the luckiest.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cnnlab import boards, progress
from cnnlab.comparison._groups import reasons
from cnnlab.comparison._metrics import Row, Trained, metrics_row
from cnnlab.errors import LabError
from cnnlab.registry import Card, Registry

FAIR_SEEDS = 3  # below, a mean says little


@dataclass(frozen=True, kw_only=True)
class Challenge(Card):
    """One line drawn under the parameters on one dataset.

    Its description names the network that drew the line, with what its source says of it.

    Attributes:
        dataset: What it is about.
        params: At most so many, all of them counted.
        goals: Mean test accuracies worth reaching, the nearer first.
        board: What it has to fit on, exported as C in int8; "": any machine.
    """

    dataset: str
    params: int
    goals: tuple[float, ...]
    board: str = ""


CHALLENGES: Registry[Challenge] = Registry("challenge", Challenge, "cnnlab.comparison")


@dataclass(frozen=True)
class Training:
    """One way to train one network, with all its seeds.

    Attributes:
        row: Figures of its first run; `accuracy` and `interval` in it are those of one seed.
        seeds: Test accuracy (0..1) by seed.
    """

    row: Row
    seeds: Mapping[str, float]

    @property
    def mean(self) -> float:
        """Mean test accuracy over the seeds, 0..1."""
        return statistics.mean(self.seeds.values())

    @property
    def deviation(self) -> float | None:
        """Sample standard deviation over the seeds; None for a single one."""
        return statistics.stdev(self.seeds.values()) if len(self.seeds) > 1 else None

    @property
    def words(self) -> str:
        """Such as "compact_cats_dogs: 88.80 % ± 0.72 over 3 seeds, 29,946 parameters"."""
        spread = "" if self.deviation is None else f" ± {self.deviation * 100:.2f}"
        count = f"over {len(self.seeds)} seeds" if len(self.seeds) > 1 else "with one seed"
        mean = f"{self.mean * 100:.2f} %{spread} {count}"
        return f"{self.row['title']}: {mean}, {self.row['params']:,} parameters"

    @property
    def fair(self) -> bool:
        """Whether so many seeds were trained that chance has little say."""
        return len(self.seeds) >= FAIR_SEEDS


@dataclass(frozen=True)
class Standing:
    """How a challenge stands.

    Attributes:
        ranked: Trainings within the limit, and on the board, best mean first.
        beyond: The others, fewest parameters first: what a few more would buy.
        apart: Names of runs on other test pictures than the shipped ones, and why they do not
            count.
    """

    challenge: Challenge
    ranked: tuple[Training, ...]
    beyond: tuple[Training, ...]
    apart: Mapping[str, str]

    @property
    def best(self) -> Training | None:
        """The holder of the record."""
        return self.ranked[0] if self.ranked else None

    @property
    def reached(self) -> tuple[float, ...]:
        """The goals that the record reaches."""
        goals = self.challenge.goals
        return tuple(goal for goal in goals if self.best and self.best.mean >= goal)

    @property
    def all(self) -> tuple[Training, ...]:
        """Every training that counts, fewest parameters first."""
        return tuple(sorted((*self.ranked, *self.beyond), key=lambda one: one.row["params"]))

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return {
            **asdict(self.challenge),
            "reached": list(self.reached),
            "ranked": [
                {
                    "run": one.row["run"],
                    "params": one.row["params"],
                    "mean": one.mean,
                    "deviation": one.deviation,
                    "seeds": dict(one.seeds),
                    "command": one.row["command"],
                }
                for one in self.ranked
            ],
            "apart": dict(self.apart),
        }


def standing(challenge: Challenge, runs: Sequence[Trained]) -> Standing:
    """Rank what was trained on the challenge's dataset.

    Args:
        challenge: One of `CHALLENGES`.
        runs: Tested runs; the first on the dataset decides which test pictures count.
    """
    counted: list[tuple[Trained, Row]] = []
    apart = {}
    for number, run in enumerate(runs):
        progress.tell(number, len(runs), "runs")
        if run.config.dataset != challenge.dataset:
            continue
        try:
            row = metrics_row(run)
        except LabError:
            continue  # gone or damaged: where it is chosen, Compare says so
        if row["accuracy"] is None or not row["params"]:
            continue
        why = reasons([other for _, other in counted], row) if counted else ()
        if why:
            apart[run.name] = why[0]
        else:
            counted.append((run, row))
    trainings = _together(counted)
    by_name = {run.name: run for run, _ in counted}
    inside = [
        one
        for one in trainings
        if one.row["params"] <= challenge.params and _fits(by_name[one.row["run"]], challenge.board)
    ]
    outside = [one for one in trainings if one not in inside]
    return Standing(
        challenge,
        tuple(sorted(inside, key=lambda one: (-one.mean, one.row["params"]))),
        tuple(sorted(outside, key=lambda one: (one.row["params"], -one.mean))),
        apart,
    )


def _fits(run: Trained, board: str) -> bool:
    try:
        return not board or boards.fit(boards.needs(run), boards.BOARDS[board]).fits
    except LabError:  # no file, or a layer without an integer version
        return False


def _together(counted: Sequence[tuple[Trained, Row]]) -> list[Training]:
    """Runs that differ in their seed alone are one training."""
    rows: dict[str, Row] = {}
    seeds: dict[str, dict[str, float]] = {}
    for run, row in counted:
        rows.setdefault(run.config.asked, row)
        by_seed = run.metrics.seeds.test_accuracy if run.metrics.seeds else None
        for seed, accuracy in (by_seed or {str(row["seed"]): row["accuracy"]}).items():
            seeds.setdefault(run.config.asked, {}).setdefault(seed, accuracy)
    return [Training(row, seeds[asked]) for asked, row in rows.items()]
