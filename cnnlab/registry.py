"""The one way to keep a named collection: a card for each thing, beside its code.

A family file writes `@architecture(title=..., knobs=(...))` above a function; the function's
name becomes the key, its docstring the text the reader sees. What is plain data and has no
function, such as a challenge, is put in by `CHALLENGES.add(Challenge(name=..., ...))`. Cards are
read without Keras: a function imports what it computes with when it is called.

Nothing asks a card's name to decide. What differs between two cards is a field of theirs.
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

    A number has `low`, `high` and `step`; a choice has `choices`, or is one of the cards `among`
    a registry; a bool has neither.
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
    scales_input: bool = False  # repeats each pixel: the network is that of a larger picture
    sizes: bool = False  # makes a network larger or smaller: what a study turns
    among: "Registry[Any] | Selection[Any] | None" = None
    naming: bool = False  # its value is part of a network's name, also the usual one

    @property
    def options(self) -> tuple[Value, ...]:
        """Every legal value of a choice; none for a number or a bool."""
        return self.choices if self.among is None else tuple(self.among.names())

    def title_of(self, option: Value) -> str:
        """An option as the reader sees it: a card's title, or the value's own words."""
        if self.among is not None:
            return self.among[str(option)].title
        if option == "":
            return "automatic"
        return "as in the source" if option == "source" else str(option).replace("_", " ")

    @property
    def scale(self) -> tuple[float, float, float]:
        """A number's lowest and highest value, and its step."""
        if self.low is None or self.high is None or self.step is None:
            raise TypeError(f"the knob {self.name!r} is no number with bounds")
        return self.low, self.high, self.step

    @property
    def full_help(self) -> str:
        """The help, and in Markdown one line for each card there is to choose from."""
        if self.among is None:
            return self.help
        lines = [f"- **{card.title}**: {card.in_short}" for card in self.among]
        return "\n".join([self.help, "", *lines])

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
        if self.among is not None:
            return self.among[value].name
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

    `description` is the text on the screen; `source` names the paper or project it comes from.
    """

    name: str
    title: str
    description: str
    family: str = ""
    source: str = ""
    url: str = ""

    @property
    def in_short(self) -> str:
        """The description's first paragraph, in one line."""
        return " ".join(self.description.partition("\n\n")[0].split())


@dataclass(frozen=True, kw_only=True)
class FunctionCard(Card):
    """A card whose thing is a function.

    `function` does what the card promises, `knobs` are the settings it takes.
    """

    function: Callable[..., Any]
    knobs: tuple[Knob, ...] = ()

    def check(self, values: Mapping[str, Any]) -> dict[str, Value]:
        """The card's knob values, defaults filled in; `LabError` if one is illegal."""
        return check_knobs(self.knobs, values, self.name)


C = TypeVar("C", bound=Card)
F = TypeVar("F", bound=Callable[..., Any])


class Registry(Generic[C]):
    """Named cards of one kind, filled by every public module of one package.

    Args:
        kind: The word for one member ("architecture"), used in messages.
        card: The card's class.
        package: The package whose public modules, those of its public sub-packages included,
            register their members on import.
    """

    def __init__(self, kind: str, card: type[C], package: str) -> None:
        self.kind = kind
        self._card = card
        self._package = package
        self._cards: dict[str, C] = {}
        self._loaded = False

    def register(
        self, *, card: type[C] | None = None, summary: str = "", **fields: Any
    ) -> Callable[[F], F]:
        """Decorator: files the function under its own name, its docstring as the description.

        Args:
            card: A subclass of the registry's own class of cards, for one kind among several.
            summary: The text on the screen, where the docstring has to say what only a
                programmer wants to know; else the docstring is that text.
            fields: The other fields of the card; `name` where it is not the function's.
        """

        def keep(function: F) -> F:
            words = summary or inspect.getdoc(function) or ""
            own: dict[str, Any] = {"name": function.__name__, "description": words}
            own["function"] = function
            self.add((card or self._card)(**own | fields))
            return function

        return keep

    def add(self, card: C) -> None:
        """Put a card in.

        Raises:
            ValueError: there is one of this name.
        """
        if card.name in self._cards:
            raise ValueError(f"{self.kind} {card.name!r} is registered twice")
        self._cards[card.name] = card

    def __getitem__(self, name: object) -> C:
        self._load()
        return _found(self._cards, name, self.kind)

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

    def only(self, test: Callable[[C], bool]) -> "Selection[C]":
        """Those of the cards that pass a test, looked at anew whenever it is asked."""
        return Selection(self, test)

    def _load(self) -> None:
        """Import every public module of the package, once, so that its members register."""
        if self._loaded:
            return
        _import_public(self._package)
        self._loaded = True


class Selection(Generic[C]):
    """Some cards of a registry."""

    def __init__(self, registry: Registry[C], test: Callable[[C], bool]) -> None:
        self._registry, self._test = registry, test

    def __iter__(self) -> Iterator[C]:
        return filter(self._test, self._registry)

    def __getitem__(self, name: object) -> C:
        return _found({card.name: card for card in self}, name, self._registry.kind)

    def names(self) -> list[str]:
        """Their names, in the registry's order."""
        return [card.name for card in self]


def _found(cards: Mapping[str, C], name: object, kind: str) -> C:
    """The card of this name; else a `LabError` that guesses what was meant."""
    if isinstance(name, str) and name in cards:
        return cards[name]
    near = difflib.get_close_matches(str(name), cards, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(cards)}."
    raise LabError(f"There is no {kind} {name!r}; {hint}")


def _import_public(name: str) -> None:
    """Import a package with its public modules and sub-packages, in the order of their names."""
    package = importlib.import_module(name)
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        inner = f"{name}.{module.name}"
        if module.name.startswith("_"):
            continue
        if module.ispkg:
            _import_public(inner)
        else:
            importlib.import_module(inner)
