"""Rows of plans: commands, money, differences, progress, paths."""

from datetime import date
from decimal import Decimal
from typing import Any

from batchtui.domain.cost import CostRange
from batchtui.engine.jobs import Progress
from batchtui.present.cells import cell, cell_width, plain
from batchtui.present.glyphs import ASCII, UNICODE
from batchtui.present.path_completion import Entry, candidates, complete, split_path
from batchtui.present.plan.money import budget_bar, cost_cell
from batchtui.present.plan.plan_facts import command_lines, compared, differs, fact, lay_plan
from batchtui.present.work_lines import Work, work_lines

TODAY = date(2026, 11, 21)


def test_a_command_is_broken_between_words_and_keeps_options_with_their_values() -> None:
    words = ["batchtui", "submit", "evals/nightly-1122.jsonl", "--name", "nightly-eval-1122"]
    assert [plain(line) for line in command_lines(words, 40)] == [
        "batchtui submit evals/nightly-1122.jsonl",
        "  --name nightly-eval-1122",
    ]


def test_a_short_option_stays_with_its_value_too() -> None:
    words = ["batchtui", "export", "nightly-eval-1120", "-o", "nightly-eval-1120-results.jsonl"]
    assert [plain(line) for line in command_lines(words, 40)] == [
        "batchtui export nightly-eval-1120",
        "  -o nightly-eval-1120-results.jsonl",
    ]


def test_no_line_of_a_command_is_wider_than_its_room() -> None:
    words = ["batchtui", "export", "nightly-eval-1120", "-o", "nightly-eval-1120-results.jsonl", "--class", "x"]
    lines = [plain(line) for line in command_lines(words, 43)]
    assert lines == ["batchtui export nightly-eval-1120", "  -o nightly-eval-1120-results.jsonl", "  --class x"]


def test_a_command_can_be_pasted_into_a_shell() -> None:
    assert [plain(line) for line in command_lines(["batchtui", "submit", "my file.jsonl"], 60)] == [
        "batchtui submit 'my file.jsonl'"
    ]


def test_a_plan_made_anew_marks_what_it_says_otherwise() -> None:
    before = [fact("requests", cell("3")), fact("cost", cell("~$1.00")), fact("command", cell("batchtui x"))]
    after = [fact("requests", cell("4")), fact("cost", cell("~$1.00")), fact("command", cell("batchtui y"))]
    found = compared(after, before)
    assert [entry.was for entry in found] == ["3", None, None]
    assert differs(found) and not differs(compared(before, before))
    assert plain(lay_plan(found, 60, 13, UNICODE)[0]) == "! requests   4   was 3"


def test_a_row_that_was_not_there_is_new() -> None:
    found = compared([fact("problems", cell("2 warnings"))], [])
    assert plain(lay_plan(found, 60, 13, UNICODE)[0]) == "! problems   2 warnings   new"


def test_no_row_is_wider_than_the_panel() -> None:
    rows = lay_plan([fact("name", cell("x" * 200))], 40, 13, UNICODE)
    assert all(cell_width(row) <= 40 for row in rows)


def test_a_plan_that_has_to_be_scrolled_goes_on_beneath_instead_of_cutting_a_figure() -> None:
    found = [
        fact("tokens", cell("~107k in (98.6k-115k), ~36.3k out (26.7k-50.3k, max 597k)")),
        fact("skipped", cell("   20  invalid_request  needs an edit first"), hangs_at=24),
    ]
    whole = [plain(row) for row in lay_plan(found, 50, 13, UNICODE, is_whole=True)]
    assert whole == [
        "tokens       ~107k in (98.6k-115k), ~36.3k out",
        "             (26.7k-50.3k, max 597k)",
        "skipped         20  invalid_request  needs an edit",
        "                                     first",
    ]
    assert plain(lay_plan(found, 50, 13, UNICODE)[1]).endswith("…"), "one that fits is agreed to at once"


def test_the_budget_bar_shows_even_a_cent() -> None:
    bar = budget_bar(Decimal(0), Decimal("0.01"), 200.0, 34, UNICODE)
    assert plain(bar) == "━" + "·" * 33 and bar[0].role == "head"
    assert plain(budget_bar(Decimal("61.40"), Decimal("26.10"), 200, 34, ASCII)) == "=" * 15 + "." * 19


