"""A journal rewritten shorter, as a new file in place of the old one. Called under the lock."""

import os
from collections.abc import Sequence
from pathlib import Path

from batchtui.domain.records import Record
from batchtui.workspace import atomic, syscalls
from batchtui.workspace.journal import record_lines
from batchtui.workspace.journal.append import put_torn_aside
from batchtui.workspace.journal.record_lines import Header


def write_generation(path: Path, records: Sequence[Record], *, position: int, end: int, torn: Path) -> None:
    """Replace the journal by these records; its header keeps how many there have been, so positions go on.

    Args:
        position: how many records have been written over all generations.
        end: where the last whole line ends; a torn tail beyond is put aside as before any append.
    """
    fd = syscalls.open_file(path, os.O_RDWR)
    try:
        put_torn_aside(fd, end=end, torn=torn)
    finally:
        os.close(fd)
    header = Header(position=position, records=len(records))
    atomic.write_file(path, record_lines.encode_header(header) + record_lines.encode(records))
