"""The teacher's view: open a room, show its word, start and stop it, export and close it."""

import html
import json
from functools import partial

import streamlit as st

from cnnlab import rooms
from cnnlab.rooms import Room
from pages.parts.rooms import walls
from pages.parts.shared.plainly import attempt, cells, literal
from pages.parts.shared.qr_code import qr_code

CLOCK_S = 2.0


def show() -> None:
    """The chosen room, else the form to open one; and the rooms that cannot be read."""
    found = rooms.list_rooms()
    names = [room.name for room in found]
    chosen = st.query_params.get("of", "")
    if found and chosen != "new":
        room = found[names.index(chosen)] if chosen in names else found[0]
        if len(found) > 1:
            room = _choose(found, room)
        _room(room)
    else:
        _open_form(bool(found))
    for broken, why in rooms.damaged():
        st.error(literal(f"A room cannot be read. {why}"))
        if st.button("Delete this room", key=f"delete-{broken.name}"):
            attempt(partial(rooms.close, broken))


def _choose(found: list[Room], room: Room) -> Room:
    known = {one.name: one for one in found}
    name = st.selectbox(
        "Room",
        list(known),
        index=list(known).index(room.name),
        format_func=lambda name: (
            f"{known[name].config.title or 'Class'}: {known[name].config.word}"
        ),
        key="room-choice",
        width=420,
    )
    st.query_params["of"] = name
    return known[name]


def _open_form(more: bool) -> None:
    with st.form("open", width=620):
        title = st.text_input("What you call it", key="open-title", max_chars=80)
        cards = list(rooms.ROOM_CHALLENGES)
        challenges = st.multiselect(
            "Challenges",
            [card.name for card in cards],
            [cards[0].name],
            format_func=lambda name: rooms.ROOM_CHALLENGES[name].title,
            key="open-challenges",
        )
        if st.form_submit_button("Open a room", key="open-go", type="primary"):
            attempt(lambda: _open(title, challenges))
    if more and st.button("Back", key="open-back"):
        st.query_params.clear()
        st.rerun()
    st.caption(
        f"At most {rooms.MOST_PUPILS} pupils a room and {rooms.MOST_ROOMS} rooms. Names, results "
        "and pictures drawn in a room are kept until you close it, at most "
        f"{rooms.KEPT_DAYS} days after its last change.",
        width=720,
    )


def _open(title: str, challenges: list[str]) -> None:
    made = rooms.open_room(title, challenges)
    st.query_params.from_dict({"of": made.name})


def _room(room: Room) -> None:
    config = room.config
    st.subheader(literal(config.title or "Your class"), anchor=False)
    _actions(room)
    if not config.running:
        st.warning("The room is stopped: nobody can join, and what is started does not count.")
    # Folded once something hangs on the wall, which then has the projector to itself.
    with st.expander(
        f"How to join: {literal(config.word)}", expanded=not room.scores, key="how-to-join"
    ):
        left, right = st.columns([3, 1], gap="large", vertical_alignment="center")
        with left:
            st.markdown("On the page *Class* pupils type:")
            st.html(f'<div class="room-word">{html.escape(config.word)}</div>{_LARGE}')
        with right:
            qr_code(f"/?room={config.word}", "Or they scan this.")
    walls.show(room, "", CLOCK_S)
    _pupils(room)


_LARGE = """<style>
.room-word { font-size: clamp(1.6rem, 5vw, 3.2rem); font-weight: 700; letter-spacing: 0.02em;
  overflow-wrap: anywhere; line-height: 1.2; }
</style>"""


def _actions(room: Room) -> None:
    config = room.config
    with st.container(horizontal=True, gap="small"):
        label, icon = ("Stop", "stop") if config.running else ("Start", "play_arrow")
        if st.button(label, key="run", icon=f":material/{icon}:"):
            attempt(lambda: rooms.change(room, running=not config.running))
        label, icon = ("Hide names", "visibility_off") if config.names else ("Names", "visibility")
        if st.button(label, key="names", icon=f":material/{icon}:"):
            attempt(lambda: rooms.change(room, names=not config.names))
        with st.popover("Clear", icon=":material/mop:"):
            st.write("What was trained so far leaves the wall; the runs stay with their pupils.")
            if st.button("Clear the wall", key="clear", type="primary"):
                attempt(lambda: rooms.change(room, clear=True))
        with st.popover("Export", icon=":material/download:"):
            _export(room)
        with st.popover("Close", icon=":material/door_front:"):
            _close(room)
        if st.button("Another room", key="another", icon=":material/add:"):
            st.query_params.from_dict({"of": "new"})
            st.rerun()


def _export(room: Room) -> None:
    names = st.toggle("With names", True, key="export-names")
    lines = rooms.results(room, names)
    st.download_button("CSV", rooms.csv_of(lines), "room.csv", "text/csv", key="export-csv")
    st.download_button(
        *("JSON", json.dumps(lines, indent=1), "room.json", "application/json"), key="export-json"
    )
    st.caption(f"{len(lines)} lines, one for each training in each challenge.")


def _close(room: Room) -> None:
    st.write(
        "Names, results and what pupils drew for datasets are deleted for good: export the results "
        "first. Trainings stay, under made-up names."
    )
    too = st.toggle("And the trainings", key="close-runs")
    if st.button("Close for good", key="close", type="primary"):
        attempt(lambda: _closed(room, too))


def _closed(room: Room, with_runs: bool) -> None:
    rooms.close(room, with_runs)
    st.query_params.clear()


def _pupils(room: Room) -> None:
    pupils = room.pupils
    if not pupils:
        st.caption("Nobody has joined yet.")
        return
    with st.expander(f"Who is here: {len(pupils)}"):
        st.dataframe(
            cells({"name": one.name, "alias": one.alias} for one in pupils),
            hide_index=True,
            key="pupils",
            column_config={"name": "Name", "alias": "On their runs"},
        )
        st.caption("You alone see this list.")
