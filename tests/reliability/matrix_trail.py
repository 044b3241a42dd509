"""The trail of a journey: link states and records as words, in their order."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from batchtui.domain import records as r
from batchtui.engine.engine import Engine
from batchtui.workspace.journal.file_journal import FileJournal

BY_A_PERSON = ("returned by a person", "released by a person", "cancel failed")
"""What only a person decides, or ends in a person's doing it again."""


def trail(engine: Engine, *, since: datetime | None = None) -> list[str]:
    """What this session saw and wrote down, as words; `since` leaves out what was earlier."""
    marks: list[tuple[datetime, str]] = [
        (notice.at, f"link {notice.details['state']}")
        for notice in engine.core.notices_since(0)
        if notice.event == "connection"
    ]
    for record in FileJournal(engine.store.root).load():
        word = word_of(record)
        if word:
            marks.append((record.at, word))
    return [word for at, word in sorted(marks, key=lambda mark: mark[0]) if since is None or at >= since]


def word_of(record: r.Record) -> str:
    """A record in the words of the page; empty for one that no expectation names."""
    match record:
        case r.SubmissionRefused():
            return "held" if record.retry_at or record.is_held or record.holds_run else "refused"
        case r.SubmissionLooked():
            return "candidates" if record.candidates else "not found" if record.is_not_found else "looked"
        case r.SubmissionAbandoned():
            return "returned by a person" if record.returns else "abandoned"
        case _:
            return _WORDS.get(type(record), "")


_WORDS: dict[type, str] = {
    r.SubmissionIntended: "intended",
    r.SubmissionConfirmed: "confirmed",
    r.SubmissionNotAccepted: "not accepted",
    r.SubmissionUnknown: "unknown",
    r.SubmissionAdopted: "adopted",
    r.SubmissionProved: "proved",
    r.SubmissionDisproved: "disproved",
    r.ChunkSplit: "split",
    r.RunReleased: "released by a person",
    r.CollectFailed: "not complete",
    r.Collected: "collected",
    r.CancelIntended: "cancel asked",
    r.CancelConfirmed: "canceling",
    r.CancelFailed: "cancel failed",
}


def missing(expected: Sequence[str], seen: Sequence[str]) -> str:
    """The first expected word that was not met in its order; empty when all were."""
    words: Iterator[str] = iter(seen)
    return next((word for word in expected if word not in words), "")


def short(words: Sequence[str]) -> str:
    """For the page: repetitions counted."""
    counted = ((word, len(list(group))) for word, group in groupby(words))
    return " → ".join(word if times == 1 else f"{word} ×{times}" for word, times in counted) or "nothing unusual"
