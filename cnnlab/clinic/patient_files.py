"""Sick trainings to learn from, one TOML file each; a teacher's own lie in `CNNLAB_LESSONS`."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cnnlab import recipe
from cnnlab.clinic import ILLNESSES
from cnnlab.errors import LabError
from cnnlab.schema import RunConfig, Value, from_json

SHIPPED = Path(__file__).with_name("patients")
FOLDER = "patients"  # inside the teacher's own
_MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Patient:
    """A sick training: what it is called, how it came so, what it has, and how it is trained.

    `input` is the size of its pictures, such as 32x32x1; "" for the network's own.
    """

    title: str
    story: str
    illness: str
    architecture: str
    dataset: str
    recipe: Mapping[str, Value]
    knobs: Mapping[str, Value]
    input: str

    def plan(self) -> RunConfig:
        """The config of its training; `LabError` where a setting is illegal."""
        shape = recipe.parse_shape(self.input) if self.input else None
        return recipe.plan(
            self.architecture, self.dataset, self.recipe, self.knobs, shape, self.title
        )


def patients() -> tuple[dict[str, Patient], dict[str, str]]:
    """All patients by their file's name, and why some files are none."""
    found: dict[str, Patient] = {}
    refused: dict[str, str] = {}
    for file in _files():
        try:
            found[file.stem] = _read(file)
        except LabError as error:
            refused[file.name] = str(error)
    return found, refused


def find_patient(name: str) -> Patient:
    """The patient of this name; `LabError` where there is none."""
    found, refused = patients()
    if name in found:
        return found[name]
    if why := refused.get(f"{name}.toml"):
        raise LabError(why)
    raise LabError(f"There is no patient {name!r}; there are: {', '.join(found)}.")


def _files() -> list[Path]:
    own = os.environ.get("CNNLAB_LESSONS")
    folders = [SHIPPED, *([Path(own).expanduser() / FOLDER] if own else [])]
    return [file for folder in folders for file in sorted(folder.glob("*.toml"))]


def _read(file: Path) -> Patient:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise LabError(f"{file.name} is too large for a patient: keep it below 100 kB.")
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LabError(f"{file.name} is no TOML file ({error}): mend it or take it away.") from None
    try:
        patient = from_json(Patient, {"recipe": {}, "knobs": {}, "input": "", **content})
        _ = ILLNESSES[patient.illness]
        patient.plan()
    except LabError as error:
        raise LabError(f"{file.name}: {error}") from None
    return patient
