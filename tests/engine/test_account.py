"""The right account, read-only sessions, and the link."""

import pytest
from msgspec.structs import replace

from batchtui.domain.failures import OtherAccount, ReadOnly, WorkspaceDamaged
from batchtui.domain.link import LinkState
from batchtui.domain.records import Record
from batchtui.engine import verbs_runs
from batchtui.engine.account import check_account
from batchtui.engine.ports import Answer, ServiceProblem
from batchtui.workspace import layout
from tests.engine.conftest import Bench


async def test_the_first_answer_binds_the_workspace(bench: Bench) -> None:
    engine = bench.start()
    await engine.poller.poll()
    assert engine.state.binding is not None
    assert engine.state.binding.organization_id == "org-1"


@pytest.mark.parametrize("field", ["base_url", "organization_id", "api_workspace_id"])
async def test_another_account_changes_nothing_and_names_both(bench: Bench, field: str) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a"])
    bench.service.account = replace(bench.service.account, **{field: "http://other"})
    bench.service.add(7)
    with pytest.raises(OtherAccount, match=r"belongs to .* the key to .*http://other"):
        await engine.poller.poll()
    assert engine.state.batches == {}
    assert engine.core.live.link.state is LinkState.OTHER_ACCOUNT
    bench.service.calls.clear()
    with pytest.raises(OtherAccount, match="belongs to"):
        await engine.sender.send_next()
    with pytest.raises(OtherAccount, match="belongs to"):
        verbs_runs.hold(engine, "evals", "by hand")
    assert bench.service.calls == [], "it is known, so nobody is asked"
    assert engine.state.runs["evals"].held_reason is None


async def test_an_answer_of_another_account_just_before_a_submission_keeps_it_back(bench: Bench) -> None:
    engine = bench.start()
    await engine.poller.poll()
    await bench.submit(engine, ["a"])
    bench.service.account = replace(bench.service.account, organization_id="org-2")
    with pytest.raises(OtherAccount, match="org-2"):
        await engine.sender.send_next()
    assert not engine.state.submissions
    assert "submit" not in bench.service.calls


async def test_a_workspace_that_another_process_bound_meanwhile_refuses_the_first_answer_here(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = bench.start(), bench.start(leads=False)
    theirs = replace(bench.service.account, organization_id="org-2")
    commit = engine.core.commit

    def bound_meanwhile(*records: Record) -> None:
        check_account(other.core, Answer(account=theirs))
        commit(*records)

    monkeypatch.setattr(engine.core, "commit", bound_meanwhile)
    with pytest.raises(OtherAccount, match=r"organization org-2, the key to organization org-1"):
        check_account(engine.core, bench.service.answer())
    assert not engine.core.live.has_met_account


async def test_a_damaged_journal_refuses_every_verb(bench: Bench) -> None:
    """The line that cannot be read may be the one that says what was sent."""
    engine = bench.start()
    await bench.submit(engine, ["a"])
    with layout.journal(bench.root).open("ab") as journal:
        journal.write(b"{no record\n")
    engine.core.refresh()
    bench.service.calls.clear()
    with pytest.raises(WorkspaceDamaged, match="the journal is damaged"):
        await engine.sender.send_next()
    with pytest.raises(WorkspaceDamaged, match="the journal is damaged"):
        verbs_runs.hold(engine, "evals", "by hand")
    assert bench.service.calls == []


async def test_an_absent_header_is_no_mismatch_and_is_filled_in_later(bench: Bench) -> None:
    engine = bench.start()
    whole = bench.service.account
    bench.service.account = replace(whole, api_workspace_id=None)
    await engine.poller.poll()
    bench.service.account = whole
    await engine.poller.poll()
    assert engine.state.binding is not None
    assert engine.state.binding.api_workspace_id == "wrkspc_1"


async def test_read_only_polls_in_memory_and_refuses_in_the_engine(bench: Bench) -> None:
    first = bench.start()
    await bench.submit(first, ["a"])
    size = (bench.root / "journal.jsonl").stat().st_size
    engine = bench.start(is_read_only=True)
    bench.service.add(4)
    await engine.poll_once()
    assert len(engine.state.batches) == 1
    assert (bench.root / "journal.jsonl").stat().st_size == size
    with pytest.raises(ReadOnly):
        await engine.sender.send_next()


async def test_failures_back_off_visibly_and_a_good_answer_resets_them(bench: Bench) -> None:
    engine = bench.start()
    bench.service.add(3)
    await engine.poller.poll()
    waits = []
    for _ in range(8):
        bench.service.problems["list"] = [ServiceProblem("offline", "no route to host")]
        await engine.poller.poll()
        assert engine.core.live.link.state is LinkState.OFFLINE
        waits.append(engine.connection.interval())
    assert waits[:6] == sorted(waits[:6]) and waits[0] <= 2, "each is longer, up to a minute"
    assert all(45 <= wait <= 60 for wait in waits[5:])
    await engine.poller.poll()
    assert engine.core.live.link.state is LinkState.LIVE
    assert engine.connection.interval() == 2


async def test_retry_after_wins(bench: Bench) -> None:
    engine = bench.start()
    problem = ServiceProblem("limited", "slow down", status=429, retry_after_seconds=123)
    bench.service.problems["list"] = [problem]
    await engine.poller.poll()
    link = engine.core.live.link
    assert link.state is LinkState.LIMITED
    assert link.next_at is not None
    assert (link.next_at - bench.clock.now()).total_seconds() == 123


async def test_polling_records_only_transitions(bench: Bench) -> None:
    engine = bench.start()
    batch = bench.service.add(3)
    await engine.poller.poll()
    size = (bench.root / "journal.jsonl").stat().st_size
    for _ in range(20):
        bench.clock.advance(30)
        await engine.poller.poll()
    assert (bench.root / "journal.jsonl").stat().st_size == size
    bench.service.end(batch.id)
    await engine.poller.poll()
    assert engine.state.batches[batch.id].batch.is_ended


async def test_polling_stops_paging_when_nothing_older_can_have_changed(bench: Bench) -> None:
    engine = bench.start()
    for _ in range(10):
        bench.service.end(bench.service.add(3).id)
        bench.clock.advance(1)
    bench.service.page = 2
    await engine.poller.poll()
    assert bench.service.calls.count("list") == 5
    bench.service.calls.clear()
    await engine.poller.poll()
    assert bench.service.calls.count("list") == 1


async def test_a_known_batch_that_is_not_shown_is_gone_only_when_it_has_lasted(bench: Bench) -> None:
    engine = bench.start()
    batch = bench.service.add(3)
    await engine.poller.poll()
    bench.service.batches.clear()
    for _ in range(3):
        await engine.poller.poll()
        bench.clock.advance(30)
    assert not engine.state.batches[batch.id].is_gone
    bench.clock.advance(120)
    await engine.poller.poll()
    assert engine.state.batches[batch.id].is_gone
