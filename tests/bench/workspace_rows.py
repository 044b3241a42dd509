"""A workspace with a long past, a poll of many open batches, and single things found in large chunks."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from batchtui.domain.fold.compaction import WORTH_RECORDS
from tests.bench import process
from tests.bench.data import write_requests
from tests.bench.ours import ONE_CHUNK
from tests.bench.probes import POLLS
from tests.bench.process import Cost
from tests.bench.rows import Row, at_most, median
from tests.bench.sizes import Sizes
from tests.bench.table import seconds
from tests.bench.workspaces import lines_and_bound, make_past

OPENING_SECONDS = 0.25
OPENINGS = 3
REQUEST_SECONDS = 0.5


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    yield from _opening(sizes, folder)
    yield from _polling(sizes, folder)
    yield from _looking_up(sizes, folder)


def _opening(sizes: Sizes, folder: Path) -> Iterator[Row]:
    batches = f"{sizes.past_runs * sizes.past_batches_each:,} batches and {sizes.past_runs:,} runs"
    longest = sizes.past_runs // 3
    for since, words in ((0, "journal compacted"), (longest, "journal about to be compacted")):
        root = folder / f"past-{since}"
        make_past(root, runs=sizes.past_runs, batches_each=sizes.past_batches_each, since=since)
        lines, bound = lines_and_bound(root)
        assert lines <= max(bound, WORTH_RECORDS), f"{lines:,} lines are more than a leader leaves"
        opened = [_probe("opening", root).answer["seconds"] for _ in range(OPENINGS * sizes.repeats)]
        yield at_most(
            f"open {batches}, {words}, processor time, best of {len(opened)}", min(opened), OPENING_SECONDS, seconds
        )


def _polling(sizes: Sizes, folder: Path) -> Iterator[Row]:
    root = folder / "polled"
    with process.server(folder / "server", known=sizes.open_batches) as base_url:
        make_past(root, runs=0, batches_each=0, base_url=base_url)
        answer = _probe("polling", root, ANTHROPIC_BASE_URL=base_url).answer
        calls = process.get(f"{base_url}/bench/calls")["list"]
    shutil.rmtree(folder / "server")
    polls = f"{answer['polls']} polls of {sizes.open_batches:,} open batches"
    what = f"list calls of {polls}, {seconds(answer['seconds'])} each"
    yield at_most(what, calls, POLLS + 1, "{:.0f}".format)
    yield at_most(f"journal growth in {POLLS} polls without a change, bytes", answer["grown_bytes"], 0, "{:.0f}".format)


def _looking_up(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """One chunk as large as a chunk may be."""
    file, root = folder / "requests.jsonl", folder / "chunk"
    write_requests(file, sizes.requests)
    with process.server(folder / "server") as base_url:
        root.mkdir()
        (root / "batchtui.toml").write_text(ONE_CHUNK)
        process.run(
            process.python("tests.bench.ours", str(root), base_url, f"prepare={file}", "send", "end=1", "collect")
        )
    shutil.rmtree(folder / "server")
    asked = [_probe("request", root, str(sizes.requests * 9 // 10)).answer["seconds"] for _ in range(sizes.repeats)]
    yield at_most(f"one request of a {sizes.requests:,} chunk with its result", median(asked), REQUEST_SECONDS, seconds)
    shutil.rmtree(root)


def _probe(name: str, root: Path, *arguments: str, **env: str) -> Cost:
    return process.run(process.python("tests.bench.probes", name, str(root), *arguments), env)
