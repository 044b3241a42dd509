"""What is appended is there for everybody, once, in order; nothing is read before its line is whole."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.records import Record
from batchtui.workspace import layout, syscalls
from batchtui.workspace.journal.file_journal import FileJournal
from batchtui.workspace.journal.readonly import ReadOnlyJournal
from batchtui.workspace.lock import short_lock
from tests.workspace.records import held, names, several


def append(journal: FileJournal, *records: Record) -> list[Record]:
    with journal.transaction() as transaction:
        transaction.append(records)
        return list(transaction.tail)


def test_records_come_back_as_they_were(root: Path) -> None:
    records = several(3)
    append(FileJournal(root), *records)
    assert FileJournal(root).load() == records


def test_a_new_workspace_has_an_empty_journal_and_reading_makes_none(root: Path) -> None:
    assert FileJournal(root).load() == []
    assert not layout.journal(root).exists()


def test_others_records_are_the_tail_and_own_ones_are_not_read_again(root: Path) -> None:
    ours, theirs = FileJournal(root), FileJournal(root)
    append(ours, held(1))
    append(theirs, held(2))
    assert names(append(ours, held(3))) == ["run-2"]
    assert ours.read_new() == []
    assert names(theirs.read_new()) == ["run-3"]
    assert ours.position == theirs.position == 3


def test_several_appends_in_one_transaction_keep_their_order(root: Path) -> None:
    journal = FileJournal(root)
    with journal.transaction() as transaction:
        transaction.append([held(1)])
        transaction.append([held(2), held(3)])
    assert names(FileJournal(root).load()) == ["run-1", "run-2", "run-3"]


def test_a_line_that_is_still_being_written_is_not_read(root: Path) -> None:
    writer, follower = FileJournal(root), FileJournal(root)
    append(writer, held(1))
    follower.load()
    with layout.journal(root).open("ab") as file:
        file.write(b'{"kind":"run_rel')
        file.flush()
        assert follower.read_new() == []
        file.write(b'eased","at":"2026-11-21T14:02:00Z","run":"late"}\n')
    assert names(follower.read_new()) == ["late"]


def test_a_failed_transaction_loses_neither_the_tail_nor_what_it_appended(root: Path) -> None:
    ours = FileJournal(root)
    append(ours, held(0))
    append(FileJournal(root), held(1))
    with pytest.raises(RuntimeError), ours.transaction() as transaction:
        transaction.append([held(2)])
        raise RuntimeError
    assert names(ours.read_new()) == ["run-1", "run-2"]


def test_a_tail_that_was_taken_is_not_read_again_after_a_failure(root: Path) -> None:
    ours = FileJournal(root)
    append(FileJournal(root), held(1))
    with pytest.raises(RuntimeError), ours.transaction() as transaction:
        assert names(transaction.tail) == ["run-1"]
        transaction.append([held(2)])
        raise RuntimeError
    assert names(ours.read_new()) == ["run-2"]
    assert ours.position == 2


def test_another_file_in_its_place_is_another_generation_and_read_from_the_top(root: Path) -> None:
    writer, follower = FileJournal(root), FileJournal(root)
    append(writer, *several(3))
    follower.load()
    before = follower.generation
    other = root / "other"
    other.write_bytes(layout.journal(root).read_bytes().splitlines(keepends=True)[1])
    other.replace(layout.journal(root))
    assert names(follower.read_new()) == ["run-1"]
    assert follower.generation != before
    assert follower.position == 1


def test_a_file_rewritten_in_place_is_another_generation(root: Path) -> None:
    journal = FileJournal(root)
    append(journal, *several(3))
    before = journal.generation
    text = layout.journal(root).read_bytes()
    layout.journal(root).write_bytes(text.replace(b"run-2", b"run-9") + text)
    assert names(append(journal, held(7))) == ["run-0", "run-1", "run-9", "run-0", "run-1", "run-2"]
    assert journal.generation != before


def test_a_generation_met_in_a_failed_transaction_is_still_new_afterwards(root: Path) -> None:
    journal = FileJournal(root)
    append(journal, *several(3))
    before = journal.generation
    layout.journal(root).write_bytes(layout.journal(root).read_bytes().splitlines(keepends=True)[2])
    with pytest.raises(RuntimeError), journal.transaction():
        raise RuntimeError
    assert names(journal.read_new()) == ["run-2"]
    assert journal.generation != before


_APPENDER = """
import sys
from pathlib import Path
from batchtui.workspace.journal.file_journal import FileJournal
from tests.workspace.records import held
journal = FileJournal(Path(sys.argv[1]))
start = int(sys.argv[2])
for number in range(start, start + 200):
    with journal.transaction() as transaction:
        transaction.append([held(number)])
