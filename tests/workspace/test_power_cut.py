"""What was promised durable survives a power cut, and not one of the syncs could be left out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from batchtui.domain.link import Link
from batchtui.workspace import atomic, folder, layout
from batchtui.workspace.journal.file_journal import FileJournal
from batchtui.workspace.store import FileStore
from tests.workspace.disk import Disk
from tests.workspace.records import held, names
from tests.workspace.runs import BATCH, build, manifest

Promise = Callable[[Disk], bool]
"""Does something while the disk is watched; whether what it should have made durable is."""

Scenario = Callable[[Path], Promise]
"""Prepares a workspace whose files count as durable, and hands back what is to be watched."""


def append_twice(root: Path) -> Promise:
    journal = FileJournal(root)

    def promise(disk: Disk) -> bool:
        append(journal, 1)
        after_first = left_records(disk, root.parent / "first")
        append(journal, 2)
        return after_first == ["run-1"] and left_records(disk, root.parent / "second") == ["run-1", "run-2"]

    return promise


def repair(root: Path) -> Promise:
    append(FileJournal(root), 1)
    with layout.journal(root).open("ab") as file:
        file.write(b'{"kind":"run_rel')

    def promise(disk: Disk) -> bool:
        append(FileJournal(root), 2)
        is_kept = disk.after_power_cut().get("journal.torn") == b'{"kind":"run_rel\n'
        return is_kept and left_records(disk, root.parent / "left") == ["run-1", "run-2"]

    return promise


def compact(root: Path) -> Promise:
    journal = FileJournal(root)
    append(journal, 1)
    append(journal, 2)

    def promise(disk: Disk) -> bool:
        journal.compact(lambda records: records[1:])
        is_whole = left_records(disk, root.parent / "compacted") == ["run-2"]
        append(journal, 3)
        return is_whole and left_records(disk, root.parent / "appended") == ["run-2", "run-3"]

    return promise


def accept(root: Path) -> Promise:
    store = FileStore(root)
    staging = store.new_staging()

    def promise(disk: Disk) -> bool:
        build(staging)
        store.accept(staging, manifest())
        left = disk.after_power_cut()
        bodies = left.get("runs/evals/chunks/0001.json.gz"), left.get("runs/evals/chunks/0001.index")
        return bodies == (b"a body", b"an index") and bool(left.get("runs/evals/run.toml"))

    return promise


def publish(root: Path) -> Promise:
    store = FileStore(root)
    results, issues = store.partial_path(BATCH, None), store.partial_path(BATCH, None)

    def promise(disk: Disk) -> bool:
        results.write_bytes(b"results")
        issues.write_bytes(b"issues")
        store.publish(
            [(results, store.results_path(BATCH, None)), (issues, store.issues_path(BATCH, None))],
        )
        left = disk.after_power_cut()
        there = left.get(f"batches/{BATCH}/results.jsonl"), left.get(f"batches/{BATCH}/issues.jsonl")
        return there == (b"results", b"issues")

    return promise


def make_room_for_results(root: Path) -> Promise:
    store = FileStore(root)
    store.new_staging()

    def promise(disk: Disk) -> bool:
        partial = store.partial_path(BATCH, None)
        with partial.open("wb"):
            atomic.sync_folder(partial.parent)
        return any(name.startswith(f"batches/{BATCH}/") for name in disk.after_power_cut())

    return promise


def download(root: Path) -> Promise:
    store = FileStore(root)
    partial = store.partial_path(BATCH, None)

    def promise(disk: Disk) -> bool:
        sink = store.open_partial(partial)
        sink.write(b"res")
        sink.write(b"ults")
        sink.close()
        atomic.sync_folder(partial.parent)
        return b"results" in disk.after_power_cut().values()

    return promise


def replace_a_file(root: Path) -> Promise:
    def promise(disk: Disk) -> bool:
        atomic.write_file(root / "some.toml", b"new")
        return disk.after_power_cut().get("some.toml") == b"new"

    return promise


SCENARIOS = [append_twice, repair, compact, accept, publish, make_room_for_results, download, replace_a_file]


def append(journal: FileJournal, number: int) -> None:
    with journal.transaction() as transaction:
        transaction.append([held(number)])


def left_records(disk: Disk, place: Path) -> list[str]:
    """The names of the records that a power cut now would leave."""
    return names(FileJournal(disk.restore_into(place)).load())


@contextmanager
def watched(root: Path, *, ignore_sync: int | None) -> Iterator[Disk]:
    with pytest.MonkeyPatch.context() as patches:
        disk = Disk(root, patches, ignore_sync=ignore_sync)
        try:
            yield disk
        finally:
            disk.close()


def is_kept(scenario: Scenario, place: Path, *, ignore_sync: int | None) -> tuple[bool, int]:
    """Whether the promise of a scenario is kept with one sync ignored, and how many syncs there were."""
    root = place / "space"
    folder.create(root)
    promise = scenario(root)
    with watched(root, ignore_sync=ignore_sync) as disk:
        return promise(disk), disk.syncs


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_what_was_promised_survives_and_every_sync_is_needed(scenario: Scenario, tmp_path: Path) -> None:
    kept, syncs = is_kept(scenario, tmp_path / "whole", ignore_sync=None)
    assert kept
    assert syncs > 0
    needless = [number for number in range(syncs) if is_kept(scenario, tmp_path / str(number), ignore_sync=number)[0]]
    assert needless == []


def test_a_new_workspace_survives_a_power_cut(tmp_path: Path) -> None:
    with watched(tmp_path, ignore_sync=None) as disk:
        folder.create(tmp_path / "some" / "where")
        assert disk.after_power_cut() == {"some/where/.gitignore": b"*\n"}


def test_counts_are_not_synced_since_they_may_be_lost(root: Path) -> None:
    with watched(root, ignore_sync=None) as disk:
        FileStore(root).write_counts({}, Link())
        assert disk.syncs == 0
