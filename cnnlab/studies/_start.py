"""Begin a study, stop it, let it go on."""

import os
import shlex
import subprocess
import sys
import threading

from cnnlab import datasets, engine, jobs, paths, runs
from cnnlab.errors import LabError
from cnnlab.studies import _folder
from cnnlab.studies._cards import STUDIES
from cnnlab.studies._folder import Study
from cnnlab.studies._planning import Request, checked
from cnnlab.studies.questions import Planned


def start(name: str, request: Request, owner: str = "") -> Study:
    """Plan a study and begin it; returns as soon as somebody drives it.

    Raises:
        LabError: what is wrong with the name or the request, in one sentence.
    """
    _folder.checked_name(name)
    found = datasets.available(request.dataset)
    if not found.ready:
        raise LabError(found.sentence)
    settings = checked(request)
    plan = engine.ask(Planned(request))
    line = command(name, request)
    study = _folder.create(
        *(name, request.kind, request.dataset, request.architectures, settings, plan),
        *(owner, line, request.parent),
    )
    begin(study)
    return study


def begin(study: Study) -> None:
    """Start a driver in a process of its own, which outlives this one; never two at once.

    Raises:
        LabError: somebody drives it already.
    """
    lock = runs.hold(study.path)
    if lock is None:
        raise LabError(f"{study.name} is at work already.")
    try:
        with (study.path / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "cnnlab.studies", str(study.path)],
                cwd=paths.ROOT,
                env={**os.environ, jobs.LOCK_VARIABLE: str(lock)},
                pass_fds=(lock,),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    finally:
        os.close(lock)
    threading.Thread(target=process.wait, daemon=True).start()  # no zombies


def resume(study: Study) -> None:
    """Let a stopped or interrupted study go on; steps that failed are tried again.

    Raises:
        LabError: it is at work, or nothing is left to do.
    """
    if study.state in ("running", "stopping"):
        raise LabError(f"{study.name} is at work already.")
    study.forget_failures()
    for run in study.runs().values():
        if run.status.state in ("stopped", "failed"):
            runs.requeue(run)
    study.stop_file.unlink(missing_ok=True)
    if study.state == "done":
        raise LabError(f"{study.name} is done: there is nothing left to train.")
    begin(study)


def stop(study: Study) -> None:
    """Ask the driver to stop; what trains keeps its checkpoint.

    Raises:
        LabError: it does not run.
    """
    if study.state != "running":
        raise LabError(f"{study.name} is {study.state}: there is nothing to stop.")
    with runs.explained(study.path):
        study.stop_file.touch()


def command(name: str, request: Request) -> str:
    """The shell command that asks the same again."""
    usual = STUDIES[request.kind].check({})
    words = ["study", "new", name, "--dataset", request.dataset]
    words += ["--architecture", ",".join(request.architectures)]
    if request.parent:
        words += ["--run", request.parent]
    if request.kind != "budget":
        words += ["--kind", request.kind]
    for key, value in checked(request).items():
        if value != usual[key]:
            words += ["--set", f"{key}={value}"]
    for key, value in request.training.items():
        words += [f"--{key.replace('_', '-')}", str(value)]
    if request.input_shape:
        words += ["--input", "x".join(map(str, request.input_shape))]
    return " ".join(["python -m cnnlab", *map(shlex.quote, words)])
