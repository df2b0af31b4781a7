"""The benchmark of a classroom: its sockets speak the language of the server."""

import struct

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from cnnlab.benchmarks import _reruns as reruns
from cnnlab.errors import LabError


class Line:
    """A server's end of a socket that answers each question with these messages."""

    def __init__(self, *answers: list[ForwardMsg]) -> None:
        self.asked: list[BackMsg] = []
        self._answers = list(answers)
        self._waiting: list[ForwardMsg] = []

    def send(self, raw: bytes) -> None:
        self.asked.append(BackMsg.FromString(raw))
        self._waiting = self._answers.pop(0)

    def recv(self, decode: bool | None = None) -> bytes:
        return self._waiting.pop(0).SerializeToString()


def page(clock: bool) -> list[ForwardMsg]:
    """What a server says when a page was run."""
    session, moving, end = ForwardMsg(), ForwardMsg(), ForwardMsg()
    session.new_session.page_script_hash = "hash of the page"
    moving.auto_rerun.interval = 1.5
    moving.auto_rerun.fragment_id = "the moving part " + "x" * 200
    end.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    return [session, *([moving] if clock else []), end]


def test_a_tab_obeys_the_clock_of_its_page():
    end = ForwardMsg()
    end.script_finished = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
    line = Line(page(clock=True), [end])
    tab = reruns.Tab(line, "train?run=0001-lenet5-digits")
    assert tab.interval_s == pytest.approx(1.5)
    assert tab.tick_ms() >= 0
    opened, ticked = (asked.rerun_script for asked in line.asked)
    assert (opened.page_name, opened.query_string) == ("train", "run=0001-lenet5-digits")
    assert ticked.query_string == "run=0001-lenet5-digits"
    assert ticked.page_script_hash == "hash of the page"
    assert ticked.fragment_id == "the moving part " + "x" * 200
    assert ticked.is_auto_rerun


def test_a_page_that_stands_still_is_said():
    with pytest.raises(LabError, match="has no clock"):
        reruns.Tab(Line(page(clock=False)), "train")


@pytest.mark.parametrize("size", [0, 1, 127, 128, 300, 20_000])
def test_lengths_of_any_size(size):
    raw = reruns._text(4, "x" * size)
    assert [value for _, value in reruns._fields(raw)] == ([b"x" * size] if size else [])


def test_numbers_of_every_width_are_stepped_over():
    raw = b"\x08\x96\x01" + b"\x11" + struct.pack("<d", 1.0) + b"\x1d" + struct.pack("<f", 2.0)
    assert [field for field, _ in reruns._fields(raw)] == [1, 2, 3]
    assert next(reruns._fields(raw)) == (1, 150)


def test_a_reader_types_and_presses():
    shown, end = ForwardMsg(), ForwardMsg()
    shown.delta.new_element.text_input.id = "$$ID-0a1b-join-name"
    end.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    button = ForwardMsg()
    button.delta.new_element.button.id = "$$ID-2c3d-join-go"
    line = Line([shown, button, end], [end])
    reader = reruns.Reader(line, "rooms?room=a-b-c")
    assert reader.fill({"join-name": "Ann"}, "join-go") >= 0
    asked = line.asked[1].rerun_script
    typed, pressed = asked.widget_states.widgets
    assert (typed.id, typed.string_value) == ("$$ID-0a1b-join-name", "Ann")
    assert (pressed.id, pressed.trigger_value) == ("$$ID-2c3d-join-go", True)
    assert (asked.page_name, asked.query_string) == ("rooms", "room=a-b-c")
