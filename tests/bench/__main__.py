"""`python -m tests.bench`: every row measured on both sides, one table. `--quick` for a short look.

The machine should do nothing else meanwhile: ratios bear noise, but not a second benchmark.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import duplicates, opened, pipeline, screen, startup, workspace_rows
from tests.bench.report import Measured, write
from tests.bench.rows import HEAD, Row, cells
from tests.bench.sizes import FULL, QUICK, Sizes
from tests.bench.table import table

PARTS: dict[str, Callable[[Sizes, Path], Iterator[Row]]] = {
    "pipeline": pipeline.rows,
    "million": pipeline.million_rows,
    "duplicates": duplicates.rows,
    "workspace": workspace_rows.rows,
    "startup": startup.rows,
    "screen": screen.rows,
    "opened": opened.rows,
}


def main() -> None:
    """Measure the parts asked for, telling each row as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="a hundredth of the sizes, one repeat")
    parser.add_argument("--repeats", type=int, help="of which the median is shown")
    parser.add_argument("--folder", type=Path, help="where the files go; by default a temporary folder")
    parser.add_argument("--report", type=Path, help="put the parts measured into this page")
    arguments = parser.parse_args()
    sizes = QUICK if arguments.quick else FULL
    if arguments.repeats:
        sizes = sizes.repeated(arguments.repeats)
    measured: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="batchtui-bench-", dir=arguments.folder) as folder:
        for part in arguments.parts or PARTS:
            measured.append(_measure(part, sizes, Path(folder)))
            if arguments.report:
                write(arguments.report, measured, [*PARTS])
    print(f"\n{table(HEAD, [cells(row) for entry in measured for row in entry.rows])}")


def _measure(part: str, sizes: Sizes, folder: Path) -> Measured:
    """One part, each row told as soon as it is known."""
    at, before = datetime.now(UTC), os.getloadavg()
    found: list[Row] = []
    for row in PARTS[part](sizes, folder):
        found.append(row)
        print("  ".join(cells(row)), flush=True)
    return Measured(part, found, at, (before, os.getloadavg()), sizes.repeats)


if __name__ == "__main__":
    main()
