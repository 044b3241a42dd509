"""A compacted journal says the same in fewer records, and nobody who follows it misses or repeats one."""

from collections.abc import Sequence
from pathlib import Path

from batchtui.domain.records import Record
from batchtui.engine.ports import Journal
from batchtui.workspace import layout
from batchtui.workspace.journal.file_journal import FileJournal
from batchtui.workspace.journal.readonly import ReadOnlyJournal
from tests.workspace.records import held, names, several


def last_two(records: Sequence[Record]) -> Sequence[Record]:
    return records[-2:]


def append(journal: FileJournal, *records: Record) -> list[Record]:
    with journal.transaction() as transaction:
        transaction.append(records)
        return list(transaction.tail)


def test_everybody_meets_another_generation_with_positions_going_on(root: Path) -> None:
    ours, theirs, looking = FileJournal(root), FileJournal(root), ReadOnlyJournal(root)
    journals: list[Journal] = [ours, theirs, looking]
    append(ours, *several(5))
    before = [(journal.load(), journal.generation)[1] for journal in journals]
    assert ours.compact(last_two)
    for journal, generation in zip(journals, before, strict=True):
        assert names(journal.read_new()) == ["run-3", "run-4"]
        assert journal.generation != generation
        assert journal.position == 5
    assert append(theirs, held(9)) == []
    assert names(ours.read_new()) == ["run-9"]
    assert ours.position == theirs.position == 6


def test_a_compacted_journal_can_be_compacted_again(root: Path) -> None:
    journal = FileJournal(root)
    append(journal, *several(5))
    journal.compact(last_two)
    append(journal, held(5), held(6))
    assert journal.compact(last_two)
    opened = FileJournal(root)
    assert names(opened.load()) == ["run-5", "run-6"]
    assert opened.position == 7
    assert opened.warnings == ()


def test_damaged_lines_keep_a_journal_from_being_compacted(root: Path) -> None:
    journal = FileJournal(root)
    append(journal, *several(3))
    with layout.journal(root).open("ab") as file:
        file.write(b"damaged\n")
    content = layout.journal(root).read_bytes()
    assert not journal.compact(last_two)
    assert layout.journal(root).read_bytes() == content


def test_a_torn_tail_is_put_aside_before_the_old_file_goes(root: Path) -> None:
    journal = FileJournal(root)
    append(journal, *several(3))
    with layout.journal(root).open("ab") as file:
        file.write(b"torn")
    assert journal.compact(last_two)
    assert layout.torn(root).read_bytes() == b"torn\n"


def test_an_empty_journal_is_left_alone(root: Path) -> None:
    assert not FileJournal(root).compact(last_two)
    assert not layout.journal(root).exists()


def test_a_transaction_meets_the_new_generation_as_its_tail(root: Path) -> None:
    ours, theirs = FileJournal(root), FileJournal(root)
    append(ours, *several(5))
    theirs.load()
    before = theirs.generation
    ours.compact(last_two)
    assert names(append(theirs, held(7))) == ["run-3", "run-4"]
    assert theirs.generation != before
    assert names(theirs.load()) == ["run-3", "run-4", "run-7"]
