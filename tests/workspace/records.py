"""Records for tests of the journal: many, cheap, told apart by their number."""

from collections.abc import Sequence
from datetime import UTC, datetime

from batchtui.domain.records import Record, RunHeld, RunReleased

AT = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


def held(number: int) -> RunHeld:
    return RunHeld(at=AT, run=f"run-{number}", reason="paused")


def several(count: int, *, start: int = 0) -> list[Record]:
    return [held(start + number) for number in range(count)]


def released(run: str) -> RunReleased:
    return RunReleased(at=AT, run=run)


def names(records: Sequence[Record]) -> list[str]:
    return [record.run for record in records if isinstance(record, RunHeld | RunReleased)]
