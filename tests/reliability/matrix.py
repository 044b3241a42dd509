"""`python -m tests.reliability.matrix`: every fault at every journey; what was seen is docs/reliability.md.

The real engine with the real SDK over loopback, against the simulator and against a second server that shares no code
with it; the servers' own ledgers say what was accepted.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.api.certificate import certificate
from tests.reliability.matrix_cell import Cell, Outcome, cells, try_cell
from tests.reliability.matrix_faults import FAULTS
from tests.reliability.matrix_line import Names
from tests.reliability.matrix_page import page

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
AT_ONCE = 4


@contextmanager
def surroundings() -> Iterator[Names]:
    """An environment with one marked key and no proxy, and names of the matrix's own."""
    earlier = dict(os.environ)
    for name in earlier:
        if name.upper().startswith(("ANTHROPIC", "BATCHTUI")) or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ["ANTHROPIC_API_KEY"] = "sk-ant-test-matrix-a91F"
    os.environ["SSL_CERT_FILE"] = str(certificate())
    try:
        with Names().known() as names:
            yield names
    finally:
        os.environ.clear()
        os.environ.update(earlier)


async def try_all(wanted: Sequence[Cell], *, scratch: Path, at_once: int = AT_ONCE) -> list[Outcome]:
    """Carry out cells, some at once, each on ground of its own; in their order."""
    gate = asyncio.Semaphore(at_once)

    async def tried(number: int, cell: Cell, names: Names) -> Outcome:
        async with gate:
            outcome = await try_cell(cell, folder=folders[number], names=names, seed=number + 1)
            if outcome.wrong:
                print(f"{cell.name}: {'; '.join(outcome.wrong)}\n    {outcome.seen}", flush=True)
            return outcome

    folders = [scratch / f"cell-{number}" for number in range(len(wanted))]
    for folder in folders:
        folder.mkdir()
    with surroundings() as names:
        return await asyncio.gather(*(tried(number, cell, names) for number, cell in enumerate(wanted)))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only cells whose name holds this; nothing is written then")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="cells under way at a time")
    options = parser.parse_args(argv)
    wanted = [cell for cell in cells(FAULTS) if options.only in cell.name]
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = asyncio.run(try_all(wanted, scratch=Path(scratch), at_once=options.at_once))
    failed = [outcome for outcome in outcomes if outcome.wrong]
    if not options.only:
        PAGE.write_text(page(outcomes))
    else:
        for outcome in outcomes:
            print(f"{outcome.cell.name}: {outcome.seen} ({outcome.seconds:.1f} s)")
    print(f"{len(outcomes)} cells, {len(failed)} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
