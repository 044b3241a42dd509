"""Repeated custom_ids in a file of any size: all found, in little memory."""

from collections.abc import Iterator
from pathlib import Path

from tests.bench import process
from tests.bench.data import write_requests
from tests.bench.rows import Row, at_most
from tests.bench.sizes import Sizes
from tests.bench.table import mib, seconds

REPEATS = 10
MOST_BYTES = 400 << 20
STRETCH_BYTES = 150 << 20
STATUS_OF_BAD_INPUT = 1


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """`check` on a file in which the first custom_id comes again ten times."""
    file = folder / "repeated.jsonl"
    every = sizes.duplicates // REPEATS
    write_requests(file, sizes.duplicates, is_small=True, repeat_every=every)
    command = process.python("batchtui", "--workspace", str(folder / "none"), "check", str(file), "--json")
    cost = process.run(command, expected=STATUS_OF_BAD_INPUT)
    found = cost.answer["problem_counts"]["custom_id_duplicate"]
    assert found == REPEATS - 1, f"{found} repeats were found of {REPEATS - 1}"
    file.unlink()
    what = f"repeated custom_ids among {sizes.duplicates:,} found exactly, in {seconds(cost.wall_seconds)}"
    yield at_most(what, cost.peak_bytes, MOST_BYTES, mib, stretch=STRETCH_BYTES)
