"""What did not succeed of results that are still arriving: counted line by line, verified by nobody yet."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from batchtui.domain.issues.grouping import GroupKey
from batchtui.domain.issues.triage import UNGROUPED, TriageRules
from batchtui.domain.results import Issue
from batchtui.workspace.results.issue_index import issue_of
from batchtui.workspace.results.result_lines import Placed, decode

MOST_BYTES = 16 << 20
"""Read at a time: a look at a fast download must not keep a screen waiting."""
BLOCK_BYTES = 1 << 20
MOST_KEYS = 1_000
"""So many groups are told apart while they arrive; a message more is `ungrouped`."""
LINES_AT_A_TIME = 50
PAUSE_SECONDS = 0.0005
"""Between them, so that a key never waits for this thread."""


class Glimpse:
    """Reads on in a file that grows, whole lines only."""

    def __init__(self, path: Path, rules: TriageRules) -> None:
        self.path = path
        self.lines = 0
        self.counts: dict[GroupKey, int] = {}
        self.samples: dict[GroupKey, Issue] = {}
        self._rules = rules
        self._offset = 0

    def read_on(self) -> None:
        """Count what has arrived since; a file that is gone was not complete, or is in its place by now."""
        with suppress(FileNotFoundError):
            for number, line in enumerate(self._new_lines()):
                self._count(line)
                if number % LINES_AT_A_TIME == 0:
                    time.sleep(PAUSE_SECONDS)

    def _new_lines(self) -> Iterator[bytes]:
        with self.path.open("rb", buffering=0) as file:
            file.seek(self._offset)
            held, most = b"", self._offset + MOST_BYTES
            while self._offset < most and (block := file.read(BLOCK_BYTES)):
                whole, newline, held = (held + block).rpartition(b"\n")
                self._offset += len(whole) + len(newline)
                yield from whole.splitlines() if newline else ()

    def _count(self, text: bytes) -> None:
        self.lines += 1
        line = decode(text)
        issue = issue_of(line, Placed(self.lines, 0, len(text), text)) if line is not None else None
        if issue is None:
            return
        key = self._rules.key(issue)
        if key not in self.counts and len(self.counts) >= MOST_KEYS:
            key = issue.cls, UNGROUPED
        self.counts[key] = self.counts.get(key, 0) + 1
        self.samples.setdefault(key, issue)
