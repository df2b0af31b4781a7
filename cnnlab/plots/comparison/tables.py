"""The Compare page's tables as HTML: runs side by side, and answers to one picture."""

import html
from collections.abc import Sequence
from typing import NamedTuple

from cnnlab.plots._style import GREEN

_STYLE = f"""
<style>
.runs {{ overflow-x: auto; }}
.runs table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0; }}
.runs th, .runs td {{ padding: 0.3rem 0.75rem; text-align: right; vertical-align: top;
  border: 0; border-bottom: 1px solid rgba(128,128,128,0.22); white-space: nowrap;
  font-weight: 400; color: inherit; }}
.runs th[scope=row] {{ text-align: left; position: sticky; left: 0;
  white-space: normal; min-width: 6rem;
  max-width: 14rem; backdrop-filter: blur(14px); box-shadow: inset 0 -1px rgba(128,128,128,0.22); }}
.runs thead th {{ font-weight: 600; vertical-align: bottom; max-width: 11rem; min-width: 5.5rem;
  white-space: normal; overflow-wrap: break-word; }}
.runs.dense {{ font-size: 0.85rem; }}
.runs.dense th, .runs.dense td {{ padding: 0.3rem 0.4rem; }}
.runs.dense thead th {{ min-width: 4.5rem; }}
.runs.dense small {{ font-size: 0.7rem; }}
.runs.dense .dot {{ display: block; margin: 0 0 0.2rem auto; }}
.runs a {{ color: inherit; text-underline-offset: 0.2em; }}
.runs thead small {{ font-weight: 400; }}
.runs tr.part th {{ font-weight: 600; padding-top: 1rem; text-align: left; }}
.runs small {{ display: block; opacity: 0.75; font-size: 0.78rem; line-height: 1rem; }}
.runs td.text {{ white-space: normal; max-width: 11rem; overflow-wrap: break-word; }}
.runs td.best {{ font-weight: 700; box-shadow: inset 0 0 0 100px {GREEN}2e; }}
.runs td.tie {{ box-shadow: inset 0 0 0 1px {GREEN}; }}
.runs td.odd {{ box-shadow: inset 0 0 0 100px rgba(128,128,128,0.14); }}
.runs td.measured {{ font-weight: 600; box-shadow: inset 0 0 0 100px {GREEN}1a; }}
.runs .dot {{ display: inline-block; width: 0.7rem; height: 0.7rem; border-radius: 50%;
  margin-right: 0.4rem; }}
.runs .bar {{ display: inline-block; height: 0.8rem; border-radius: 3px; min-width: 1px; }}
.runs .track {{ display: inline-block; width: 9rem; height: 0.8rem; border-radius: 3px;
  background: rgba(128,128,128,0.18); text-align: left; line-height: 0; }}
.runs td.left {{ text-align: left; }}
</style>
"""


_MANY = 6  # columns; more of them stand closer together


class Head(NamedTuple):
    """A column's heading: the run, a line under it, its color, and where a click leads."""

    name: str
    about: str
    color: str
    address: str = ""


class Value(NamedTuple):
    """A cell: its words, a small line under them, and how it looks.

    `kind` is "best", "tie", "odd", "measured", "text" or "".
    """

    text: str
    note: str = ""
    kind: str = ""


class Row(NamedTuple):
    """A row of the table under the heading `part`; `help` shows when one points at the name."""

    part: str
    name: str
    help: str
    values: Sequence[Value]


def side_by_side(heads: Sequence[Head], rows: Sequence[Row], caption: str) -> str:
    """One column per run, one row per metric, headings where a new part begins."""
    written, part = [], None
    for row in rows:
        if row.part != part:
            part = row.part
            written.append(
                f'<tr class="part"><th scope="rowgroup" colspan="{len(heads) + 1}">'
                f"{html.escape(part)}</th></tr>"
            )
        written.append(_row(row))
    columns = "".join(_head(head) for head in heads)
    look = "runs dense" if len(heads) > _MANY else "runs"
    return (
        f'{_STYLE}<div class="{look}" tabindex="0" role="region" '
        f'aria-label="{html.escape(caption)}"><table>'
        f'<thead><tr><th scope="col"></th>{columns}</tr></thead>'
        f"<tbody>{''.join(written)}</tbody></table></div>"
    )


def _head(head: Head) -> str:
    name = _breakable(head.name)
    if head.address:
        name = f'<a href="{html.escape(head.address)}" target="_self">{name}</a>'
    dot = f'<span class="dot" style="background:{head.color}"></span>' if head.color else ""
    return f'<th scope="col">{dot}{name}<small>{html.escape(head.about)}</small></th>'


def _row(row: Row) -> str:
    cells = "".join(_cell(value) for value in row.values)
    return (
        f'<tr><th scope="row" title="{html.escape(row.help)}">{html.escape(row.name)}</th>'
        f"{cells}</tr>"
    )


def _cell(value: Value) -> str:
    note = f"<small>{html.escape(value.note)}</small>" if value.note else ""
    return f'<td class="{value.kind}">{_breakable(value.text)}{note}</td>'


def _breakable(words: str) -> str:
    """Names may go on in the next line after an underscore, and nowhere else."""
    return html.escape(words).replace("_", "_<wbr>")


class Answer(NamedTuple):
    """One model's answer: best class and its probability, second class and its, and a look."""

    name: str
    label: str
    share: float
    second: str
    right: bool | None
    color: str


def answers(found: Sequence[Answer]) -> str:
    """One row per model: what it says of one picture and how surely."""
    rows = "".join(_answer(one) for one in found)
    return (
        f'{_STYLE}<div class="runs" tabindex="0" role="region" aria-label="Answers"><table>'
        '<thead><tr><th scope="col"></th><th scope="col">says</th><th scope="col">how surely</th>'
        f'<th scope="col"></th><th scope="col">next</th></tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _answer(one: Answer) -> str:
    kind = "best" if one.right else ""
    word = {True: " (right)", False: " (wrong)", None: ""}[one.right]
    return (
        f'<tr><th scope="row"><span class="dot" style="background:{one.color}"></span>'
        f'{html.escape(one.name)}</th><td class="{kind}">{html.escape(one.label)}{word}</td>'
        f'<td class="left"><span class="track"><span class="bar" style="width:'
        f'{one.share * 100:.1f}%;background:{one.color}"></span></span></td>'
        f"<td>{_percent(one.share)}</td><td>{html.escape(one.second)}</td></tr>"
    )


def _percent(share: float) -> str:
    """Never 100 % for what is not."""
    return "> 99.9 %" if share > 0.999 else f"{share * 100:.1f} %"
