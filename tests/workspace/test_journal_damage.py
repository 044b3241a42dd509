"""Damage never stops a workspace from opening, and never costs a byte of what was written."""

import os
import resource
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.records import Record
from batchtui.workspace import folder, layout, syscalls
from batchtui.workspace.journal.file_journal import FileJournal
from batchtui.workspace.journal.record_lines import decode, encode
from tests.workspace.records import held, names, several

WHOLE = encode(several(6))
LINES = WHOLE.splitlines(keepends=True)


def append(root: Path, *records: Record) -> None:
    with FileJournal(root).transaction() as transaction:
        transaction.append(records)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for many examples; each writes the journal anew."""
    root = tmp_path_factory.mktemp("shared") / "space"
    folder.create(root)
    return root


@given(length=st.integers(0, len(WHOLE)))
def test_any_prefix_of_a_journal_loads_as_its_whole_lines(shared: Path, length: int) -> None:
    layout.journal(shared).write_bytes(WHOLE[:length])
    journal = FileJournal(shared)
    assert journal.load() == several(WHOLE[:length].count(b"\n"))
    assert journal.warnings == ()


@given(length=st.integers(0, len(WHOLE)))
def test_a_torn_tail_is_put_aside_by_the_next_append_and_not_before(shared: Path, length: int) -> None:
    layout.journal(shared).write_bytes(WHOLE[:length])
    layout.torn(shared).unlink(missing_ok=True)
    FileJournal(shared).load()
    assert layout.journal(shared).read_bytes() == WHOLE[:length]
    append(shared, held(9))
    whole, _, tail = WHOLE[:length].rpartition(b"\n")
    assert layout.journal(shared).read_bytes() == (whole + b"\n" if whole else b"") + encode([held(9)])
    assert (layout.torn(shared).read_bytes() if tail else b"\n") == tail + b"\n"


@given(at=st.integers(0, 5), junk=st.binary(min_size=1, max_size=60).filter(lambda junk: b"\n" not in junk))
def test_a_damaged_line_is_reported_with_its_number_and_kept(shared: Path, at: int, junk: bytes) -> None:
    damaged = b"".join([*LINES[:at], junk + b"\n", *LINES[at:]])
    layout.journal(shared).write_bytes(damaged)
    append(shared, held(9))
    journal = FileJournal(shared)
    assert journal.load() == [*several(6), held(9)]
    assert [warning.split(":")[0] for warning in journal.warnings] == ([f"line {at + 1}"] if junk.strip() else [])
    assert layout.journal(shared).read_bytes() == damaged + encode([held(9)])


@given(data=st.binary(max_size=400))
def test_any_bytes_load_as_something(data: bytes) -> None:
    reading = decode(data + b"\n", first_line=1)
    assert len(reading.records) + len(reading.warnings) <= data.count(b"\n") + 1


def test_a_record_of_a_newer_version_is_named_and_skipped(root: Path) -> None:
    newer = b'{"kind":"batch_teleported","at":"2027-01-01T00:00:00Z"}\n'
    layout.journal(root).write_bytes(LINES[0] + newer + LINES[1])
    journal = FileJournal(root)
    assert journal.load() == several(2)
    [warning] = journal.warnings
    assert warning.startswith("line 2: a record of kind 'batch_teleported'")
    assert "newer" in warning


def test_a_known_record_without_its_fields_says_which(root: Path) -> None:
    layout.journal(root).write_bytes(b'{"kind":"run_held","at":"2026-11-21T14:02:00Z","run":"a"}\n')
    journal = FileJournal(root)
    assert journal.load() == []
    [warning] = journal.warnings
    assert "'run_held'" in warning
    assert "`reason`" in warning


def test_warnings_of_lines_read_later_have_their_true_numbers(root: Path) -> None:
    append(root, *several(3))
    journal = FileJournal(root)
    journal.load()
    with layout.journal(root).open("ab") as file:
        file.write(b"\0\0\0\n")
    append(root, held(4))
    assert names(journal.read_new()) == ["run-4"]
    assert [warning.split(":")[0] for warning in journal.warnings] == ["line 4"]


def test_a_full_disk_leaves_the_journal_as_it_was(root: Path) -> None:
    append(root, *several(3))
    before = layout.journal(root).read_bytes()
    with pytest.raises(WorkspaceDamaged, match=r"cannot write .*journal.jsonl"):
        _append_with_room_for(len(before) + 20, root)
    assert layout.journal(root).read_bytes() == before


def _append_with_room_for(size_bytes: int, root: Path) -> None:
    """Append where no file may grow beyond that size: the first write is short, the next one fails."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, limits[1]))
    try:
        append(root, held(9))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_failed_sync_leaves_the_journal_as_it_was(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(root, *several(3))
    before = layout.journal(root).read_bytes()

    def fail(fd: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(syscalls, "fsync", fail)
    with pytest.raises(WorkspaceDamaged, match=r"no space left on device.*free some space"):
        append(root, held(9))
    assert layout.journal(root).read_bytes() == before


def test_a_journal_that_vanished_is_not_begun_anew(root: Path) -> None:
    journal = FileJournal(root)
    with journal.transaction() as transaction:
        transaction.append([held(1)])
    layout.journal(root).unlink()
    with pytest.raises(WorkspaceDamaged, match=r"cannot read .*gone"):
        journal.read_new()
    with pytest.raises(WorkspaceDamaged), journal.transaction() as transaction:
        transaction.append([held(2)])
    assert not layout.journal(root).exists()


def test_a_folder_that_is_not_there_is_not_made_by_an_append(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceDamaged, match="the folder or its disk is gone"):
        append(tmp_path / "nowhere", held(1))
    assert list(tmp_path.iterdir()) == []
