"""The benchmark's own parts work; nothing here is timed."""

import sys
import time
from pathlib import Path

import pytest

from tests.bench import duplicates, process, startup, workspace_rows
from tests.bench.data import write_requests
from tests.bench.ids_file import IdsFile
from tests.bench.rows import Row, at_most, cells, faster, within
from tests.bench.shelf import Shelf
from tests.bench.sizes import QUICK
from tests.bench.table import mib, seconds, table
from tests.bench.ten_million import STEPS
from tests.bench.watch import FEWEST_ROWS, watch
from tests.bench.wire_report import HEAD, amount, page, wire_cells
from tests.tui.slow_link import BYTES_A_SECOND, SlowLink

REQUESTS = 200
TINY = QUICK.repeated(1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "requests.jsonl"
    write_requests(path, REQUESTS)
    return path


def test_the_usual_technique_gets_every_result(tmp_path: Path, file: Path) -> None:
    with process.server(tmp_path / "server") as base_url:
        cost = process.run(process.python("tests.bench.usual", str(file), base_url))
    assert cost.answer["results"] == REQUESTS
    assert cost.peak_bytes > 50 << 20
    assert cost.cpu_seconds > 0


def test_our_way_goes_from_a_file_to_its_export_with_a_retry_between(tmp_path: Path, file: Path) -> None:
    export = tmp_path / "export.jsonl"
    steps = [step.format(file=file, export=export).replace("end-brief=1000", "end-brief=10") for _, step in STEPS]
    with process.server(tmp_path / "server") as base_url:
        cost = process.run(process.python("tests.bench.ours", str(tmp_path / "workspace"), base_url, *steps))
        calls = process.get(f"{base_url}/bench/calls")
    assert len(cost.answer) == len(STEPS)
    assert calls["create"] == calls["results"] == 2
    assert len(export.read_bytes().splitlines()) == REQUESTS


def test_a_side_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(process.ProgramFailed, match="exit 1"):
        process.run(process.python("tests.bench.usual", str(tmp_path / "nothing"), "http://127.0.0.1:1"))


@pytest.mark.parametrize("block_bytes", [1, 7, 1_000])
def test_custom_ids_are_found_across_the_blocks_of_a_body(tmp_path: Path, block_bytes: int) -> None:
    shelf = Shelf(tmp_path)
    body = b'{"requests":[{"custom_id":"a","params":{}},{"custom_id": "b%b","params":{}}]}' % (b"b" * 63)
    with IdsFile(shelf.new_ids(), block_bytes=block_bytes) as ids:
        while body:
            size = len(body[:block_bytes])
            ids.room(size)[:] = body[:size]
            ids.took(size)
            body = body[size:]
    batch = shelf.add(requests=ids.count, ids=ids.path)
    assert shelf.end_all(errors_every=2, is_brief=True) == 1
    lines = shelf.results_path(batch.id).read_bytes().splitlines()
    assert [line[:16] for line in lines] == [b'{"custom_id":"a"', b'{"custom_id":"bb']
    assert batch.counts() == {"processing": 0, "succeeded": 1, "errored": 1, "canceled": 0, "expired": 0}


def test_the_rows_about_files_and_workspaces_hold_at_a_small_size(tmp_path: Path) -> None:
    rows = [*duplicates.rows(TINY, tmp_path), *workspace_rows.rows(TINY, tmp_path)]
    assert len(rows) == 6
    assert all(row.is_reached for row in rows if "list calls" in row.what or "growth" in row.what)


def test_a_command_is_measured_against_a_bare_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "RUNS_EACH", 1)
    assert [row.ratio.endswith("x") for row in startup.rows(TINY, tmp_path)] == [True, True]


def test_a_table_says_what_was_reached() -> None:
    rows: list[Row] = [
        faster("send", 12.0, 0.5, 12, seconds),
        within("paint", 0.2, 0.3, 1.3, seconds),
        at_most("memory", 5 << 20, 4 << 20, mib),
    ]
    assert [cells(row)[3] for row in rows] == ["24.0x", "1.50x", ""]
    assert [cells(row)[-1] for row in rows] == ["yes", "NO", "NO"]
    assert table(("a", "b"), [("x", "10")]).splitlines() == ["| a |  b |", "| - | -: |", "| x | 10 |"]


def test_a_quarter_of_an_hour_on_a_bad_link_stays_within_its_budgets_and_ends_with_the_truth(tmp_path: Path) -> None:
    watched = watch(tmp_path, hours=0.25, rate=180, past=12)
    assert watched.is_light and watched.is_small
    assert watched.rows_compared >= FEWEST_ROWS
    assert watched.runs > 0 and watched.steps > 0


def test_a_slow_link_carries_no_more_than_it_says(tmp_path: Path) -> None:
    begun = time.monotonic()
    with SlowLink((sys.executable, "-c", "print('x' * 9_999, 'over')")) as link:
        link.wait_for("over", 60)
        assert time.monotonic() - begun >= 10_000 / BYTES_A_SECOND


def test_the_page_of_the_wire_names_what_misses_its_budget() -> None:
    row = at_most("screen change", 7_000, 6_000, amount)
    assert wire_cells(row) == ("screen change", "7,000 B", "", "at most 6,000 B", "NO")
    figures = table(HEAD, [wire_cells(row)])
    assert figures in page("", figures, None, 1.0)
