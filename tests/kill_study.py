"""A real study killed -9 at random moments, driver and trainings alike: nothing may be lost.

`python -m tests.kill_study 10` by hand: it takes minutes. The same plan is driven twice, once left
alone and once killed, resumed, killed ...; both must end with the same runs, and the same answers
on the test pictures. `tests/studies/test_driving.py` kills a driver with a stand-in for trainings.
"""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from cnnlab import paths, runs, studies
from cnnlab.schema import StudyPlan
from cnnlab.studies import Study, _folder, _planning

SETTINGS = {"smallest": 100, "largest": 3_000, "rungs": 4, "candidates": 2, "finalists": 1}
TRAINING = {"epochs": 8, "train_limit": 300, "learning_rate": 0.02, "ema": 0.0, "seed": 1}
LONGEST_S = 40.0  # from one start to the next kill, at most


def main(kills: int = 10, seed: int = 0) -> int:
    """0 where the killed study ends as the other."""
    folder = Path(tempfile.mkdtemp(prefix="cnnlab-killed-"))
    plan = _planning.planned(
        _planning.Request("digits", ("ladder",), settings=SETTINGS, training=TRAINING)
    )
    wanted = _driven(folder / "alone", plan, 0, seed)
    found = _driven(folder / "killed", plan, kills, seed)
    shutil.rmtree(folder)
    for step in sorted(wanted | found):
        same = "same" if wanted.get(step) == found.get(step) else "DIFFERENT"
        say(f"{same:10} {step} {wanted.get(step)} {found.get(step)}")
    return int(wanted != found)


def _driven(store: Path, plan: StudyPlan, kills: int, seed: int) -> dict[str, object]:
    """What each step came to; the study is killed so many times on its way."""
    os.environ["CNNLAB_RUNS"] = str(store)
    made = _folder.create("study", "budget", "digits", ("ladder",), {"budget": "params"}, plan)
    chance, done, started = random.Random(seed), 0, time.monotonic()
    while made.state != "done":
        process = subprocess.Popen(
            [sys.executable, "-m", "cnnlab.studies", str(made.path)],
            cwd=paths.ROOT,
            start_new_session=True,
        )
        if done < kills:
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.2, LONGEST_S))
            _kill(made, process, everything=chance.random() < 0.5)
            done += 1
            where = studies.answer(made)
            say(f"kill {done}: {where.steps_done} of {where.steps} steps on the disk")
        process.wait()
    say(f"{store.name}: done after {time.monotonic() - started:.0f} s and {done} kills")
    return _outcome(made)


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _kill(made: Study, process: "subprocess.Popen[bytes]", everything: bool) -> None:
    """The driver, and half the time its trainings too, as a power switch would."""
    pids = [process.pid]
    if everything:
        pids += [pid for run in made.runs().values() if (pid := run.status.pid)]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _outcome(made: Study) -> dict[str, object]:
    """By step: what its run was asked, its seed, what it reads, and its weights to the last bit."""
    results = made.results
    of_steps = {
        step: (
            run.config.recipe.seed,
            run.config.knobs["rung"],
            results[step].val_accuracy,
            results[step].test_accuracy,
            hashlib.sha256(run.tflite_file.read_bytes()).hexdigest()[:12],
        )
        for step, run in made.runs().items()
    }
    return of_steps | {"runs": len(runs.list_runs()), "results": len(results)}


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
