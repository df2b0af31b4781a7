"""What a reader sees while the engine computes for others first."""

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab.engine import Standing
from cnnlab.progress import Progress
from pages.parts.shared.waiting import words


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(2), "Third in line: 2 questions are answered before this one."),
        (Standing(1), "Second in line: one question is answered before this one."),
        (Standing(19), "Number 20 in line: 19 questions are answered before this one."),
        (Standing(0), "The computing process starts: the first time this takes some seconds."),
        (Standing(0, 1.0), ""),
        (Standing(0, 12.3), "Computing for 12 s."),
        (Standing(0, 12.3, Progress(1200, 10_000, "pictures")), "1,200 of 10,000 pictures"),
    ],
)
def test_the_place_in_line_is_said(standing, said):
    assert words(standing) == said


def waiting(until: int) -> None:
    """A page's script that waits for an answer, and stops in the middle of it."""
    import streamlit as st

    from cnnlab.engine import Standing
    from pages.parts.shared.waiting import watching

    with watching() as tell:
        for place in (2, 1, 0):
            tell(Standing(place))
            if place == until:
                st.stop()
    st.write("the answer")


def test_the_line_of_text_is_there_while_it_waits_and_gone_with_the_answer():
    stopped = AppTest.from_function(waiting, default_timeout=120, args=(1,)).run()
    assert [caption.value for caption in stopped.caption] == [words(Standing(1))]
    done = AppTest.from_function(waiting, default_timeout=120, args=(-1,)).run()
    assert not done.caption
    assert done.markdown[0].value == "the answer"
