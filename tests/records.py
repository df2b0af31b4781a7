"""Records as files on the disk, sound ones and, where a test wants them, odd ones."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cnnlab import recipe
from cnnlab.schema import Recipe, RunConfig, to_json


def write_json(path: Path, content: Any) -> None:
    """Write JSON as it is, whether or not it fits a record."""
    path.write_text(json.dumps(content))


def read_json(path: Path) -> dict[str, Any]:
    """What lies in a JSON file."""
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def config(**changes: Any) -> RunConfig:
    """A sound config of LeNet-5 on digits, with some fields changed."""
    return replace(recipe.plan("lenet5", "digits"), **changes)


def config_json(**changes: Any) -> dict[str, Any]:
    """The same as it lies in `config.json`; a change may be anything at all."""
    return to_json(config()) | changes


def checked(values: dict[str, Any], dataset: str) -> Recipe:
    """A recipe of some settings, the dataset's usual ones filled in."""
    return recipe.of_settings(recipe.check(values, dataset))
