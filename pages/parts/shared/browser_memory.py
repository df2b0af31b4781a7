"""How far this browser's reader came in the lessons, and what was guessed: kept in the browser."""

import json
from pathlib import Path
from typing import Any

import streamlit as st

from cnnlab.lessons import Guessed

_store = st.components.v2.component(
    "cnnlab_lesson_memory", js=(Path(__file__).parent / "browser_memory.js").read_text()
)
_STATE, _BROWSER = "lessons-kept", "lessons-store"
MOST_GUESSES = 300  # the oldest go first
MOST_CHARACTERS = 100_000


def exchange() -> None:
    """Let the browser keep what is new, and tell what it has kept from another time."""
    memory = _memory()
    _store(
        key=_BROWSER,
        data={"loaded": memory["loaded"], "memory": json.dumps(_to_store(memory))},
        default={"kept": None},
        on_kept_change=lambda: None,
    )


def reached(lesson: str) -> int:
    """The furthest step of a lesson this reader opened, from 1; 0 where it was never begun."""
    step = _memory()["steps"].get(lesson, 0)
    return step if isinstance(step, int) and step > 0 else 0


def reach(lesson: str, step: int) -> None:
    """Note that a step was opened."""
    _memory()["steps"][lesson] = max(step, reached(lesson))


def begin_anew(lesson: str) -> None:
    """Forget how far this lesson went, and its guesses."""
    memory = _memory()
    memory["steps"].pop(lesson, None)
    for key in [key for key in memory["guesses"] if key.startswith(f"{lesson}/")]:
        del memory["guesses"][key]


def guessed(key: str) -> Guessed | None:
    """What was guessed under this key; None before."""
    found = _memory()["guesses"].get(key)
    if isinstance(found, list) and len(found) == 2 and all(isinstance(one, str) for one in found):
        return found[0], found[1]
    return found if isinstance(found, int | float | str) else None


def remember(key: str, guess: Guessed) -> None:
    """Keep a guess; it stays what it was first."""
    guesses = _memory()["guesses"]
    guesses.setdefault(key, list(guess) if isinstance(guess, tuple) else guess)
    for old in list(guesses)[:-MOST_GUESSES]:
        del guesses[old]


def forget(key: str) -> None:
    """Drop a guess, so that another may be made."""
    _memory()["guesses"].pop(key, None)


def _memory() -> dict[str, Any]:
    """What this reader did; what the browser told comes in before anything is shown of it."""
    state = st.session_state
    memory = state.setdefault(_STATE, {"loaded": False, "steps": {}, "guesses": {}})
    stored = (state.get(_BROWSER) or {}).get("kept")
    if isinstance(stored, str) and not memory["loaded"]:
        memory["loaded"] = True
        for name, content in _read(stored).items():
            memory[name] = {**content, **memory[name]}
    return memory


def _to_store(memory: dict[str, Any]) -> dict[str, Any]:
    return {"steps": memory["steps"], "guesses": memory["guesses"]}


def _read(kept: str) -> dict[str, dict[str, Any]]:
    """What the browser kept, as far as it is of the right form: a reader may have changed it."""
    try:
        content = json.loads(kept) if len(kept) <= MOST_CHARACTERS else {}
    except (ValueError, RecursionError):
        content = {}
    found = content if isinstance(content, dict) else {}
    return {
        name: part if isinstance(part := found.get(name), dict) else {}
        for name in ("steps", "guesses")
    }
