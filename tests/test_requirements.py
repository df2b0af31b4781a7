"""A fresh machine gets what was tested: direct imports are required, all versions are pinned."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cnnlab import paths

OUR_OWN = {"cnnlab", "pages", "tests"}
# Looked for, and done without: `benchmark training` compares with PyTorch where it is installed,
# exports say what TensorFlow Lite Micro would take where it is.
OPTIONAL = {"torch", "tflite_micro"}
# Run as programs, or loaded by what we import: plugins of pytest, types for mypy, Keras' exporter.
UNIMPORTED = {
    *("mypy", "oxlint", "pandas-stubs", "pytest-timeout", "pytest-xdist", "ruff"),
    *("onnx", "tf2onnx"),
}


def lines(name: str) -> list[str]:
    """The lines of a requirements file that name a package."""
    text = (paths.ROOT / name).read_text()
    return [line for line in text.splitlines() if line and line[0] not in "#-"]


def pins(name: str) -> dict[str, str]:
    """Exact version by canonical package name; a line that pins no version is an error."""
    split = [line.split("==") for line in lines(name)]
    return {canonicalize_name(package): version for package, version in split}


def third_party(source: str) -> Iterator[str]:
    """Top-level packages a file imports from outside the standard library and the project.

    Imports inside functions count, and those that are only looked for by name.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("find_spec"):
            modules = [ast.literal_eval(node.args[0])]
        else:
            continue
        tops = {module.split(".")[0] for module in modules}
        yield from tops - OUR_OWN - set(sys.stdlib_module_names) - OPTIONAL


@cache
def distributions() -> Mapping[str, list[str]]:
    """The packages on the index that bring each importable name; slow to find out."""
    return metadata.packages_distributions()


def unrequired(source: str) -> set[str]:
    """Packages `source` imports that no line of requirements.txt brings by name."""
    required = set(pins("requirements.txt"))
    brought_by = distributions()
    return {
        package
        for package in third_party(source)
        if not {canonicalize_name(name) for name in brought_by.get(package, ())} & required
    }


def needed(package: str, found: dict[str, set[str]], extras: frozenset[str] = frozenset()) -> None:
    """Adds to `found` what `package` needs on this machine, by canonical name, at any depth.

    `found` holds the extras each package was asked for. What is not installed here needs nothing.
    """
    name = canonicalize_name(package)
    if name in found and extras <= found[name]:
        return
    found[name] = found.get(name, set()) | extras
    try:
        wanted = [Requirement(line) for line in metadata.requires(package) or ()]
    except metadata.PackageNotFoundError:
        return
    for one in wanted:
        if one.marker is None or any(one.marker.evaluate({"extra": x}) for x in extras or {""}):
            needed(one.name, found, frozenset(one.extras))


def sources() -> list[Path]:
    """All Python files of the project."""
    folders = ("cnnlab", "pages", "tests")
    below = [path for folder in folders for path in (paths.ROOT / folder).rglob("*.py")]
    return [paths.ROOT / "app.py", *sorted(below)]


def test_direct_imports_are_direct_requirements():
    missing = {str(path): unrequired(path.read_text()) for path in sources()}
    assert not {path: names for path, names in missing.items() if names}


@pytest.mark.parametrize(
    "source",
    [
        "import rich",  # comes with Keras, but nobody asked for it
        "def late():\n    from markupsafe import escape",
        "import not_installed_anywhere.part",
        "spec = importlib.util.find_spec('rich')",
    ],
)
def test_a_planted_import_is_caught(source):
    assert unrequired(source)


def test_every_requirement_is_used():
    brought_by = distributions()
    imported = {package for path in sources() for package in third_party(path.read_text())}
    used = {canonicalize_name(name) for p in imported for name in brought_by.get(p, ())}
    assert set(pins("requirements.txt")) - used == UNIMPORTED


def test_every_requirement_has_one_exact_version():
    for name in ("requirements.txt", ".constraints.txt"):
        for line in lines(name):
            assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line), line
        assert len(pins(name)) == len(lines(name)), f"a package stands twice in {name}"


def test_the_constraints_are_those_of_the_requirements():
    assert "\n-c .constraints.txt\n" in (paths.ROOT / "requirements.txt").read_text()
    constraints = pins(".constraints.txt")
    direct = pins("requirements.txt")
    assert direct.items() <= constraints.items()
    found: dict[str, set[str]] = {}
    for package in direct:
        needed(package, found)
    assert len(found) > len(direct) + 20
    assert set(found) <= set(constraints), "renew .constraints.txt, its first lines say how"
