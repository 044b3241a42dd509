"""A run of ten million small requests from its file to its export, beside one of a hundredth and of a tenth of it.

`python -m tests.bench.ten_million` takes some ten minutes and 20 GB of disk; it writes docs/ten-million.md.
"""

import argparse
import os
import platform
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.bench import process
from tests.bench.data import write_requests
from tests.bench.process import ROOT, Cost
from tests.bench.table import mib, seconds, table
from tests.bench.wire_report import load_words

SIZES = (100_000, 1_000_000, 10_000_000)
ERRORS_EVERY = 1_000
STEPS = (
    ("plan: check, split, build 10,000-request bodies", "prepare={file}"),
    ("send", "send"),
    ("(the server ends all, one request in 1,000 overloaded)", f"end-brief={ERRORS_EVERY}"),
    ("collect: download, verify, index", "collect"),
    ("retry: choose what was overloaded, build it", "retry"),
    ("send the retry", "send"),
    ("(the server ends it)", "end-brief=0"),
    ("collect the retry", "collect"),
    ("export: latest results in input order", "export={export}"),
)
REPORT = ROOT / "docs" / "ten-million.md"
_MILLION = 1_000_000


def measure(requests: int, folder: Path, by: Sequence[str] = ()) -> list[Cost]:
    """Each step in a process of its own, so that each has a peak of its own.

    Args:
        by: a command that runs each step, such as `flock FILE`.
    """
    file = folder / f"{requests}.jsonl"
    write_requests(file, requests, is_small=True)
    work = folder / f"{requests}"
    costs = []
    with process.server(work / "server") as base_url:
        for words, step in STEPS:
            argument = step.format(file=file, export=work / "export.jsonl")
            command = process.python("tests.bench.ours", str(work / "workspace"), base_url, argument)
            costs.append(process.run([*by, *command]))
            print(f"{requests:>12,}  {words}: {seconds(_step(costs[-1]))}, {mib(costs[-1].peak_bytes)}", flush=True)
    lines = _count_lines(work / "export.jsonl")
    assert lines == requests, f"{lines:,} results exported of {requests:,}"
    shutil.rmtree(work)
    file.unlink()
    return costs


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _step(cost: Cost) -> float:
    """Seconds of the step itself, without the start of its process."""
    return float(next(iter(cost.answer.values())))


def report(measured: dict[int, list[Cost]], loads: tuple[tuple[float, ...], tuple[float, ...]]) -> str:
    """The page that is committed."""
    columns = ["step", *(f"{requests:,}: {what}" for requests in measured for what in ("time", "peak"))]
    rows = [[words, *_cells([costs[at]] for costs in measured.values())] for at, (words, _) in enumerate(STEPS)]
    rows.append(["our own steps together, and the highest peak", *_cells(map(_own, measured.values()))])
    rows.append(["our own steps, for a million requests", *_for_a_million(measured)])
    return (
        "# Ten million requests\n\n"
        "Written by `python -m tests.bench.ten_million`: one real run of each size, from the request file to the\n"
        "export, over HTTP on loopback. Peaks are of all our processes together (PSS), sampled fifty times a second.\n"
        f"Python {platform.python_version()}, {os.cpu_count()} cores. {load_words(*loads)}\n\n"
        f"{table(columns, rows)}\n"
    )


def _cells(each_size: Iterable[list[Cost]]) -> Iterator[str]:
    """Time and peak of some steps, for one size after another."""
    for costs in each_size:
        yield seconds(sum(map(_step, costs)))
        yield mib(max(cost.peak_bytes for cost in costs))


def _for_a_million(measured: dict[int, list[Cost]]) -> Iterator[str]:
    """Equal times here are a time that is linear in requests."""
    for requests, costs in measured.items():
        yield seconds(sum(map(_step, _own(costs))) * _MILLION / requests)
        yield ""


def _own(costs: list[Cost]) -> list[Cost]:
    """Without what the server did."""
    return [cost for cost, (words, _) in zip(costs, STEPS, strict=True) if not words.startswith("(")]


def main() -> None:
    """Measure every size, the largest last, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--folder", type=Path, help="where the files go; by default a temporary folder")
    parser.add_argument("--by", default="", help="a command that runs each step, such as `flock FILE`")
    parser.add_argument("--report", type=Path, default=REPORT)
    arguments = parser.parse_args()
    load = os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="batchtui-bench-", dir=arguments.folder) as folder:
        measured = {requests: measure(requests, Path(folder), arguments.by.split()) for requests in arguments.sizes}
    arguments.report.write_text(report(measured, (load, os.getloadavg())))
    print(arguments.report.read_text())


if __name__ == "__main__":
    main()
