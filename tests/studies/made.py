"""Studies without training: made-up plans, and a stand-in for the workers."""

import faulthandler
import sys
import time
from pathlib import Path

from cnnlab import recipe, runs, schema
from cnnlab.runs import Run
from cnnlab.schema import Candidate, Costs, Metrics, Rung, Status, StudyPlan
from cnnlab.studies import _driver, _folder

PICTURE = (28, 28, 1)


def plan(rungs=3, candidates=3, seeds=2, teacher=False) -> StudyPlan:
    """Rungs of LeNets, each wider than the one before."""
    return StudyPlan(
        rungs=tuple(
            Rung(tuple(network(100 * (n + 1) + one) for one in range(candidates)))
            for n in range(rungs)
        ),
        recipe=recipe.of_settings(recipe.check({"epochs": 9, "seed": 5}, "digits")),
        rounds=(3,) if candidates > 1 else (),
        seeds=seeds,
        teacher=teacher,
        seconds=100.0,
    )


def network(params: int) -> Candidate:
    return Candidate("lenet5", {}, PICTURE, Costs(params, 10 * params, params, None), 1.0)


def study(name="cliff", parent="", **settings) -> _folder.Study:
    """A study in the test's store; nobody drives it."""
    values = {"budget": "params"}
    return _folder.create(
        name, "budget", "digits", ("lenet5",), values, plan(**settings), parent=parent
    )


def accuracy(run: Run) -> float:
    """Better on higher rungs, best for the second candidate, a little luck by the seed."""
    step = run.config.study.step
    rung, network = int(step[4:6]), int(step[14:16])
    return 0.5 + 0.1 * rung + (0.02 if network == 1 else 0) + run.config.recipe.seed / 1000


def train(run: Run) -> None:
    """What a worker leaves of a training, in no time."""
    reached = accuracy(run)
    tested = run.config.study.tested
    confusion = [[0] * 10 for _ in range(10)]
    for label in range(10):
        confusion[label][label] = 20
    confusion[4][9] = int(run.config.study.step[4:6] == "00") * 15
    measured = Metrics(val_accuracy=reached)
    if tested:
        counts = tuple(map(tuple, confusion))
        measured = Metrics(val_accuracy=reached, test_accuracy=reached - 0.01, confusion=counts)
    run.model_file.touch()
    schema.write(run.path / runs.METRICS_FILE, measured)
    schema.write(run.path / runs.STATUS_FILE, Status("done", updated=time.time()))


def dispatch() -> None:
    """All that waits is trained."""
    for run in runs.list_runs():
        if run.status.state == "queued":
            train(run)


def outcome(made: _folder.Study) -> dict[str, object]:
    """All a study is: each step with its run's config, without names and times."""
    return {
        step: (run.config.asked, run.config.recipe.seed, run.config.study.tested)
        for step, run in made.runs().items()
    }


if __name__ == "__main__":  # a driver to be killed
    faulthandler.dump_traceback_later(120)  # should it ever hang, the test's log says where
    asked = _folder.Study(Path(sys.argv[1]))
    _lock = runs.hold(asked.path)
    _driver.drive(asked, dispatch, tick_s=0.01)
