"""The glossary: every word that lessons and captions explain, with its picture."""

import html

import streamlit as st

from cnnlab import glossary

STYLE = """<style>
.glossary { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr));
  gap: 1rem 1.5rem; margin: 0; }
.glossary > div { display: flex; gap: 0.75rem; }
.glossary img { flex: 0 0 90px; width: 90px; height: 45px; }
.glossary dt { font-weight: 600; }
.glossary dd { margin: 0; font-size: 0.9rem; line-height: 1.4; }
</style>"""


def show() -> None:
    """All words in the order of the alphabet."""
    terms = sorted(glossary.TERMS, key=lambda term: term.title.lower())
    entries = "".join(
        f'<div><img src="{term.address}" alt="">'
        f"<div><dt>{html.escape(term.title)}</dt>"
        f"<dd>{html.escape(term.description)}</dd></div></div>"
        for term in terms
    )
    st.html(f'{STYLE}<dl class="glossary">{entries}</dl>')
