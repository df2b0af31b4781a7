"""A study's folder: `studies/NAME` beside the runs, with its own config. It is the truth."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from cnnlab import paths, runs, schema
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import StudyConfig, StudyPlan, StudyResult
from cnnlab.studies import _steps

NO_RUN = "-"  # of a step whose run could not even be made
CONFIG_FILE, RESULTS_FILE = "study.json", "results.jsonl"
_RESULTS_BYTES = 256 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")

State = Literal["running", "stopping", "stopped", "interrupted", "done"]


@dataclass(frozen=True)
class Study:
    """A study folder; two studies are equal when they are the same folder."""

    path: Path

    @property
    def name(self) -> str:
        """The folder's name, as used in addresses and on the command line."""
        return self.path.name

    @cached_property
    def config(self) -> StudyConfig:
        """What was asked and planned. Written once.

        Raises:
            LabError: it is gone, or its content does not fit.
        """
        found = schema.read(self.path / CONFIG_FILE, StudyConfig)
        if found is None:
            raise LabError(f"There is no study {self.name!r} (deleted meanwhile?).")
        return found

    @property
    def plan(self) -> StudyPlan:
        """All runs, decided before the first."""
        return self.config.plan

    @property
    def results(self) -> dict[str, StudyResult]:
        """What each step that ended came to, by its key; the latest word counts."""
        found = schema.read_lines(self.path / RESULTS_FILE, StudyResult, _RESULTS_BYTES)
        return {result.step: result for result in found}

    @property
    def state(self) -> State:
        """Where it stands: what is on the disk, and whether somebody drives it."""
        stop = self.stop_file.exists()
        if runs.is_held(self.path):
            return "stopping" if stop else "running"
        if not _steps.ready(self.plan, self.results):
            return "done"
        return "stopped" if stop else "interrupted"

    @property
    def stop_file(self) -> Path:
        """Present: please stop."""
        return self.path / "stop"

    def runs(self) -> dict[str, Run]:
        """Its runs that are there, by step."""
        token, found = self.config.token, {}
        for run in reversed(runs.list_runs()):
            part = run.config.study
            if part and part.token == token:
                found[part.step] = run
        return found

    def deleted(self) -> list[str]:
        """Names of runs whose figures are kept and whose folders are gone."""
        measured = [result.run for result in self.results.values() if result.state == "done"]
        return [run for run in measured if not (paths.runs_dir() / run).is_dir()]

    def record(self, result: StudyResult) -> None:
        """Keep what a step came to; it is on the disk when this returns."""
        with (self.path / RESULTS_FILE).open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # a line cut by a kill; it is left out when read
                    file.write(b"\n")
            file.write(schema.line_of(result).encode())
            file.flush()
            os.fsync(file.fileno())

    def forget_failures(self) -> None:
        """Steps that failed are to be tried again."""
        kept = [result for result in self.results.values() if result.state == "done"]
        with schema.replacing(self.path / RESULTS_FILE) as temporary:
            temporary.write_text("".join(map(schema.line_of, kept)))


def checked_name(name: str) -> str:
    """The name, if a study may have it.

    Raises:
        LabError: it is no name of a folder, or taken.
    """
    if not _NAME.fullmatch(name):
        raise LabError(
            "A study's name is up to 60 letters, digits, dots, dashes and underscores, such as "
            f"how-small-1. Received: {name!r}."
        )
    if (paths.studies_dir() / name).exists():
        raise LabError(f"There is a study {name!r} already: choose another name, or delete it.")
    return name


def create(
    name: str,
    kind: str,
    dataset: str,
    architectures: tuple[str, ...],
    settings: Mapping[str, schema.Value],
    plan: StudyPlan,
    owner: str = "",
    command: str = "",
    parent: str = "",
) -> Study:
    """Make the folder of a study; nothing runs yet.

    Raises:
        LabError: the name, or the disk refuses.
    """
    folder = paths.studies_dir()
    config = StudyConfig(
        checked_name(name),
        secrets.token_hex(8),
        kind,
        dataset,
        architectures,
        dict(settings),
        plan,
        time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        owner,
        command,
        parent,
    )
    with runs.explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            (folder / name).mkdir()
        except FileExistsError:
            checked_name(name)
            raise
        # Last, for it is the config that makes a folder a study.
        schema.write(folder / name / CONFIG_FILE, config)
    return Study(folder / name)


def find(name: str) -> Study:
    """The study called so.

    Raises:
        LabError: there is none.
    """
    if _NAME.fullmatch(name or "") and (paths.studies_dir() / name).is_dir():
        return Study(paths.studies_dir() / name)
    known = ", ".join(study.name for study in list_studies()[:10]) or "none"
    raise LabError(f"There is no study {name!r}; there are: {known}.")


def list_studies() -> list[Study]:
    """All studies that can be read, the newest first."""
    sound = [study for study in _folders() if not damage(study)]
    return sorted(sound, key=lambda study: (study.config.created, study.name), reverse=True)


def damaged() -> list[tuple[Study, str]]:
    """Studies that cannot be read, by name, each with the reason."""
    found = [(study, damage(study)) for study in _folders()]
    return sorted(((s, why) for s, why in found if why), key=lambda pair: pair[0].name)


def _folders() -> list[Study]:
    try:
        names = [name for name in os.listdir(paths.studies_dir()) if _NAME.fullmatch(name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [Study(paths.studies_dir() / name) for name in names]


def damage(study: Study) -> str:
    """Why its config cannot be read, as one sentence; empty for a sound study."""
    try:
        _ = study.config
    except LabError as error:
        return str(error)
    return ""


def delete(study: Study, with_runs: bool = False) -> int:
    """Remove a study's folder, and its runs if that is wished; how many runs went.

    Raises:
        LabError: it is being driven, one of its runs trains, or the disk refuses.
    """
    if runs.is_held(study.path):
        raise LabError(f"{study.name} is at work: stop it before it is deleted.")
    made = list(study.runs().values()) if with_runs and not damage(study) else []
    for run in made:
        runs.delete(run)
    with runs.explained(study.path):
        trash = study.path.with_name(f".deleted-{study.name}")
        shutil.rmtree(trash, ignore_errors=True)
        study.path.rename(trash)
        shutil.rmtree(trash)
    return len(made)
