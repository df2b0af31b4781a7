"""From JSON to records: every value is held against its field's type and bounds, at any depth."""

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from copy import copy
from typing import Annotated, ClassVar, Literal, Protocol, TypeVar

from cnnlab.errors import LabError


class DataclassInstance(Protocol):
    """Any dataclass's object."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[object]]]


Record = TypeVar("Record")
Default = TypeVar("Default")
Check = Callable[[object, str], object]

MOST_ITEMS = 100_000
MOST_CHARACTERS = 20_000
_SAFE = 2**53  # whole numbers that every reader of JSON keeps exactly
_MISSING = object()
_OPTIONAL = {"optional": True}
_WORDS: dict[type, str] = {
    dict: "an object",
    list: "a list",
    tuple: "a list",
    type(None): "null",
    object: "missing",
}


class DamagedRecord(LabError):  # noqa: N818 - reads as what was found
    """A file's content does not fit its record; the message names both."""


class Misfit(ValueError):  # noqa: N818 - reads as what was found
    """One value that does not fit: where it stands, what should stand there, what does."""

    def __init__(self, where: str, wanted: str, value: object) -> None:
        super().__init__(f"{where or 'its content'} should be {wanted} and is {_shown(value)}")


@dataclasses.dataclass(frozen=True)
class Within:
    """Bounds of a number, or of how many items or characters there are; both ends included."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:,} to {self.high:,}"


def optional(default: Default) -> Default:
    """A field whose key may be missing, and is not written where it holds `default`."""
    if isinstance(default, dict):
        return dataclasses.field(default_factory=lambda: copy(default), metadata=_OPTIONAL)
    return dataclasses.field(default=default, metadata=_OPTIONAL)


def fitted(kind: type[Record], value: object, where: str = "") -> Record:
    """A record of `kind` from parsed JSON. Keys it does not know are left out.

    Raises:
        Misfit: a key is missing, or a value has another type or lies out of bounds.
    """
    return typing.cast(Record, check_of(typing.cast(Hashable, kind))(value, where))


def plain(value: object) -> object:
    """The record as JSON's own types, the way `fitted` reads it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        if hasattr(value, "to_json"):
            return value.to_json()
        return fields_of(value)
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [plain(inner) for inner in value]
    return value


def fields_of(record: DataclassInstance) -> dict[str, object]:
    """The record's fields as JSON; optional ones where they say something."""
    found = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if not (field.metadata.get("optional") and value == _default(field)):
            found[field.name] = plain(value)
    return found


