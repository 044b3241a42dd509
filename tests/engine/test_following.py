"""What a process that follows knows of the link: the leader's word, whose it is, and nothing more."""

import os
from datetime import timedelta

import pytest

from batchtui.cli.link import look, reach
from batchtui.domain.failures import NotAuthorized, OtherAccount, Unreachable, WorkspaceDamaged
from batchtui.domain.link import Link, LinkState
from batchtui.engine.engine import Engine
from batchtui.engine.ports import Account, ServiceProblem
from tests.engine.conftest import Bench
from tests.fakes import NOON

PROBLEMS = {
    LinkState.OFFLINE: ServiceProblem("offline", "connection refused"),
    LinkState.LIMITED: ServiceProblem("limited", "slow down", status=429, retry_after_seconds=40),
    LinkState.NOT_AUTHORIZED: ServiceProblem("not_authorized", "invalid x-api-key", status=401),
}


async def followed(bench: Bench, problem: ServiceProblem | None = None) -> tuple[Engine, Engine]:
    """A leader that polled, with this trouble the second time, and who follows it."""
    leader, follower = bench.start(), bench.start(leads=False)
    await leader.poller.poll()
    if problem is not None:
        bench.clock.advance(30)
        bench.service.problems["list"] = [problem]
        await leader.poller.poll()
    await follower.poll_once()
    return leader, follower


@pytest.mark.parametrize("state", PROBLEMS)
async def test_who_follows_shows_what_the_leader_met_and_when_it_asks_again(bench: Bench, state: LinkState) -> None:
    leader, follower = await followed(bench, PROBLEMS[state])
    link = follower.core.live.link
    assert link == leader.core.live.link
    assert (link.state, link.said_at) == (state, bench.clock.now())
    assert link.as_of is not None and link.as_of < bench.clock.now(), "the last good answer is older"
    assert follower.core.live.leader == f"pid {os.getpid()}"
    await leader.poller.poll()
    await follower.poll_once()
    assert follower.core.live.link.state is LinkState.LIVE


async def test_the_next_poll_that_is_told_to_followers_is_the_one_to_come(bench: Bench) -> None:
    _, follower = await followed(bench)
    assert follower.core.live.link.next_at is not None
    assert follower.core.live.link.next_at > bench.clock.now()


async def test_a_leader_that_pauses_or_has_another_key_is_seen_to(bench: Bench) -> None:
    leader, follower = await followed(bench)
    leader.pause_polling(True)
    await follower.poll_once()
    assert follower.core.live.link.state is LinkState.PAUSED
    bench.service.account = Account(base_url="http://127.0.0.1:1", organization_id="org-2", api_workspace_id="wrkspc_9")
    with pytest.raises(OtherAccount):
        await leader.poller.poll()
    await follower.poll_once()
    assert follower.core.live.link.state is LinkState.OTHER_ACCOUNT
    assert not follower.core.live.account_note, "that key is the leader's, not ours"


async def test_who_takes_over_names_nobody_else(bench: Bench) -> None:
    leader, follower = await followed(bench)
    bench.die(leader)
    assert follower.try_lead()
    assert follower.core.live.leader == ""


async def test_a_disk_that_takes_no_word_for_followers_does_not_end_the_leader(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader, _ = await followed(bench)

    def full(_counts: object, _link: Link) -> None:
        raise WorkspaceDamaged("no space left")

    monkeypatch.setattr(leader.store, "write_counts", full)
    bench.service.problems["list"] = [PROBLEMS[LinkState.OFFLINE]]
    await leader.poller.poll()
    assert leader.core.live.link.state is LinkState.OFFLINE


async def test_a_command_beside_a_leader_without_a_link_says_whose_trouble_it_is(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    _, follower = await followed(bench, PROBLEMS[LinkState.OFFLINE])
    with pytest.raises(Unreachable, match=rf"pid {os.getpid()}, which polls here, says: connection refused"):
        await reach(follower, "submit")
    assert await look(follower) is None
    assert "which polls here" in capsys.readouterr().err


async def test_a_command_beside_a_leader_that_waits_long_waits_for_its_next_try(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    leader, follower = await followed(bench, PROBLEMS[LinkState.OFFLINE])
    sleep = bench.clock.sleep

    async def meanwhile(seconds: float) -> None:
        await sleep(seconds)
        if bench.clock.now() >= (leader.core.live.link.next_at or NOON) + timedelta(seconds=20):
            await leader.poller.poll()

    monkeypatch.setattr(bench.clock, "sleep", meanwhile)
    await reach(follower, "submit")
    assert follower.core.live.link.state is LinkState.LIVE
    assert f"pid {os.getpid()} polls, and tries again at 12:00:" in capsys.readouterr().err


async def test_a_leader_whose_key_is_refused_is_not_taken_for_ones_own(bench: Bench) -> None:
    _, follower = await followed(bench, PROBLEMS[LinkState.NOT_AUTHORIZED])
    with pytest.raises(NotAuthorized, match="which polls here"):
        await reach(follower, "submit")


async def test_a_call_that_was_under_way_when_polling_was_paused_does_not_hide_the_pause(bench: Bench) -> None:
    leader, follower = await followed(bench)
    leader.pause_polling(True)
    await leader.poller.poll()  # it had begun before
    assert leader.core.live.link.state is LinkState.PAUSED
    leader.connection.report(PROBLEMS[LinkState.OFFLINE])
    assert leader.core.live.link.state is LinkState.PAUSED
    await follower.poll_once()
    assert (follower.core.live.link.state, follower.core.live.link.next_at) == (LinkState.PAUSED, None)
    leader.pause_polling(False)
    await leader.poller.poll()
    assert leader.core.live.link.state is LinkState.LIVE


async def test_who_follows_is_told_when_the_leaders_link_goes_down_and_comes_back(bench: Bench) -> None:
    leader, follower = await followed(bench)
    bench.service.problems["list"] = [PROBLEMS[LinkState.OFFLINE]]
    await leader.poller.poll()
    await follower.poll_once()
    await leader.poller.poll()
    await follower.poll_once()
    told = [notice.text for notice in follower.core.notices_since(-1) if notice.event == "connection"]
    polls = f"as pid {os.getpid()} says, which polls"
    assert told == [f"offline, {polls}: connection refused", f"live, {polls}"]
