"""CONTRIBUTING.md tells the truth: each example, put into a copy of the project, works at once."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cnnlab import paths
from tests.recipes_performed import RECIPES

TEXT = (paths.ROOT / ".github" / "CONTRIBUTING.md").read_text()
EXAMPLE = re.compile(r"^`([\w./]+)`\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections() -> dict[str, dict[str, str]]:
    """By kind of addition, the new files: path and content."""
    parts = re.split(r"^## An? (.*)$", TEXT, flags=re.MULTILINE)[1:]
    return {
        kind: dict(EXAMPLE.findall(words))
        for kind, words in zip(parts[::2], parts[1::2], strict=True)
    }


EXAMPLES = sections()


def test_every_kind_of_addition_has_a_recipe():
    assert list(EXAMPLES) == list(RECIPES)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_it_is_one_new_file(kind):
    files = EXAMPLES[kind]
    assert 1 <= len(files) <= (2 if kind == "page" else 1)
    for path in files:
        assert not (paths.ROOT / path).exists()
        assert not Path(path).is_absolute()
        assert ".." not in path


def digests(folder: Path) -> dict[str, str]:
    """What every file in a folder holds."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The project with one shipped model, and beside its files nothing but the examples."""
    root = tmp_path_factory.mktemp("recipes") / "project"
    for name in ("cnnlab", "pages", "app.py", "LICENSE", ".streamlit", "pretrained/lenet5"):
        source, target = paths.ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    before = digests(root)
    for files in EXAMPLES.values():
        for path, content in files.items():
            (root / path).write_text(content)
    added = {path for files in EXAMPLES.values() for path in files}
    assert digests(root) == before | {path: digests(root)[path] for path in added}
    return root


@pytest.fixture(scope="module")
def performed(copy) -> dict[str, dict]:
    """What came of each recipe in the copy, all in one process."""
    program = copy.parent / "recipes_performed.py"
    shutil.copy(paths.ROOT / "tests" / "recipes_performed.py", program)
    before = digests(copy)
    done = subprocess.run(
        [sys.executable, str(program)],
        cwd=copy,
        env={
            **os.environ,
            "PYTHONPATH": str(copy),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CNNLAB_RUNS": str(copy.parent / "runs"),
            "CNNLAB_DATA": str(copy.parent / "data"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert digests(copy) == before
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["recipe"]: one for one in told}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_example_is_found_shown_and_run(performed, kind):
    assert "failed" not in performed[kind], performed[kind]["failed"]


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_the_examples_are_written_as_we_write(copy, command):
    ruff = [sys.executable, "-m", "ruff", *command.split(), "--config", paths.ROOT / ".ruff.toml"]
    files = [copy / path for paths_ in EXAMPLES.values() for path in paths_]
    done = subprocess.run([*ruff, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
