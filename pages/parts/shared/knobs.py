"""Settings drawn from their descriptions: one widget a knob, the rarer ones folded away."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from cnnlab.registry import Knob, Value

SLIDER_STEPS = 60


def draw_knobs(
    knobs: Sequence[Knob],
    key_prefix: str,
    values: Mapping[str, Any] | None = None,
    columns: int = 3,
    more: str = "More settings",
) -> dict[str, Value]:
    """Draw every knob and return what is set; `values` replaces defaults at first sight.

    A number with a moderate range is a slider, a longer one a field; a choice is a list, yes or
    no a switch. The question mark beside each says what it does and what to try.

    Each widget's key is `<key_prefix>-<knob>`. Advanced knobs go into an expander called `more`.
    """
    plain = [knob for knob in knobs if not knob.advanced]
    rare = [knob for knob in knobs if knob.advanced]
    found = _grid(plain, key_prefix, values or {}, columns)
    if rare:
        box = st.expander(more, key=f"{key_prefix}-more", on_change="rerun")
        if box.open:
            with box:
                found |= _grid(rare, key_prefix, values or {}, columns)
        else:
            found |= _as_set(rare, key_prefix, values or {})
    return found


def folded_knobs(
    label: str,
    knobs: Sequence[Knob],
    key_prefix: str,
    values: Mapping[str, Any] | None = None,
    columns: int = 3,
) -> dict[str, Value]:
    """`draw_knobs` in an expander called `label`; drawn only while it is open."""
    box = st.expander(label, key=f"{key_prefix}-all", on_change="rerun")
    if not box.open:
        return _as_set(knobs, key_prefix, values or {})
    with box:
        return draw_knobs(knobs, key_prefix, values, columns)


def knobs_in_address(knobs: Sequence[Knob]) -> dict[str, Value]:
    """The knobs the page's address sets, such as `?width=0.5`.

    Raises:
        LabError: an illegal value; the message says what is legal.
    """
    given = st.query_params
    return {knob.name: knob.check(given[knob.name]) for knob in knobs if knob.name in given}


def turned(knobs: Sequence[Knob], values: Mapping[str, Value]) -> dict[str, Value]:
    """The values that differ from the knobs' defaults."""
    usual = {knob.name: knob.default for knob in knobs}
    return {name: value for name, value in values.items() if value != usual[name]}


def _grid(
    knobs: Sequence[Knob], key_prefix: str, values: Mapping[str, Any], columns: int
) -> dict[str, Value]:
    found = {}
    for start in range(0, len(knobs), columns):
        for knob, column in zip(knobs[start : start + columns], st.columns(columns), strict=False):
            with column:
                value = values.get(knob.name, knob.default)
                found[knob.name] = _widget(knob, f"{key_prefix}-{knob.name}", value)
    return found


def _as_set(knobs: Sequence[Knob], key_prefix: str, values: Mapping[str, Any]) -> dict[str, Value]:
    """What the widgets of knobs folded away were set to, if they were ever drawn."""
    return {
        knob.name: st.session_state.get(
            f"{key_prefix}-{knob.name}", _kind(knob)(values.get(knob.name, knob.default))
        )
        for knob in knobs
    }


def _kind(knob: Knob) -> Callable[[Any], Value]:
    return knob.check if knob.options else type(knob.default)


def _widget(knob: Knob, key: str, value: Value) -> Value:
    if knob.options:
        return st.selectbox(
            knob.label,
            knob.options,
            index=knob.options.index(_kind(knob)(value)),
            format_func=knob.title_of,
            help=knob.full_help,
            key=key,
            persist_state="page",
        )
    if isinstance(knob.default, bool):
        return st.toggle(
            knob.label, bool(value), help=knob.full_help, key=key, persist_state="page"
        )
    return _number(knob, key, value)


def _number(knob: Knob, key: str, value: Value) -> int | float:
    low, high, step = knob.scale
    draw = st.slider if (high - low) / step <= SLIDER_STEPS else st.number_input
    if isinstance(knob.default, float):
        return draw(
            knob.label,
            *(float(low), float(high), float(value), float(step)),
            format="%g",
            help=knob.full_help,
            key=key,
            persist_state="page",
        )
    return draw(
        knob.label,
        *(int(low), int(high), int(value), int(step)),
        help=knob.full_help,
        key=key,
        persist_state="page",
    )
