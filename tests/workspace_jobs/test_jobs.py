"""Work in a child process and in place: the same answers, typed failures, nothing left behind when canceled."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from batchtui.domain.batch import RequestCounts
from batchtui.domain.failures import BadInput, UsageFailure, WorkspaceDamaged
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.jobs import Edit, ExportTask, PrepareTask, Progress, RetryTask, SplitTask, VerifyTask
from batchtui.workspace import layout
from batchtui.workspace.child import process
from batchtui.workspace.child.lines import decode_line, write_order
from batchtui.workspace.jobs import ChildJobs, LocalJobs
from tests.patience import at_most

from .files import PRICES, Runs, as_line, errored, requests, succeeded, write

KINDS = [ChildJobs, LocalJobs]
Kind = type[ChildJobs] | type[LocalJobs]


def prepare_task(source: Path, staging: Path | None = None, chunk_requests: int = 1000) -> PrepareTask:
    return PrepareTask(
        inputs=(str(source),),
        chunk_requests=chunk_requests,
        chunk_bytes=1_000_000,
        staging=str(staging) if staging else None,
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_a_run_goes_from_file_to_export_and_retry(tmp_path: Path, kind: Kind) -> None:
    import msgspec

    jobs, runs, heard = kind(), Runs(tmp_path), list[Progress]()
    prepared = await jobs.prepare(
        prepare_task(write(tmp_path / "in.jsonl", requests(4)), tmp_path / "root"), heard.append
    )
    assert prepared.report.ok and prepared.chunks[0].requests == 4
    await asyncio.sleep(0)
    assert heard[-1].requests == 4
    halves = await jobs.split(_split_task(tmp_path / "root"))
    assert [half.requests for half in halves] == [2, 2]
    ids = [line["custom_id"] for line in requests(4)]
    results = write(tmp_path / "r.jsonl", [errored(ids[0]), *map(succeeded, ids[1:])])
    verified = await jobs.verify(_verify_task(results, layout.index(tmp_path / "root", "0001")), heard.append)
    assert verified.is_complete and verified.usage["claude-sonnet-5"].cost_usd
    root = runs.collected(runs.attempt("root", ["0001"], ()), {"0001": [errored(ids[0]), *map(succeeded, ids[1:])]})
    task = RetryTask(
        lineage=(root,),
        policy=RetryPolicy(custom_ids=frozenset(ids[:1]), has_edits=True),
        edits=(Edit(key="max_tokens", value=msgspec.Raw(b"5")),),
        chunk_requests=10,
        chunk_bytes=1_000_000,
    )
    again = await jobs.prepare_retry(task, heard.append)
    assert (again.included, again.classes) == (1, ("overloaded_error",))
    exported = await jobs.export(ExportTask(lineage=(root,), target=str(tmp_path / "out")), heard.append)
    assert (exported.succeeded, exported.errors) == (3, 1)
    assert len((tmp_path / "out").read_bytes().splitlines()) == 4
    await jobs.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_failures_come_back_typed_with_their_advice(tmp_path: Path, kind: Kind) -> None:
    import msgspec

    with pytest.raises(BadInput, match="is a folder") as caught:
        await kind().prepare(prepare_task(tmp_path), print)
    assert caught.value.next
    edits = (Edit(key="a..b", value=msgspec.Raw(b"1")),)
    root = Runs(tmp_path).prepared("root", requests(1))
    with pytest.raises(UsageFailure):
        await kind().prepare_retry(
            RetryTask(lineage=(root,), policy=RetryPolicy(), edits=edits, chunk_requests=1, chunk_bytes=1000), print
        )
    layout.index(tmp_path / "root", "0001").write_bytes(b"{}\n")
    with pytest.raises(WorkspaceDamaged):
        await kind().split(_split_task(tmp_path / "root"))


@pytest.mark.parametrize("kind", KINDS)
async def test_canceling_ends_the_work_at_once_and_leaves_nothing(tmp_path: Path, kind: Kind) -> None:
    source = tmp_path / "in.jsonl"
    line = as_line(requests(1)[0])
    source.write_bytes(b"".join(line.replace(b"00000", b"%07d" % number) + b"\n" for number in range(300_000)))
    begun = asyncio.Event()
    work = asyncio.create_task(kind().prepare(prepare_task(source, tmp_path / "s", 100), lambda _: begun.set()))
    await begun.wait()
    work.cancel()
    with at_most(2), pytest.raises(asyncio.CancelledError):
        await work
    assert list((tmp_path / "s").iterdir()) == []


async def test_a_child_that_will_not_end_is_killed_and_cleaned_up_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.05)
    source = write(tmp_path / "in.jsonl", requests(10))
    child = await process._start()
    (tmp_path / "s" / "chunks").mkdir(parents=True)
    (tmp_path / "s" / "chunks" / "0001.json.gz").write_bytes(b"half")
    child.send_signal(signal.SIGSTOP)
    await process._end(child, prepare_task(source, tmp_path / "s"))
    assert child.returncode == -signal.SIGKILL
    assert list((tmp_path / "s").iterdir()) == []


async def test_a_child_that_dies_is_a_failure_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(WorkspaceDamaged, match="ended without an answer"):
        await ChildJobs().prepare(prepare_task(write(tmp_path / "in.jsonl", requests(1))), print)


async def test_a_child_that_is_killed_is_said_to_be_with_what_may_have_done_it(tmp_path: Path) -> None:
    child = await process._start()
    child.kill()
    with pytest.raises(WorkspaceDamaged, match="killed by SIGKILL") as caught:
        await process._converse(child, prepare_task(tmp_path / "in.jsonl", tmp_path / "s"), print)
    assert "memory" in caught.value.next


def test_a_child_ends_and_cleans_up_when_its_parent_dies(tmp_path: Path) -> None:
    line = as_line(requests(1)[0])
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"".join(line.replace(b"00000", b"%07d" % number) + b"\n" for number in range(300_000)))
    child = _child()
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(write_order(prepare_task(source, tmp_path / "s", 100)))
    child.stdin.flush()
    assert decode_line(child.stdout.readline()).progress
    child.stdin.close()
    assert child.wait(5) == 3
    assert list((tmp_path / "s").iterdir()) == []
    child.stdout.close()


def test_a_child_whose_parent_says_nothing_ends(tmp_path: Path) -> None:
    child = _child()
    output, _ = child.communicate(b'{"name": "prepare", "ta', timeout=5)
    assert (child.returncode, output) == (3, b"")


def test_a_child_unblocks_the_signals_its_parent_blocked(tmp_path: Path) -> None:
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        child = _child()
        time.sleep(0.5)
        child.send_signal(signal.SIGTERM)
        assert child.wait(5) == -signal.SIGTERM
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        child.communicate()


def test_a_child_is_given_no_key_and_imports_little() -> None:
    os.environ["ANTHROPIC_API_KEY"] = "sk-ant-marked"
    try:
        environment = process._environment()
    finally:
        del os.environ["ANTHROPIC_API_KEY"]
    assert not any("marked" in value for value in environment.values())
    code = "import sys, batchtui.workspace.child.__main__; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=environment
    ).stdout.split()
    assert not {b"asyncio", b"textual", b"anthropic", b"rich", b"click", b"json", b"isal"} & set(loaded)


async def test_an_export_to_stdout_is_data_and_nothing_else(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    runs = Runs(tmp_path)
    root = runs.collected(runs.prepared("root", requests(1)), {"0001": [succeeded("r-00000")]})
    await ChildJobs().export(ExportTask(lineage=(root,), target="-"), lambda _: None)
    assert capfdbinary.readouterr().out == as_line(succeeded("r-00000")) + b"\n"


def _child() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "batchtui.workspace.child"]
    environment = process._environment()
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def _split_task(staging: Path) -> SplitTask:
    return SplitTask(
        body=str(layout.body(staging, "0001")),
        index=str(layout.index(staging, "0001")),
        label="0001",
        folder=str(layout.chunks(staging)),
    )


def _verify_task(results: Path, index: Path) -> VerifyTask:
    counts = RequestCounts(succeeded=3, errored=1)
    issues = str(results.with_suffix(".issues"))
    return VerifyTask(results=str(results), issues=issues, index=str(index), counts=counts, prices=PRICES)
