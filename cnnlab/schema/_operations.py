"""What was done by hand to filters of a network; in `config.json` of a run operated on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from cnnlab.schema._reading import Within


@dataclass(frozen=True, slots=True)
class FilterOperation:
    """What was done to one filter: a card's name, where, and its settings."""

    operation: Annotated[str, Within(1, 100)]
    layer: Annotated[str, Within(1, 200)]
    filter: Annotated[int, Within(0, 1_000_000)]
    settings: Mapping[str, bool | int | float | str]
