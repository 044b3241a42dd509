"""Commands that only look, against an interpreter that does nothing."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import process
from tests.bench.rows import Row, median, within
from tests.bench.sizes import Sizes
from tests.bench.table import seconds
from tests.bench.workspaces import make_past

RUNS_EACH = 20


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    root = folder / "cached"
    make_past(root, runs=sizes.cached_runs, batches_each=sizes.cached_batches_each)
    batches = f"{sizes.cached_runs * sizes.cached_batches_each:,} cached batches"
    commands = (
        [sys.executable, "-c", "pass"],
        process.python("batchtui", "--version"),
        process.python("batchtui", "--workspace", str(root), "ls", "--json", "--offline"),
    )
    laps = [[process.run(command).wall_seconds for command in commands] for _ in range(RUNS_EACH * sizes.repeats)]
    bare, version, listing = (median(walls) for walls in zip(*laps, strict=True))
    yield within("`--version`", bare, version, 6, seconds)
    yield within(f"`ls --json --offline` on {batches}", bare, listing, 12, seconds)
