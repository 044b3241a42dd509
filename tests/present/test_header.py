"""The first header row: every state of the link in words."""

from datetime import timedelta

import pytest

from batchtui.domain.link import Link, LinkState
from batchtui.engine.ports import Credentials
from batchtui.present.cells import plain
from batchtui.present.facts import lay_facts
from batchtui.present.header import identity_line, link_cells
from tests.present.scenes import scene_of
from tests.tui.still import NOW, live_link

SINCE = NOW - timedelta(minutes=4)


def words(link: Link, **more: bool | str) -> str:
    return "  ".join(plain(spans) for spans in link_cells(scene_of([], link=link, **more)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (live_link(), "live 4s ago  next 26s"),
        (live_link(next_at=NOW - timedelta(minutes=3), as_of=NOW - timedelta(minutes=4)), "stale 4m  now"),
        (live_link(state=LinkState.OFFLINE, since=SINCE, next_at=NOW + timedelta(seconds=30)),
         "offline since 13:58Z  again in 30s"),
        (live_link(state=LinkState.LIMITED, next_at=NOW + timedelta(minutes=1)), "limited until 14:03Z"),
        (live_link(state=LinkState.NOT_AUTHORIZED, next_at=None), "not authorised"),
        (live_link(state=LinkState.OTHER_ACCOUNT), "other account read-only"),
        (live_link(state=LinkState.PAUSED), "paused for 4m  p goes on"),
        (Link(state=LinkState.CACHED, as_of=SINCE), "cached as of 13:58Z"),
        (Link(), "starting"),
    ],
)  # fmt: skip
def test_each_state_of_the_link_has_its_word_and_its_time(link: Link, said: str) -> None:
    assert words(link) == said


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        (Credentials(origin="ANTHROPIC_API_KEY", tail="a91F"), "key …a91F"),
        (Credentials(origin="ANTHROPIC_API_KEY"), "key set"),
        (Credentials(origin="none"), "no key"),
    ],
)
def test_a_key_too_short_to_show_any_of_is_a_key(credentials: Credentials, said: str) -> None:
    line = identity_line(scene_of([], credentials=credentials))
    assert said in plain(lay_facts(line, 160))


LATE = {"said_at": NOW - timedelta(minutes=9), "next_at": NOW - timedelta(minutes=8)}


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (live_link(), "live 4s ago  pid 4711 polls"),
        (live_link(state=LinkState.OFFLINE, since=SINCE, next_at=NOW + timedelta(seconds=30)),
         "offline since 13:58Z  pid 4711 polls"),
        (live_link(state=LinkState.LIMITED, next_at=NOW + timedelta(minutes=1)),
         "limited until 14:03Z  pid 4711 polls"),
        (live_link(state=LinkState.NOT_AUTHORIZED), "not authorised  pid 4711 polls"),
        (live_link(state=LinkState.OTHER_ACCOUNT), "other account  pid 4711 polls"),
        (live_link(state=LinkState.PAUSED), "paused since 13:58Z  pid 4711 leads"),
        (live_link(**LATE), "stale heard 13:53Z  pid 4711 leads"),
        (live_link(state=LinkState.OFFLINE, **LATE), "stale heard 13:53Z  pid 4711 leads"),
        (Link(state=LinkState.CACHED, as_of=SINCE), "stale nothing heard yet  pid 4711 leads"),
    ],
)  # fmt: skip
def test_who_follows_says_that_another_process_polls_and_nothing_it_has_not_heard(link: Link, said: str) -> None:
    assert words(link, leader="pid 4711") == said


def test_at_80_columns_it_stays_in_view_that_another_process_polls() -> None:
    link = live_link(state=LinkState.OFFLINE, since=SINCE)
    line = lay_facts(identity_line(scene_of([], link=link, leader="pid 4194303")), 80)
    assert "offline since 13:58Z  pid 4194303 polls" in plain(line)


def test_rows_are_marked_as_stale_once_nothing_was_heard_for_long() -> None:
    assert scene_of([], link=live_link(**LATE)).is_stale
    assert not scene_of([], link=live_link()).is_stale


def test_the_demo_takes_the_place_of_live_and_of_nothing_else() -> None:
    assert words(live_link(), is_demo=True) == "demo 4s ago  next 26s"
    assert words(live_link(state=LinkState.PAUSED), is_demo=True).startswith("paused")


def test_a_clock_that_cannot_be_trusted_is_shown() -> None:
    line = identity_line(scene_of([], link=live_link(skew_seconds=125.0)))
    assert "clock 2m behind" in [plain(spans) for spans in line.left]
    calm = identity_line(scene_of([], link=live_link(skew_seconds=20.0)))
    assert all("clock" not in plain(spans) for spans in calm.left)


def test_of_a_key_only_the_last_four_characters_are_shown() -> None:
    assert plain(identity_line(scene_of([])).left[1]).strip() == "key …a91F"
