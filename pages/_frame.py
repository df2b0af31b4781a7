"""The frame around the pages: their order and names, and their measures."""

from pathlib import Path

import streamlit as st

from pages.parts.shared import browser_memory
from pages.parts.shared.browser_key import exchange_key
from pages.parts.shared.kept import leave_the_last
from pages.parts.shared.page_list import page_list
from pages.parts.shared.presenter import presenter_switch, presenter_view, presenting
from pages.parts.shared.reader import remember_reader
from pages.parts.shared.room_door import lead_to_room, may_open
from pages.parts.shared.terms import TERM_STYLE
from pages.parts.shared.writing import token_field

# A file of our own: a material icon would be fetched from another server.
ICON = str(Path(__file__).with_name("icon.svg"))
SIDEBAR_PX = 208
# What `.streamlit/config.toml` cannot say, by Streamlit's test ids and our own keys alone. Should
# one of them vanish, a page is narrower or its figures scroll away; nothing breaks. In order: the
# width (on a phone without the question, and what a network costs before its knobs), figures that
# stay in sight (there below Streamlit's bar), slim headings, words that can be read: gray ones,
# those of charts, those on the dark theme's blue; and a lesson's bar that leaves room for its page.
STYLE = """<style>
[data-testid=stMainBlockContainer] {
  padding-left: 2rem; padding-right: 2rem; max-width: 1400px; }
@media (max-width: 640px) {
  [data-testid=stMainBlockContainer] { padding-left: 1rem; padding-right: 1rem; }
  .st-key-header [data-testid=stMarkdown] { display: none; }
  .st-key-network > * > [data-testid=stHorizontalBlock] { flex-direction: column-reverse; } }
[data-testid=stLayoutWrapper]:has(> .st-key-figures) { position: sticky; top: 0; z-index: 5; }
body:has([data-testid=stExpandSidebarButton])
  [data-testid=stLayoutWrapper]:has(> .st-key-figures) { top: 3.75rem; }
[data-testid=stMain] h1 { padding: 0.25rem 0; }
[data-testid=stMain] :is(h2, h3, h4) { padding: 0.35rem 0 0.15rem; }
[data-testid=stCaptionContainer], [data-testid=stCaptionContainer] p {
  opacity: 1; color: light-dark(#5b6875, #9aa8b5); }
[data-testid=stPlotlyChart] text[style*="rgb(128, 132, 149)"] { fill: #5b6875 !important; }
[data-testid=stSelectbox] input { text-overflow: ellipsis; }
[data-testid=stMain] [data-tag] * { color: light-dark(#ffffff, #12181f); }
@media (min-width: 641px) { [data-testid=stMain] .katex-display { overflow: visible; } }
.st-key-figures { background: light-dark(#ffffff, #12181f); }
.st-key-lesson-bar { padding: 0.5rem 1rem 0.6rem; border-color: light-dark(#2f6f9f, #6db3e8); }
[class*="st-key-lesson-"]:has(.said) { padding: 0.5rem 1rem 0.6rem; }
.st-key-lesson-next a { background: light-dark(#0072b2, #56b4e9); border-radius: 0.5rem; }
.st-key-lesson-next a * { color: light-dark(#ffffff, #12181f); }
.st-key-lesson-bar button { min-height: 2rem; padding-top: 0.1rem; padding-bottom: 0.1rem; }
.st-key-header { row-gap: 0; }
[data-testid=stMain] :is([data-testid=stCheckbox] label, [data-testid=stButton] button) p {
  white-space: normal; overflow: visible; }
[data-testid^=stBaseButton-primary]:not(:disabled) { color: light-dark(#ffffff, #12181f); }
</style>"""

st.set_page_config(
    page_title="CNN Lab", page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR_PX
)
st.html(STYLE + TERM_STYLE)
st.logo(ICON, size="large")

chosen = st.navigation(
    [st.Page(page.file, title=page.title, icon=page.icon) for page in page_list()],
    expanded=True,
)
leave_the_last(chosen.title)
with st.sidebar:
    token_field()
    exchange_key()
    remember_reader()
    presenter_switch()
lead_to_room(chosen.url_path)
if may_open():
    chosen.run()
    if presenting():
        presenter_view()
with st.sidebar:  # after the page, which may have something new to keep
    browser_memory.exchange()
