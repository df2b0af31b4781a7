"""Sentences whose words of the field are explained where one points at them, or taps them."""

import html

import streamlit as st

from cnnlab import glossary
from cnnlab.glossary import Term
from cnnlab.markdown import upright

# A card hangs below its word; on a phone it stands at the foot of the screen, where it fits.
TERM_STYLE = """<style>
.term { position: relative; cursor: help; border-bottom: 1.5px dotted currentColor; }
.term-card { display: none; position: absolute; left: 0; top: 1.6em; z-index: 1000; width: 18rem;
  padding: 0.6rem 0.75rem; border-radius: 0.5rem; font-size: 0.875rem; font-weight: 400;
  line-height: 1.4; text-align: left; white-space: normal;
  background: light-dark(#ffffff, #1b242e); color: light-dark(#1b2733, #e6edf3);
  box-shadow: 0 3px 14px rgb(0 0 0 / 30%); }
.term:hover .term-card, .term:focus .term-card { display: block; }
.term-card img { display: block; width: 120px; height: 60px; margin-bottom: 0.3rem; }
[data-testid=stHtml]:has(.term:hover), [data-testid=stHtml]:has(.term:focus) {
  overflow: visible; }
.said { line-height: 1.45; margin: 0; overflow-wrap: anywhere; }
.said-gray { font-size: 0.875rem; color: light-dark(#5b6875, #9aa8b5); }
@media (max-width: 640px) {
  .term-card { position: fixed; left: 0.75rem; right: 0.75rem; bottom: 0.75rem; top: auto;
    width: auto; } }
</style>"""


def explained(text: str) -> str:
    """The text as HTML, letter by letter; its words of the glossary carry their cards."""
    parts = glossary.marked(upright(text))
    return "".join(_word(p.text, p.term) if p.term else html.escape(p.text) for p in parts)


def say(text: str, then: str = "") -> None:
    """A sentence of a lesson; `then` is what to do about it, in bold."""
    bold = f" <b>{explained(then)}</b>" if then else ""
    st.html(f'<p class="said">{explained(text)}{bold}</p>')


def caption(text: str) -> None:
    """The same as `st.caption`, for plain text whose words are explained."""
    st.html(f'<p class="said said-gray">{explained(text)}</p>')


def _word(text: str, term: Term) -> str:
    return (
        f'<span class="term" tabindex="0">{html.escape(text)}<span class="term-card" '
        f'role="tooltip"><img src="{term.address}" alt=""><b>{html.escape(term.title)}</b>: '
        f"{html.escape(term.description)}</span></span>"
    )
