"""What was asked of each run, setting by setting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cnnlab.comparison._metrics import Trained
from cnnlab.schema import RunConfig

MISSING = "not recorded"
_MISSING_KNOB = "has none"  # each network has the knobs that suit it
_PARTS = ("network", "data", "knob", "training")
_PLAIN = ("architecture", "dataset", "input_shape", "classes", "preparation", "parent")


@dataclass(frozen=True)
class Setting:
    """One setting of several runs: `values` in the runs' order, as the reader sees them."""

    part: str
    name: str
    values: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether all runs have the same value."""
        return len(set(self.values)) < 2


def settings(runs: Sequence[Trained]) -> tuple[Setting, ...]:
    """Every setting of the runs' configs, part by part, else in the order of the configs.

    Args:
        runs: At least one.
    """
    flat = [dict(_flat(run.config)) for run in runs]
    keys = dict.fromkeys(key for config in flat for key in config)
    return tuple(
        Setting(*key, tuple(_word(config.get(key, _missing(*key))) for config in flat))
        for key in sorted(keys, key=lambda key: _PARTS.index(key[0]))
    )


def _missing(part: str, _: str) -> str:
    return _MISSING_KNOB if part == "knob" else MISSING


def _flat(config: RunConfig) -> Iterator[tuple[tuple[str, str], Any]]:
    for key in _PLAIN:
        yield ("network" if key != "dataset" else "data", key), getattr(config, key)
    for values, word in ((config.knobs, "knob"), (config.recipe.settings, "training")):
        for key, value in values.items():
            yield (word, key), value


def _word(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):
        return "x".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
