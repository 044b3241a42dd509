"""Why a held chunk waits: said in its row, its note and the queue, also where it only waits for the link."""

from datetime import timedelta

import pytest

from batchtui.domain.link import LinkState
from batchtui.present.cells import plain
from batchtui.present.facts import lay_facts
from batchtui.present.home.home_lines import selection_line
from batchtui.present.home.trouble import trouble_line
from batchtui.present.scene import Scene
from tests.present.scenes import scene_of
from tests.tui.still import NOW, live_link
from tests.tui.world import Part, World


def scene(state: LinkState, *, late: bool = False, leader: str = "") -> Scene:
    world = World()
    world.run("later", NOW, [Part(10), Part(10)])
    due = NOW - timedelta(minutes=5) if late else NOW + timedelta(seconds=30)
    said = NOW - timedelta(minutes=6) if late else NOW
    link = live_link(state=state, why="connection refused", next_at=due, said_at=said)
    return scene_of(world.records(), link=link, leader=leader)


def facts_of(seen: Scene) -> str:
    view = seen.views.run(seen.state.runs["later"])
    return plain(lay_facts(selection_line(seen, view), 120)).strip()


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (LinkState.OFFLINE, "the connection, which is down"),
        (LinkState.LIMITED, "the service, which asked to wait until 14:02Z"),
        (LinkState.NOT_AUTHORIZED, "a key that the service accepts"),
        (LinkState.OTHER_ACCOUNT, "a key of this account"),
    ],
)
def test_the_first_held_chunk_waits_for_the_link_where_nothing_else_holds_it(state: LinkState, why: str) -> None:
    seen = scene(state, leader="pid 4711")
    first, second = seen.views.chunks(seen.state.runs["later"])
    assert (first.note, second.note) == (f"held: waits for {why}", "held: after the one before it")
    assert facts_of(seen).endswith(f"2 of 2 chunks held  {why}")


def test_a_journal_from_a_backup_is_what_all_wait_for_and_said_at_home() -> None:
    world = World()
    world.run("later", NOW, [Part(10), Part(10)])
    seen = scene_of(world.records(), link=live_link(), is_journal_old=True)
    first = seen.views.chunks(seen.state.runs["later"])[0]
    assert first.note.startswith("held: waits for two reads of the list: the journal is older")
    line = trouble_line(seen, 78)
    assert line is not None
    assert plain(lay_facts(line, 78)).strip() == "the journal is older than what was sent: the list is read twice first"


def test_with_a_good_link_the_first_is_the_next_to_be_sent() -> None:
    seen = scene(LinkState.LIVE)
    assert seen.views.chunks(seen.state.runs["later"])[0].note == "next to be sent"
    assert facts_of(seen).endswith("not sent yet")


def test_of_a_leader_that_says_nothing_any_more_only_that_is_told() -> None:
    line = trouble_line(scene(LinkState.OFFLINE, late=True, leader="pid 4711"), 100)
    assert line is not None
    words = plain(lay_facts(line, 100))
    assert "pid 4711 leads and has said nothing since 13:56Z" in words
    assert "connection refused" not in words
