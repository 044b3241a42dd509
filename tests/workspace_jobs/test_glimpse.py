"""A look at results while they arrive: whole lines, each once, and nothing that stands still is read again."""

from pathlib import Path

from batchtui.domain.issues.triage import DEFAULT_RULES, UNGROUPED
from batchtui.workspace.results import glimpse
from batchtui.workspace.results.glimpse import Glimpse

from .files import as_line, errored, succeeded, write


def test_what_has_arrived_is_counted_once_and_half_a_line_when_it_is_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "arriving", [errored("a"), succeeded("b"), errored("c")])
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    seen = Glimpse(path, DEFAULT_RULES)
    seen.read_on()
    seen.read_on()
    assert (seen.lines, list(seen.counts.values())) == (2, [1])
    path.write_bytes(whole)
    seen.read_on()
    assert (seen.lines, list(seen.counts.values())) == (3, [2])


def test_a_line_longer_than_a_block_and_one_that_is_no_result_are_counted_as_lines(tmp_path: Path) -> None:
    long = {**errored("a"), "padding": "x" * (3 * glimpse.BLOCK_BYTES)}
    seen = Glimpse(write(tmp_path / "arriving", [long, b"nonsense", errored("b")]), DEFAULT_RULES)
    seen.read_on()
    assert (seen.lines, list(seen.counts.values())) == (3, [2])


def test_a_look_takes_no_more_than_its_share_and_the_next_one_goes_on(tmp_path: Path) -> None:
    line = as_line({**errored("a"), "padding": "x" * 500_000})
    seen = Glimpse(write(tmp_path / "arriving", [line] * 80), DEFAULT_RULES)
    seen.read_on()
    assert 0 < seen.lines < 80
    for _ in range(3):
        seen.read_on()
    assert seen.lines == 80


def test_more_messages_than_anybody_reads_are_ungrouped(tmp_path: Path) -> None:
    letters = "abcdefghijk"
    words = [f"{a}{b} {c}" for a in letters for b in letters for c in letters][: glimpse.MOST_KEYS + 5]
    lines = [errored(f"r{number}", "api_error", word) for number, word in enumerate(words)]
    seen = Glimpse(write(tmp_path / "arriving", lines), DEFAULT_RULES)
    seen.read_on()
    assert len(seen.counts) == glimpse.MOST_KEYS + 1
    assert seen.counts["api_error", UNGROUPED] == 5


def test_a_file_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    seen = Glimpse(tmp_path / "gone", DEFAULT_RULES)
    seen.read_on()
    assert seen.lines == 0
