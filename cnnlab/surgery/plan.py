"""A list of operations: in words, in a page's address and on the command line. Light.

An operation reads `operation:layer:filter`, then settings as `:name=value`, each part quoted as in
addresses: `silence:conv1:3`, `swap:conv1:3:other=5`.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from cnnlab.errors import LabError
from cnnlab.schema import FilterOperation
from cnnlab.surgery._cards import FILTER_OPERATIONS

MOST = 100  # operations on one network


def planned(
    operation: str, layer: str, number: int, settings: Mapping[str, Any] | None = None
) -> FilterOperation:
    """An operation with all its settings.

    Raises:
        LabError: an unknown operation, or a setting that is none of its own or out of range.
    """
    card = FILTER_OPERATIONS[operation]
    if number < 0:
        raise LabError(f"Filters are counted from 0. Received: {number}.")
    return FilterOperation(card.name, layer, number, card.check(settings or {}))


def text_of(operation: FilterOperation) -> str:
    """As `read` reads it."""
    card = FILTER_OPERATIONS[operation.operation]
    usual = {knob.name: knob.default for knob in card.knobs}
    settings = [f"{k}={v}" for k, v in operation.settings.items() if v != usual.get(k)]
    parts = [operation.operation, operation.layer, str(operation.filter), *settings]
    return ":".join(quote(part, safe="=") for part in parts)


def read(text: str) -> FilterOperation:
    """The operation that `text_of` wrote.

    Raises:
        LabError: it reads otherwise, or as `planned`.
    """
    parts = [unquote(part) for part in text.split(":")]
    pairs = [part.partition("=") for part in parts[3:]]
    sound = len(parts) >= 3 and parts[2].isdecimal() and len(parts[2]) < 7
    if not sound or not all(equals for _, equals, _ in pairs):
        raise LabError(
            f"An operation reads operation:layer:filter, such as silence:conv1:3. "
            f"Received: {text!r}."
        )
    return planned(parts[0], parts[1], int(parts[2]), {name: value for name, _, value in pairs})


def words(operation: FilterOperation) -> str:
    """Such as "Swap: filter 3 of conv1 (other 5)"."""
    where = f"filter {operation.filter} of {operation.layer}"
    if operation.operation not in FILTER_OPERATIONS:
        return f"{operation.operation}: {where}"
    card = FILTER_OPERATIONS[operation.operation]
    chosen = {knob.name for knob in card.knobs if knob.choices}
    settings = [
        str(value) if name in chosen else f"{name} {value}"
        for name, value in operation.settings.items()
        if value != ""
    ]
    return f"{card.title}: {where}" + (f" ({', '.join(settings)})" if settings else "")
