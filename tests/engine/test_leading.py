"""Being the one process that leads: a lock that fails or vanishes, and what was said before it was held."""

import pytest

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.link import LinkState
from tests.engine.conftest import Bench


async def test_a_lock_that_could_not_be_taken_is_forgotten_once_it_could(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.start(leads=False)
    acquire = engine._leadership.try_acquire

    def failing() -> bool:
        raise WorkspaceDamaged("read-only file system")

    monkeypatch.setattr(engine._leadership, "try_acquire", failing)
    assert not engine.try_lead()
    assert engine.core.live.damage == "read-only file system"
    monkeypatch.setattr(engine._leadership, "try_acquire", acquire)
    assert engine.try_lead()
    assert engine.core.live.damage == ""


async def test_a_leader_whose_lock_was_removed_steps_down(bench: Bench) -> None:
    first = bench.start()
    (bench.root / "engine.lock").unlink()
    second = bench.start()
    assert second.core.live.is_leader
    assert not first.try_lead()
    assert not first.core.live.is_leader


async def test_who_paused_while_another_one_led_says_so_once_it_leads_and_can_go_on(bench: Bench) -> None:
    leader, follower = bench.start(), bench.start(leads=False)
    await leader.poller.poll()
    follower.pause_polling(True)
    await follower.poll_once()
    assert follower.core.live.link.state is LinkState.LIVE, "what is shown is still the leader's"
    bench.die(leader)
    assert follower.try_lead()
    assert follower.core.live.link.state is LinkState.PAUSED
    follower.pause_polling(False)
    await follower.poller.poll()
    assert follower.core.live.link.state is LinkState.LIVE
