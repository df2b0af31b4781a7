"""The one way to keep a named collection: a card beside the function it describes.

A family file writes `@architecture(title=..., knobs=(...))` above a function; the function's
name becomes the key, its docstring the text the reader sees. Cards hold plain data, so the
pages read them without loading Keras.
"""

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cnnlab.errors import LabError

Value = bool | int | float | str


@dataclass(frozen=True)
class Knob:
    """One setting a reader may turn: name, default, what it does, and its legal range.

    A number has `low`, `high` and `step`; a choice has `choices`; a bool has neither.
    """

    name: str
    default: Value
    help: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: tuple[Value, ...] = ()
    unit: str = ""
    advanced: bool = False
    title: str = ""

    @property
    def label(self) -> str:
        """The name as the reader sees it: its `title`, or `hidden_units` as "Hidden units"."""
        words = self.title or self.name.replace("_", " ").capitalize()
        return f"{words} ({self.unit})" if self.unit else words

    def check(self, value: Any) -> Value:
        """The value in the knob's own type.

        Raises:
            LabError: wrong type or out of range; the message says what is legal.
        """
        if self.choices:
            for choice in self.choices:
                if value == choice or str(value) == str(choice):
                    return choice
            legal = ", ".join(map(str, self.choices))
            raise LabError(f"{self.label} must be one of {legal}. Received: {value!r}.")
        if isinstance(self.default, bool):
            return self._check_bool(value)
        if isinstance(self.default, str):
            return str(value)
        return self._check_number(value)

    def _check_bool(self, value: Any) -> bool:
        words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        known = words.get(str(value).lower())
        if known is None:
            raise LabError(f"{self.label} must be true or false. Received: {value!r}.")
        return known

    def _check_number(self, value: Any) -> int | float:
        kind = float if isinstance(self.default, float) else int
        try:
            number = kind(value)
            if isinstance(value, bool) or float(number) != float(value):
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            word = "number" if kind is float else "whole number"
            raise LabError(f"{self.label} must be a {word}. Received: {value!r}.") from None
        if (self.low is not None and number < self.low) or (
            self.high is not None and number > self.high
        ):
            raise LabError(
                f"{self.label} must lie between {self.low:g} and {self.high:g}. "
                f"Received: {value!r}."
            )
        return number


def check_knobs(knobs: tuple[Knob, ...], values: Mapping[str, Any], owner: str) -> dict[str, Value]:
    """Every knob's value, defaults filled in, in the knobs' own order.

    Raises:
        LabError: a name that is no knob of `owner`, or an illegal value.
    """
    known = {knob.name for knob in knobs}
    for name in values:
        if name not in known:
            legal = ", ".join(sorted(known)) or "none"
            raise LabError(f"{owner} has no knob {name!r}; it has: {legal}.")
    return {knob.name: knob.check(values.get(knob.name, knob.default)) for knob in knobs}


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a reader learns about one named thing before anything runs.

    `function` is the thing itself; `source` names the paper or project it comes from.
    """

    name: str
    title: str
    family: str
    description: str
    function: Callable[..., Any]
    source: str = ""
    url: str = ""
    knobs: tuple[Knob, ...] = ()

    def check(self, values: Mapping[str, Any]) -> dict[str, Value]:
        """The card's knob values, defaults filled in; `LabError` if one is illegal."""
        return check_knobs(self.knobs, values, self.name)


C = TypeVar("C", bound=Card)


class Registry(Generic[C]):
    """Named cards of one kind, filled by every public module of one package.

    Args:
        kind: The word for one member ("architecture"), used in messages.
        card: The card's class.
        package: The package whose modules register their members on import.
    """

    def __init__(self, kind: str, card: type[C], package: str) -> None:
        self.kind = kind
        self._card = card
        self._package = package
        self._cards: dict[str, C] = {}
        self._loaded = False

    def register(self, **fields: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorator: files the function under its own name, its docstring as description."""

        def keep(function: Callable[..., Any]) -> Callable[..., Any]:
            name = function.__name__
            if name in self._cards:
                raise ValueError(f"{self.kind} {name!r} is registered twice")
            self._cards[name] = self._card(
                name=name,
                description=inspect.getdoc(function) or "",
                function=function,
                **fields,
            )
            return function

        return keep

    def __getitem__(self, name: str) -> C:
        self._load()
        if name in self._cards:
            return self._cards[name]
        near = difflib.get_close_matches(str(name), self._cards, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(self._cards)}."
        raise LabError(f"There is no {self.kind} {name!r}; {hint}")

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._cards

    def __iter__(self) -> Iterator[C]:
        self._load()
        return iter(self._cards.values())

    def __len__(self) -> int:
        self._load()
        return len(self._cards)

    def names(self) -> list[str]:
        """All names, in the order they were registered."""
        return [card.name for card in self]

    def _load(self) -> None:
        """Import every public module of the package, once, so that its members register."""
        if self._loaded:
            return
        package = importlib.import_module(self._package)
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            if not module.name.startswith("_"):
                importlib.import_module(f"{self._package}.{module.name}")
        self._loaded = True
