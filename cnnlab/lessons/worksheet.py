"""A lesson on paper: what is told and asked, with lines to write on, as one HTML page."""

import html

from cnnlab.lessons._cards import Lesson
from cnnlab.schema import Guess, Step

STYLE = """
body { font: 12pt/1.45 Georgia, serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
  color: #111; background: #fff; }
h1 { font-size: 20pt; margin: 0 0 .2em; }
.about { color: #444; margin: 0 0 1.2em; }
.who { display: flex; gap: 2em; margin-bottom: 1.5em; }
.line { border-bottom: 1px solid #555; display: inline-block; min-width: 9em; height: 1.5em; }
.who .line { flex: 1; }
section { break-inside: avoid; margin: 0 0 1.3em; }
h2 { font-size: 13pt; margin: 0 0 .2em; }
p { margin: .2em 0; }
.do { font-weight: bold; }
.fill { display: flex; gap: .6em; align-items: baseline; margin: .5em 0; }
.fill .line { flex: 1; }
ul { list-style: none; padding: 0; margin: .3em 0; display: flex; flex-wrap: wrap;
  gap: .2em 1.6em; }
button { font: inherit; padding: .4em 1em; }
@media print { button { display: none; } body { margin: 0; max-width: none; font-size: 11pt; } }
@page { margin: 18mm; }
"""


def worksheet(lesson: Lesson) -> str:
    """The page, complete: no other file is needed, and nothing in it is the answer."""
    title = html.escape(lesson.title)
    steps = "".join(_step(number, step) for number, step in enumerate(lesson.steps, 1))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{title}: worksheet</title><style>{STYLE}</style>"
        f'<h1>{title}</h1><p class="about">{html.escape(lesson.description)} '
        f"About {lesson.minutes} minute{'' if lesson.minutes == 1 else 's'}.</p>"
        '<div class="who">Name <span class="line"></span> Date <span class="line"></span></div>'
        f"{steps}<section><h2>In my own words</h2>{_lines('', 3)}</section>"
        '<button onclick="print()">Print</button></html>'
    )


def _step(number: int, step: Step) -> str:
    words = f"<h2>Step {number}</h2><p>{html.escape(step.say)}</p>"
    if step.do:
        words += f'<p class="do">{html.escape(step.do)}</p>{_lines("I saw:", 1)}'
    return f"<section>{words}{_guess(step.guess) if step.guess else ''}</section>"


def _guess(guess: Guess) -> str:
    words = f"<p><b>{html.escape(guess.ask)}</b></p>"
    if guess.kind == "choice":
        boxes = "".join(f"<li>&#9744; {html.escape(one)}</li>" for one in guess.options)
        words += f"<ul>{boxes}</ul>"
    else:
        words += _lines("I guess:", 1)
    return words + _lines("It is:", 1) + _lines("Because:", 2)


def _lines(label: str, count: int) -> str:
    first = f'<div class="fill">{label} <span class="line"></span></div>'
    return first + '<div class="fill"><span class="line"></span></div>' * (count - 1)
