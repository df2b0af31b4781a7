"""Settings drawn from their descriptions: one widget a knob, the rarer ones folded away."""

from collections.abc import Mapping, Sequence
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

    Each widget's key is `<key_prefix>-<knob>`. Advanced knobs go into an expander called `more`.
    """
    plain = [knob for knob in knobs if not knob.advanced]
    rare = [knob for knob in knobs if knob.advanced]
    found = _grid(plain, key_prefix, values or {}, columns)
    if rare:
        with st.expander(more):
            found |= _grid(rare, key_prefix, values or {}, columns)
    return found


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


def _widget(knob: Knob, key: str, value: Value) -> Value:
    common = {"label": knob.label, "help": knob.help, "key": key}
    if knob.choices:
        return st.selectbox(
            options=knob.choices,
            index=knob.choices.index(value),
            format_func=lambda choice: str(choice).replace("_", " "),
            **common,
        )
    if isinstance(knob.default, bool):
        return st.toggle(value=bool(value), **common)
    kind = float if isinstance(knob.default, float) else int
    bounds = {
        "min_value": kind(knob.low),
        "max_value": kind(knob.high),
        "value": kind(value),
        "step": kind(knob.step),
    }
    if (knob.high - knob.low) / knob.step <= SLIDER_STEPS:
        return st.slider(**bounds, **common)
    digits = {"format": "%g"} if kind is float else {}
    return st.number_input(**bounds, **digits, **common)