"""


def test_two_processes_appending_at_once_lose_nothing(root: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", _APPENDER, str(root), str(start)]) for start in (0, 1000)]
    assert [process.wait(timeout=30) for process in processes] == [0, 0]
    journal = FileJournal(root)
    found = names(journal.load())
    assert journal.warnings == ()
    assert [name for name in found if int(name[4:]) < 1000] == [f"run-{number}" for number in range(200)]
    assert [name for name in found if int(name[4:]) >= 1000] == [f"run-{number}" for number in range(1000, 1200)]


def test_forty_thousand_records_are_read_in_one_go(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(FileJournal(root), *several(40_000))
    monkeypatch.delattr("batchtui.workspace.journal.record_lines._decode_slowly")
    assert len(FileJournal(root).load()) == 40_000


def test_a_stopped_holder_of_the_lock_is_named_instead_of_waited_for(root: Path) -> None:
    path = layout.journal_lock(root)
    with (
        short_lock(path),
        pytest.raises(Exception, match="another process has held"),
        short_lock(path, patience_seconds=0.02),
    ):
        pass


def test_a_read_only_journal_follows_and_keeps_its_own_records_in_memory(root: Path) -> None:
    writer, reader = FileJournal(root), ReadOnlyJournal(root)
    append(writer, held(1))
    assert names(reader.load()) == ["run-1"]
    append(writer, held(2))
    files = sorted(root.iterdir())
    content = layout.journal(root).read_bytes()
    with reader.transaction() as transaction:
        assert names(transaction.tail) == ["run-2"]
        transaction.append([held(3)])
    assert reader.read_new() == []
    assert reader.position == 3
    assert sorted(root.iterdir()) == files
    assert layout.journal(root).read_bytes() == content


def test_a_read_only_journal_keeps_its_own_records_over_a_new_generation(root: Path) -> None:
    append(FileJournal(root), *several(3))
    reader = ReadOnlyJournal(root)
    reader.load()
    with reader.transaction() as transaction:
        transaction.append([held(7)])
    layout.journal(root).write_bytes(layout.journal(root).read_bytes().splitlines(keepends=True)[2])
    assert names(reader.read_new()) == ["run-2", "run-7"]


def test_a_read_only_journal_works_where_there_is_no_folder_and_makes_none(tmp_path: Path) -> None:
    journal = ReadOnlyJournal(tmp_path / "nowhere")
    assert journal.load() == []
    with journal.transaction() as transaction:
        transaction.append([held(1)])
    assert journal.read_new() == []
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_vanishes_between_reading_and_writing_does_not_begin_anew(root: Path) -> None:
    """A new file would say that nothing was ever sent."""
    journal = FileJournal(root)
    append(journal, *several(2))
    with pytest.raises(WorkspaceDamaged), journal.transaction() as transaction:
        layout.journal(root).unlink()
        transaction.append(several(1))
    assert not layout.journal(root).exists()


def test_what_could_not_be_synced_is_cut_off_again_and_that_is_synced(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk may have kept it: nobody acts upon a record whose append was refused."""
    journal = FileJournal(root)
    append(journal, *several(2))
    before = layout.journal(root).read_bytes()
    steps: list[str] = []
    truncate, fsync = syscalls.truncate, syscalls.fsync

    def failing(fd: int) -> None:
        steps.append("sync")
        fsync(fd)
        if steps == ["sync"]:
            raise OSError(errno.EIO, "Input/output error")

    def cutting(fd: int, length: int) -> None:
        steps.append("cut")
        truncate(fd, length)

    monkeypatch.setattr(syscalls, "fsync", failing)
    monkeypatch.setattr(syscalls, "truncate", cutting)
    with pytest.raises(WorkspaceDamaged, match="input/output error"):
        append(journal, *several(1))
    assert steps == ["sync", "cut", "sync"]
    assert layout.journal(root).read_bytes() == before
