"""Large things opened in the dashboard, from the key to their words on the screen of a real terminal."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import process
from tests.bench.data import custom_id, write_requests
from tests.bench.ours import ONE_CHUNK, RUN
from tests.bench.rows import Row, at_most, median
from tests.bench.sizes import Sizes
from tests.bench.table import seconds
from tests.bench.terminal import Terminal

MEMBERS_SECONDS = 0.2
REQUEST_SECONDS = 0.5
SDK_SECONDS = 4.0
"""By then the SDK has been imported in its thread, and a first poll that fails is over."""

IN_VIEW = 20
"""A row of the list that is on the screen, and that no page before it shows."""

ERRORS, ENTER, LAST, BACK = b"e", b"\r", b"G", b"\x1b"
GROUP, REQUEST, FOLDED = b"overloaded", b"You keep a log.", b"characters more"
HUGE_BYTES = 31_900_000


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    yield from _members(sizes, folder)
    yield _huge_request(sizes, folder)


def _members(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """A group as large as a chunk may be, then the last request of that chunk."""
    file, root = folder / "requests.jsonl", folder / "members"
    write_requests(file, sizes.requests)
    base_url = _collect_errors(file, root, folder)
    shown = custom_id(IN_VIEW).encode()
    with _home(root, base_url) as terminal:
        groups, lists, requests = [], [], []
        for _ in range(sizes.repeats):
            groups.append(terminal.until(ERRORS, GROUP))
            lists.append(terminal.until(ENTER, shown))
            terminal.until(LAST, custom_id(sizes.requests - 1).encode())
            requests.append(terminal.until(ENTER, REQUEST))
            for _ in range(3):
                terminal.press(BACK)
                terminal.settle(0.5)
    shutil.rmtree(root)
    yield Row(f"{sizes.requests:,} errors grouped: key to groups", seconds(median(groups)), "", True)
    yield at_most(f"{sizes.requests:,} members of a group: key to list", median(lists), MEMBERS_SECONDS, seconds)
    what = f"the last request of a chunk of {sizes.requests:,}: key to its text"
    yield at_most(what, median(requests), REQUEST_SECONDS, seconds)


def _huge_request(sizes: Sizes, folder: Path) -> Row:
    """The largest request the service takes."""
    file, root = folder / "huge.jsonl", folder / "huge"
    file.write_bytes(_huge_line())
    base_url = _collect_errors(file, root, folder)
    with _home(root, base_url) as terminal:
        terminal.until(ERRORS, GROUP)
        terminal.until(ENTER, b"huge")
        opened = []
        for _ in range(sizes.repeats):
            opened.append(terminal.until(ENTER, FOLDED))
            terminal.press(BACK)
            terminal.settle(0.5)
    shutil.rmtree(root)
    file.unlink()
    return at_most(f"a request of {HUGE_BYTES / 1e6:.0f} MB: key to its text", median(opened), REQUEST_SECONDS, seconds)


def _huge_line() -> bytes:
    text = "words of a long book " * (HUGE_BYTES // 21)
    params = {"model": "claude-haiku-4-5", "max_tokens": 16, "messages": [{"role": "user", "content": text}]}
    return json.dumps({"custom_id": "huge", "params": params}).encode() + b"\n"


def _collect_errors(file: Path, root: Path, folder: Path) -> str:
    """A run in one chunk that was sent and collected, and of which everything failed; where it was sent."""
    root.mkdir()
    (root / "batchtui.toml").write_text(ONE_CHUNK)
    steps = (f"prepare={file}", "send", "end=1", "collect")
    with process.server(folder / "server") as base_url:
        process.run(process.python("tests.bench.ours", str(root), base_url, *steps))
    shutil.rmtree(folder / "server")
    return base_url


@contextmanager
def _home(root: Path, base_url: str) -> Iterator[Terminal]:
    """The dashboard at rest on its first page, the cursor on the run."""
    command = process.python("batchtui", "--workspace", str(root))
    with Terminal(command, {"ANTHROPIC_BASE_URL": base_url}) as terminal:
        terminal.wait_for(RUN.encode())
        terminal.settle(SDK_SECONDS)
        yield terminal
