"""The wall: one challenge as a chart and a ranking, and what trains now; it moves by itself."""

import time

import streamlit as st

from cnnlab import lab, rooms
from cnnlab.lab import Wall
from cnnlab.rooms import Room, RoomStanding
from pages.parts.shared.controls import one_of
from pages.parts.shared.plainly import cells, literal, plainly

MOST_LISTED = 100


def show(room: Room, mine: str, clock_s: float) -> None:
    """A choice of the room's challenges, and the wall of the chosen one.

    Args:
        room: Open.
        mine: The made-up name of who looks; "" for the teacher.
        clock_s: Seconds between two looks.
    """
    challenges = [rooms.ROOM_CHALLENGES[name] for name in room.config.challenges]
    titles = [challenge.title for challenge in challenges]
    title = one_of("Challenge", titles, "challenge") if len(titles) > 1 else titles[0]
    place = titles.index(title) if title in titles else 0
    st.markdown(challenges[place].description)
    st.fragment(plainly(_moving), run_every=clock_s)(room.name, place, mine)


@st.cache_data(ttl=1.0, max_entries=40, show_spinner=False)
def _seen(name: str, second: int, names: bool, since: float) -> Wall:
    """All who look at a room in the same second see the same, unless the teacher changed it."""
    return lab.wall(rooms.find(name))


def _moving(name: str, place: int, mine: str) -> None:
    config = rooms.find(name).config
    found = _seen(name, int(time.time()), config.names, config.since)
    now = found.standings[min(place, len(found.standings) - 1)]
    st.plotly_chart(
        lab.wall_figure(found, found.standings.index(now), mine),
        key=f"wall-{now.challenge.name}",
        config={"displayModeBar": False},
    )
    count = next((entry.count for entry in now.entries), 0)
    held = f"{count:,} test pictures" if count else "half of the test pictures"
    how = " after the round trip through int8" if now.challenge.int8 else ""
    st.caption(
        f"Scored by this server on {held} that nobody sees and no training of the room is ever "
        f"measured on{how}; a point is the mean over its seeds, its whisker goes from the worst "
        "to the best."
    )
    _ranking(found, now, mine)
    _training(found, mine)


def _ranking(found: Wall, now: RoomStanding, mine: str) -> None:
    entries = [*now.inside, *now.outside][:MOST_LISTED]
    if not entries:
        st.info("Nobody's training has been scored yet: be the first.")
        return
    number = st.column_config.NumberColumn
    st.dataframe(
        cells(
            {
                "place": place if entry in now.inside else None,
                "who": found.called(entry.alias) + (" (you)" if entry.alias == mine else ""),
                "title": entry.title,
                "mean": entry.mean * 100,
                "seeds": len(entry.seeds),
                "amount": entry.amount,
                "met": now.reached(entry),
            }
            for place, entry in enumerate(entries, 1)
        ),
        hide_index=True,
        key=f"ranking-{now.challenge.name}",
        column_config={
            "place": number("Place", width="small", help="None: above the limit."),
            "who": "Who",
            "title": "Network",
            "mean": number("Reads", format="%.2f %%"),
            "seeds": number("Seeds", width="small", help="Trainings that differ in the seed."),
            "amount": number(rooms.COST_TITLES[now.challenge.cost], format="localized"),
            "met": st.column_config.CheckboxColumn("Met", width="small"),
        },
    )
    for run, why in list(now.unmeasured.items())[:3]:
        st.caption(f"{literal(run)} does not count here: {literal(why)}")


def _training(found: Wall, mine: str) -> None:
    """Who waits and who trains, the latest last."""
    if not found.training:
        return
    st.markdown("#### Now")
    for one in found.training[-MOST_LISTED:]:
        who = found.called(one.alias) + (" (you)" if one.alias == mine else "")
        st.markdown(f"**{literal(who)}**: {literal(one.title)}, {literal(one.words)}")