def test_a_budget_that_is_passed_leaves_no_dots() -> None:
    assert "·" not in plain(budget_bar(Decimal(150), Decimal(100), 200, 30, UNICODE))


def test_an_unknown_price_is_said_and_not_taken_for_nothing() -> None:
    unknown = CostRange(unknown_models=("claude-x",))
    assert plain(cost_cell(unknown, TODAY)) == "not known: no price for claude-x"
    part = CostRange(low_usd=Decimal(1), high_usd=Decimal(2), unknown_models=("claude-x",))
    assert plain(cost_cell(part, TODAY)) == "~$1.00 to ~$2.00   without claude-x: price unknown"


def test_a_cost_says_of_which_day_its_prices_are_and_when_they_are_doubtful() -> None:
    def shown(**facts: Any) -> str:
        return plain(cost_cell(CostRange(low_usd=Decimal(1), high_usd=Decimal(2), **facts), TODAY))

    assert "prices of 2026-11-20" in shown(priced_at="2026-11-20")
    assert "prices 91 days old" in shown(priced_at="2026-08-22")
    assert "price of claude-3-opus not confirmed" in shown(unconfirmed_models=("claude-3-opus",))


def test_what_has_no_room_beside_a_cost_is_left_out_whole() -> None:
    cost = CostRange(
        low_usd=Decimal("10.25"), high_usd=Decimal("22.57"), expected_usd=Decimal("12.00"), priced_at="2026-11-20"
    )
    wide, narrow = (plain(cost_cell(cost, TODAY, room)) for room in (90, 60))
    assert wide.endswith("prices of 2026-11-20   half of standard")
    assert narrow.endswith("prices of 2026-11-20")


def test_progress_tells_how_fast_and_how_long_still() -> None:
    progress = Progress(job="check", unit="bytes", done=30_000_000, total=90_000_000, requests=4_000)
    text = "\n".join(plain(line) for line in work_lines(Work(title="reading", progress=progress, seconds=1.5), UNICODE))
    assert "30.0 MB of 90.0 MB" in text and "4,000" in text and "20.0 MB/s" in text and "~3s" in text
    assert "esc stops" in text


def test_progress_without_a_total_invents_none() -> None:
    progress = Progress(job="check", unit="bytes", done=30_000_000, requests=4_000)
    text = "\n".join(plain(line) for line in work_lines(Work(title="reading", progress=progress, seconds=1.5), UNICODE))
    assert "~" not in text and " of " not in text and "·" not in text


ENTRIES = (
    Entry(name="nightly-1121.jsonl", size_bytes=1),
    Entry(name="nightly-1122.jsonl", size_bytes=1),
    Entry(name="nights", is_folder=True),
    Entry(name="notes.txt", size_bytes=1),
    Entry(name=".hidden.jsonl", size_bytes=1),
)


def test_tab_goes_as_far_as_it_is_clear() -> None:
    assert complete("evals/nightly", ENTRIES) == "evals/nightly-112"
    assert complete("evals/nightly-1122", ENTRIES) == "evals/nightly-1122.jsonl"
    assert complete("evals/nights", ENTRIES) == "evals/nights/"
    assert complete("evals/zzz", ENTRIES) == "evals/zzz"


def test_a_file_that_cannot_hold_requests_does_not_stand_in_the_way() -> None:
    assert complete("no", (*ENTRIES, Entry(name="north.jsonl"))) == "north.jsonl"
    assert complete("not", ENTRIES) == "notes.txt"


def test_request_files_come_first_and_hidden_ones_only_when_asked_for() -> None:
    assert [entry.name for entry in candidates(ENTRIES, "")] == [
        "nightly-1121.jsonl", "nightly-1122.jsonl", "nights", "notes.txt",
    ]  # fmt: skip
    assert [entry.name for entry in candidates(ENTRIES, ".h")] == [".hidden.jsonl"]


def test_a_typed_path_is_a_folder_and_a_beginning() -> None:
    assert split_path("~/evals/ni") == ("~/evals/", "ni")
    assert split_path("ni") == ("", "ni")
