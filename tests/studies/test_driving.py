"""What a study does next, and that nothing stops it for good."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from cnnlab import paths, runs, schema
from cnnlab.errors import LabError
from cnnlab.schema import Status, StudyResult
from cnnlab.studies import _driver, _folder, _start, _steps, answer
from tests.studies import made


def done(step: str, accuracy: float = 0.5) -> StudyResult:
    return StudyResult(step, "0001-x", "done", val_accuracy=accuracy, test_accuracy=accuracy)


def drive(study, dispatch=made.dispatch):
    _driver.drive(study, dispatch, tick_s=0)


def test_both_ends_come_first_then_the_middle_of_each_gap():
    assert _steps.order(made.plan(rungs=8)) == [0, 7, 3, 1, 5, 2, 4, 6]
    assert _steps.order(made.plan(rungs=8, teacher=True))[:2] == [7, 0]
    for count in range(1, 20):
        assert sorted(_steps.order(made.plan(rungs=count))) == list(range(count))


def test_a_rungs_best_candidate_goes_on_and_a_tie_goes_to_the_first():
    plan = made.plan(rungs=1)
    trials = _steps.ready(plan, {})
    assert [step.epochs for step in trials] == [3, 3, 3]
    assert not any(step.tested for step in trials)
    results = {step.key: done(step.key, 0.7) for step in trials}
    assert _steps.winner(plan, 0, results) == 0
    results[trials[2].key] = done(trials[2].key, 0.8)
    finals = _steps.ready(plan, results)
    assert [(step.candidate, step.number, step.epochs) for step in finals] == [(2, 0, 9), (2, 1, 9)]
    assert all(step.tested for step in finals)


def test_what_failed_never_wins_and_a_rung_of_failures_ends():
    plan = made.plan(rungs=1)
    trials = _steps.ready(plan, {})
    results = {step.key: StudyResult(step.key, "-", "failed", "no") for step in trials}
    assert _steps.winner(plan, 0, results) is None
    assert _steps.ready(plan, results) == []
    results[trials[1].key] = done(trials[1].key, 0.0)
    assert _steps.winner(plan, 0, results) == 1


def test_several_finalists_are_trained_under_all_seeds_and_validation_pictures_choose():
    plan = replace(made.plan(rungs=1, candidates=4, seeds=2), finalists=2)
    trials = _steps.ready(plan, {})
    results = {step.key: done(step.key, 0.5 + step.candidate / 10) for step in trials}
    finals = _steps.ready(plan, results)
    assert [(step.candidate, step.number) for step in finals] == [(2, 0), (3, 0), (2, 1), (3, 1)]
    assert len(list(_steps.all_steps(plan, results))) == 8
    for step, val in zip(finals, (0.9, 0.8, 0.7, 0.85), strict=True):
        results[step.key] = StudyResult(step.key, "0001-x", "done", "", val, 1 - val)
    assert (
        _steps.winner(plan, 0, results) == 3
    )  # 0.825 on average beats 0.8, whatever the test says
    assert _steps.teacher(plan, results).step == finals[0].key
    assert _steps.ready(plan, results) == []


def test_no_rung_is_taught_before_its_teacher_is_there():
    plan = made.plan(rungs=2, candidates=1, teacher=True)
    (first, second) = _steps.ready(plan, {})
    assert (first.rung, second.rung) == (1, 1)
    assert not first.taught
    results = {first.key: done(first.key, 0.6)}
    assert [step.rung for step in _steps.ready(plan, results)] == [1]
    results[second.key] = done(second.key, 0.7)
    assert _steps.teacher(plan, results) == results[second.key]
    assert all(step.taught and step.rung == 0 for step in _steps.ready(plan, results))
    lost = {step.key: StudyResult(step.key, "-", "failed", "no") for step in (first, second)}
    assert [step.rung for step in _steps.ready(plan, lost)] == [0, 0]  # then without one


def test_a_study_trains_all_its_steps_and_reads_test_pictures_of_winners_alone():
    study = made.study()
    drive(study)
    assert study.state == "done"
    assert len(study.results) == 3 * (3 + 2) == len(study.runs())
    for step, run in study.runs().items():
        part = run.config.study
        assert part.tested == ("seed" in step) == (study.results[step].test_accuracy is not None)
        assert run.config.recipe.epochs == (9 if part.tested else 3)
    seeds = {run.config.recipe.seed for run in study.runs().values()}
    assert seeds == {5, 6}
    found = answer(study)
    assert [point.candidate.costs.params for point in found.points] == [101, 201, 301]
    assert found.steps == found.steps_done == 15
    assert found.seconds_left == 0


def test_killed_ten_times_it_ends_with_the_same_runs(tmp_path):
    """SIGKILL at ten random moments; the last driver ends it."""
    undisturbed = made.study("undisturbed", rungs=5)
    drive(undisturbed)
    wanted = made.outcome(undisturbed)
    shutil.rmtree(paths.runs_dir())
    study, chance, kills = made.study("killed", rungs=5), random.Random(0), 0
    program = [sys.executable, "-m", "tests.studies.made", str(study.path)]
    while kills < 10 or study.state != "done":
        process = subprocess.Popen(program, cwd=paths.ROOT)
        if kills < 10:
            known = len(study.results)
            while len(study.results) == known and process.poll() is None:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.03))
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    assert kills == 10
    assert study.state == "done"
    assert made.outcome(study) == wanted
    assert len(runs.list_runs()) == len(wanted)


def test_a_line_cut_by_a_kill_loses_itself_alone():
    study = made.study(rungs=1, candidates=1)
    study.record(done("one"))
    with (study.path / _folder.RESULTS_FILE).open("a") as file:
        file.write('{"step": "two", "ru')
    study.record(done("three"))
    assert list(study.results) == ["one", "three"]


def test_an_interrupted_run_goes_on_and_one_that_always_dies_is_given_up():
    study = made.study(rungs=1, candidates=1, seeds=1)
    tries = []

    def dies():
        for run in runs.list_runs():
            if run.status.state == "queued":
                tries.append(run)
                schema.write(run.path / runs.STATUS_FILE, Status("running"))

    drive(study, dies)
    assert len(tries) == 4
    assert len(set(tries)) == 1
    (result,) = study.results.values()
    assert (result.state, study.state) == ("failed", "done")
    assert "killed" in result.message
    assert answer(study).failed == {result.run: result.message}


def test_a_deleted_run_is_trained_anew_while_it_goes_on_and_its_figures_stay_afterwards():
    study = made.study(rungs=1, candidates=1, seeds=1)
    deleted = []

    def deletes():
        for run in runs.list_runs():
            if not deleted:
                deleted.append(run.name)
                runs.delete(run)
            else:
                made.dispatch()

    drive(study, deletes)
    (run,) = runs.list_runs()
    assert run.name not in deleted
    runs.delete(run)
    found = answer(study)
    assert (found.state, found.deleted, len(found.points)) == ("done", (run.name,), 1)


def test_stopped_and_resumed():
    study = made.study(rungs=2, candidates=1, seeds=1)

    def stops():
        assert len(runs.list_runs()) == 1
        study.stop_file.touch()

    drive(study, stops)
    assert study.state == "stopped"
    (run,) = runs.list_runs()
    assert run.status.state == "stopped"
    assert study.results == {}
    begun = []
    _start.begin, kept = begun.append, _start.begin
    try:
        _start.resume(study)
    finally:
        _start.begin = kept
    assert begun == [study]
    assert run.status.state == "queued"
    drive(study)
    assert study.state == "done"
    assert len(runs.list_runs()) == 2
    with pytest.raises(LabError, match="nothing left"):
        _start.resume(study)
    with pytest.raises(LabError, match="nothing to stop"):
        _start.stop(study)


def test_deleted_with_and_without_its_runs():
    for with_runs, left in ((False, 1), (True, 1)):
        study = made.study(rungs=1, candidates=1, seeds=1)
        drive(study)
        lock = runs.hold(study.path)
        with pytest.raises(LabError, match="stop it before"):
            _folder.delete(study)
        os.close(lock)
        assert _folder.delete(study, with_runs) == int(with_runs)
        assert len(runs.list_runs()) == left
        assert _folder.list_studies() == []


def test_an_earlier_study_of_the_same_name_lends_no_runs():
    drive(made.study(rungs=1, candidates=1, seeds=1))
    _folder.delete(_folder.find("cliff"))
    again = made.study(rungs=1, candidates=1, seeds=1)
    assert again.runs() == {}
    drive(again)
    assert len(runs.list_runs()) == 2


def test_names_are_checked_and_a_study_is_no_run():
    made.study()
    with pytest.raises(LabError, match="already"):
        made.study()
    for name in ("../x", "", "a b", ".hidden", "x" * 61):
        with pytest.raises(LabError, match="A study's name"):
            _folder.checked_name(name)
    with pytest.raises(LabError, match="there are: cliff"):
        _folder.find("clif")
    assert runs.list_runs(damaged=True) == []
    with pytest.raises(LabError, match="no run"):
        runs.find(paths.studies_dir().name)


def test_damage_costs_one_study_alone():
    made.study("sound")
    (made.study("torn").path / _folder.CONFIG_FILE).write_text("{")
    assert [study.name for study in _folder.list_studies()] == ["sound"]
    with pytest.raises(LabError, match=r"torn/study\.json is damaged"):
        answer(_folder.find("torn"))
    _folder.delete(_folder.find("torn"), with_runs=True)


def test_the_run_that_is_shrunk_teaches_unless_it_is_gone(tiny_run):
    for name, parents in ((tiny_run.name, {tiny_run.name}), ("0404-gone", None)):
        study = made.study(f"from-{name}", parent=name, rungs=2, candidates=1, teacher=True)
        drive(study)
        taught = [run.config for run in study.runs().values() if run.config.compression]
        assert len(taught) == 2
        winners = {result.run for result in study.results.values()}
        assert {config.parent for config in taught} <= (parents or winners)


def test_the_last_rung_teaches_all_the_others():
    study = made.study(rungs=2, teacher=True)
    drive(study)
    assert study.state == "done"
    taught = {step: run.config for step, run in study.runs().items() if run.config.compression}
    assert {step[:6] for step in taught} == {"rung00"}
    assert all("seed" in step for step in taught)
    best = max(
        (result for step, result in study.results.items() if step.startswith("rung01")),
        key=lambda result: result.test_accuracy or 0.0,
    )
    for config in taught.values():
        assert config.parent == best.run
        assert config.compression.kind == "distillation"
        assert config.recipe.epochs == 9
        assert config.knobs == runs.find(best.run).config.knobs  # all made-up networks are alike
