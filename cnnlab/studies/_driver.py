"""Who drives a study: a small process that puts its next runs into the queue until none is left.

It keeps nothing in its head: every decision follows from the plan and the results on the disk, and
a run says in its own config which step it is. So it may be killed at any moment and started anew.
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from cnnlab import datasets, jobs, recipe, runs
from cnnlab.compression import planning
from cnnlab.errors import LabError
from cnnlab.jobs.error_log import log_errors
from cnnlab.runs import Run
from cnnlab.schema import RunConfig, StudyResult, StudyStep
from cnnlab.studies import _steps
from cnnlab.studies._folder import NO_RUN, Study
from cnnlab.studies._points import axis_of, cells_of
from cnnlab.studies._steps import Step

TICK_S = 0.2
_MOST_TRIES = 3  # a run whose process dies each time (of too little memory, say) is given up
Dispatch = Callable[[], object]


def drive(study: Study, dispatch: Dispatch, tick_s: float = TICK_S) -> None:
    """Train a study to its end, or until it is asked to stop. The caller holds its lock.

    Args:
        study: Its plan and results are read from its folder.
        dispatch: Starts waiting runs; `jobs.dispatch` in the driver's process.
        tick_s: Seconds between two looks.
    """
    work = _Work(study)
    while not study.stop_file.exists():
        if not work.tick():
            return
        dispatch()
        time.sleep(tick_s)
    work.stop()


class _Work:
    """The runs of a study that are under way."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._results = study.results
        self._runs = study.runs()
        self._tries: dict[str, int] = {}

    def tick(self) -> bool:
        """Note what has ended, start what may start; whether anything is left to do."""
        waiting = 0
        steps = _steps.ready(self._study.plan, self._results)
        for step in steps:
            if waiting >= jobs.slots():  # others' runs take turns with ours
                break
            waiting += self._go_on(step)
        return bool(steps)

    def _go_on(self, step: Step) -> bool:
        """Whether the step's run waits or trains after this look at it."""
        run = self._runs.get(step.key)
        if run is None:
            return self._start(step)
        try:
            state = run.status.state
            if state == "done":
                self._record(result_of(step, run))
            elif state in ("failed", "stopped"):
                self._record(_failed(step, run, run.status.message))
            elif state == "interrupted":
                return self._again(step, run)
        except runs.Gone:  # deleted meanwhile: it is trained anew
            del self._runs[step.key]
            return True
        return state not in ("done", "failed", "stopped")

    def _start(self, step: Step) -> bool:
        try:
            self._runs[step.key] = runs.create(config_of(self._study, step, self._results))
        except LabError as error:
            self._record(StudyResult(step.key, NO_RUN, "failed", str(error)))
            return False
        return True

    def _again(self, step: Step, run: Run) -> bool:
        tries = self._tries[step.key] = self._tries.get(step.key, 0) + 1
        if tries > _MOST_TRIES:
            self._record(_failed(step, run, run.status.message))
            return False
        runs.requeue(run)
        return True

    def _record(self, result: StudyResult) -> None:
        self._study.record(result)
        self._results[result.step] = result

    def stop(self) -> None:
        """Ask the runs under way to stop, and wait until they have."""
        for key, run in self._runs.items():
            if key not in self._results:
                with log_errors(run.name):
                    if run.status.active:
                        runs.request_stop(run)
        while any(_active(run) for key, run in self._runs.items() if key not in self._results):
            jobs.dispatch()  # it ends workers that do not hear
            time.sleep(TICK_S)


def _active(run: Run) -> bool:
    try:
        return run.status.active
    except LabError:
        return False


def config_of(study: Study, step: Step, results: _steps.Results) -> RunConfig:
    """The config of a step's run; everything in it follows from the plan and the results.

    Raises:
        LabError: a network or dataset that is no longer known.
    """
    plan, candidate = study.plan, step.of(study.plan)
    settings = plan.recipe.settings | dict(candidate.changes)
    settings |= {"epochs": step.epochs, "seed": plan.recipe.seed + step.number}
    if not step.tested:
        settings |= {"ema": 0.0}  # a moving average has not left its start after so few epochs
    axis = axis_of(study)
    what = plan.rungs[step.rung].title or axis.words(axis.of(candidate.costs) or 0)
    title = f"{study.name}: {what}"
    shape, name = candidate.input_shape, candidate.architecture
    parent = _teacher(study, results) if step.taught else None
    if candidate.method:
        first = runs.find(study.config.parent)
        config = planning.made(
            *(first, candidate.method, candidate.settings, settings, name, candidate.knobs, title)
        )
    elif parent and parent.config.input_shape == shape:
        config = planning.distill(parent, "", name, None, settings, candidate.knobs, title)
    else:
        config = recipe.plan(name, study.config.dataset, settings, candidate.knobs, shape, title)
    part = StudyStep(study.name, study.config.token, step.key, step.tested)
    return replace(config, study=part, owner=study.config.owner)


def _teacher(study: Study, results: _steps.Results) -> Run | None:
    """Who teaches: the run the study began with, else the best of its last rung."""
    if study.config.parent:
        with suppress(LabError):  # gone meanwhile
            parent = runs.find(study.config.parent)
            if datasets.stand_in(parent.config.dataset) == study.config.dataset:
                return parent  # one of other pictures has nothing to say of these
    best = _steps.teacher(study.plan, results)
    return runs.find(best.run) if best else None


def result_of(step: Step, run: Run) -> StudyResult:
    """What a finished run came to."""
    metrics = run.metrics
    if metrics.val_accuracy is None:
        return _failed(step, run, "It has no validation accuracy.")
    return StudyResult(
        step.key,
        run.name,
        "done",
        val_accuracy=metrics.val_accuracy,
        test_accuracy=metrics.test_accuracy,
        test_count=metrics.test_count,
        seconds=_seconds(run),
        confusion=cells_of(metrics.confusion),
    )


def _failed(step: Step, run: Run, message: str) -> StudyResult:
    return StudyResult(step.key, run.name, "failed", message or "It failed without a word.")


def _seconds(run: Run) -> float:
    """From the moment the run was claimed to its last word."""
    try:
        began = (run.path / "lock").stat().st_mtime
    except OSError:
        return 0.0
    return max(0.0, run.status.updated - began)


def main(arguments: list[str]) -> int:
    """Drive the study whose folder is given; its lock came down from who started this."""
    study = Study(Path(arguments[0]))
    inherited = os.environ.pop(jobs.LOCK_VARIABLE, "")
    lock = int(inherited) if inherited else runs.hold(study.path)
    if lock is None:
        print(f"{study.name} is driven by another process already")  # noqa: T201
        return 1
    os.set_inheritable(lock, False)
    spare = os.environ.get("CNNLAB_SPARE", "1") != "0"

    def dispatch() -> None:
        with log_errors("The queue"):
            if spare:
                jobs.starter.keep_ready()
            jobs.dispatch()

    try:
        drive(study, dispatch)
    except LabError as error:
        print(f"{study.name}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    finally:
        jobs.starter.end()
    return 0
