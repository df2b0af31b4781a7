"""Nothing asks a card's name to decide, and no test counts the cards of a registry."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnlab import paths
from cnnlab.architectures import ARCHITECTURES
from cnnlab.augmentation.presets import PRESETS
from cnnlab.comparison import CHALLENGES
from cnnlab.comparison.sources import SOURCES
from cnnlab.compression import KINDS, METHODS
from cnnlab.datasets import DATASETS
from cnnlab.export import FORMATS
from cnnlab.losses import LOSSES
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.robustness import TRANSFORMS
from cnnlab.schedules import SCHEDULES
from cnnlab.surgery import FILTER_OPERATIONS
from cnnlab.visualization import ATTRIBUTIONS

# What a variable or attribute is called that holds a card's name.
HOLDERS = {
    "architecture": ARCHITECTURES,
    "attribution": ATTRIBUTIONS,
    "augmentation": PRESETS,
    "challenge": CHALLENGES,
    "dataset": DATASETS,
    "format": FORMATS,
    "kind": KINDS,
    "loss": LOSSES,
    "method": METHODS,
    "operation": FILTER_OPERATIONS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "source": SOURCES,
    "student": ARCHITECTURES,
    "transform": TRANSFORMS,
}
NAMED = frozenset(name for registry in HOLDERS.values() for name in registry.names())


def decided_by_name(source: str) -> list[str]:
    """Comparisons of what holds a card's name, or of a card's `name`, with a card's name."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare) and _decides(node)
    ]


def _decides(node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    words = {
        constant.value
        for side in sides
        for constant in ast.walk(side)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
    holders = set(_holders(sides))
    if "name" in holders and words & NAMED:
        return True
    return any(words & set(HOLDERS[one].names()) for one in holders if one in HOLDERS)


def _holders(sides: list[ast.expr]) -> Iterator[str]:
    for side in sides:
        if isinstance(side, ast.Attribute):
            yield side.attr
        elif isinstance(side, ast.Name):
            yield side.id


FILES = [path for room in ("cnnlab", "pages") for path in sorted((paths.ROOT / room).rglob("*.py"))]


def test_nothing_asks_a_cards_name_to_decide():
    found = {
        str(path.relative_to(paths.ROOT)): wrong
        for path in FILES
        if (wrong := decided_by_name(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        'if run.config.dataset == "mnist": pass',
        'first = dataset != "cifar10"',
        'if card.name in ("hinton", "gram"): pass',
        'if "hinton" == card.name: pass',
        'x = 1 if config.recipe.optimizer == "adamw" else 2',
        'x = method not in {"magnitude"}',
    ],
)
def test_a_planted_decision_is_caught(source):
    assert decided_by_name(source)


def counted(source: str) -> list[str]:
    """Comparisons of a registry's length, or that of its names, with a number."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare)
        and any(map(_length_of_registry, [node.left, *node.comparators]))
        and any(_number(side) for side in [node.left, *node.comparators])
    ]


def _length_of_registry(side: ast.expr) -> bool:
    if not (isinstance(side, ast.Call) and ast.unparse(side.func) == "len"):
        return False
    called = {node.id for node in ast.walk(side) if isinstance(node, ast.Name)}
    called |= {node.attr for node in ast.walk(side) if isinstance(node, ast.Attribute)}
    return any(name.isupper() and len(name) > 3 for name in called)


def _number(side: ast.expr) -> bool:
    return isinstance(side, ast.Constant) and isinstance(side.value, int)


REGISTRIES = {
    *(
        "ARCHITECTURES",
        "ATTRIBUTIONS",
        "CHALLENGES",
        "DATASETS",
        "FILTER_OPERATIONS",
        "FORMATS",
        "KINDS",
        "LOSSES",
    ),
    *(
        "METHODS",
        "OPERATIONS",
        "OPTIMIZERS",
        "PARTS",
        "PRESETS",
        "SCHEDULES",
        "SOURCES",
        "TRANSFORMS",
    ),
}


def test_no_test_counts_a_registry():
    tests = sorted((paths.ROOT / "tests").rglob("*.py"))
    found = {
        path.name: wrong
        for path in tests
        if path != Path(__file__)
        and (wrong := [one for one in counted(path.read_text()) if _of_registry(one)])
    }
    assert not found


def _of_registry(comparison: str) -> bool:
    return any(name in comparison for name in REGISTRIES)


@pytest.mark.parametrize(
    "source",
    [
        "assert len(ATTRIBUTIONS) == 5",
        "assert len(ATTRIBUTIONS.names()) == 5",
        "assert 40 <= len(list(ARCHITECTURES))",
        "assert len(comparison.CHALLENGES) > 1",
    ],
)
def test_a_planted_count_is_caught(source):
    assert [one for one in counted(source) if _of_registry(one)]