@functools.cache
def check_of(hint: object) -> Check:
    """The check that belongs to a type: called with a value and the words for its place."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _bounded(arguments[0], arguments[1])
    if origin in (types.UnionType, typing.Union):
        return _either(arguments)
    if origin is Literal:
        return _one_of(arguments)
    if origin is tuple:
        return _list(arguments, Within(0, MOST_ITEMS))
    if origin is not None and issubclass(origin, Mapping):
        return _object(arguments[1])
    if dataclasses.is_dataclass(hint):
        return _record(typing.cast(type, hint))
    return _PLAIN[hint]


def _bounded(hint: object, bounds: Within) -> Check:
    if hint is int:
        return functools.partial(_whole, bounds=bounds)
    if hint is float:
        return functools.partial(_number, bounds=bounds)
    if hint is str:
        return functools.partial(_text, bounds=bounds)
    return _list(typing.get_args(hint), bounds)


def _truth(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise Misfit(where, "true or false", value)
    return value


def _whole(value: object, where: str, bounds: Within = Within(-_SAFE, _SAFE)) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Misfit(where, "a whole number", value)
    if not bounds.low <= value <= bounds.high:
        raise Misfit(where, f"a whole number from {bounds}", value)
    return value


def _number(value: object, where: str, bounds: Within = Within(-1e30, 1e30)) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Misfit(where, "a number", value)
    # Bounds first: float() of a very large whole number overflows. NaN lies within none.
    if not bounds.low <= value <= bounds.high:
        raise Misfit(where, f"a number from {bounds}", value)
    return float(value)


def _text(value: object, where: str, bounds: Within = Within(0, MOST_CHARACTERS)) -> str:
    if not isinstance(value, str):
        raise Misfit(where, "text", value)
    if not bounds.low <= len(value) <= bounds.high:
        raise Misfit(where, f"{bounds} characters long", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Misfit(where, "text in Unicode", "half a character") from None
    return value


def _nothing(value: object, where: str) -> None:
    if value is not None:
        raise Misfit(where, "null", value)


def _either(hints: tuple[object, ...]) -> Check:
    """The first of several types that fits; where none does, the last one says what is wrong."""
    null_first = sorted(hints, key=lambda hint: hint is not type(None))
    checks = [check_of(hint) for hint in null_first]

    def check(value: object, where: str) -> object:
        for one in checks[:-1]:
            try:
                return one(value, where)
            except Misfit:
                continue
        return checks[-1](value, where)

    return check


def _one_of(choices: tuple[str, ...]) -> Check:
    def check(value: object, where: str) -> object:
        if not isinstance(value, str) or value not in choices:
            raise Misfit(where, f"one of {', '.join(choices)}", value)
        return value

    return check


def _list(hints: tuple[object, ...], bounds: Within) -> Check:
    """`(X, ...)` is a list of any length within bounds, `(X, Y)` one of exactly two."""
    open_ended = hints[-1] is Ellipsis
    checks = [check_of(hint) for hint in (hints[:1] if open_ended else hints)]
    if not open_ended:
        bounds = Within(len(checks), len(checks))

    def check(value: object, where: str) -> tuple[object, ...]:
        if not isinstance(value, list | tuple):
            raise Misfit(where, "a list", value)
        if not bounds.low <= len(value) <= bounds.high:
            raise Misfit(where, f"a list of {bounds} items", value)
        each = checks * len(value) if open_ended else checks
        return tuple(
            one(inner, f"{where}[{place}]")
            for place, (one, inner) in enumerate(zip(each, value, strict=True))
        )

    return check


def _object(hint: object) -> Check:
    inner = check_of(hint)

    def check(value: object, where: str) -> dict[object, object]:
        if not isinstance(value, Mapping):
            raise Misfit(where, "an object", value)
        if len(value) > MOST_ITEMS:
            raise Misfit(where, f"an object of at most {MOST_ITEMS:,} keys", value)
        return {
            _text(key, where): inner(one, f"{where}.{str(key)[:40]}") for key, one in value.items()
        }

    return check


def _record(kind: type) -> Check:
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = [
        (field.name, check_of(hints[field.name]), bool(field.metadata.get("optional")))
        for field in dataclasses.fields(kind)
    ]
    before: Callable[[object], object] = getattr(kind, "before", lambda value: value)
    after: Callable[[object, str], None] = getattr(kind, "sound", lambda record, where: None)

    def check(value: object, where: str) -> object:
        value, found = before(value), {}
        if not isinstance(value, Mapping):
            raise Misfit(where, "an object", value)
        for name, inner, may_be_missing in fields:
            if name in value:
                found[name] = inner(value[name], f"{where}.{name}" if where else name)
            elif not may_be_missing:
                raise Misfit(f"{where}.{name}" if where else name, "there", _MISSING)
        made = kind(**found)
        after(made, where)
        return made

    return check


def _default(field: "dataclasses.Field[object]") -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _shown(value: object) -> str:
    """What was found, in few words: numbers and texts as they are, the rest by its kind."""
    if type(value) in _WORDS:
        return _WORDS[type(value)]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return "no number" if math.isnan(value) else "infinite"
    if isinstance(value, int) and abs(value) > _SAFE:
        return "a very large number"
    return repr(value)[:40]


_PLAIN: dict[object, Check] = {
    bool: _truth,
    int: _whole,
    float: _number,
    str: _text,
    type(None): _nothing,
}
