"""`w`: what is written, in which format, beside what, and where to."""

import json
from pathlib import Path

import pytest

from batchtui.engine.jobs import ExportFormat
from batchtui.present.export_choice import Beside, ExportChoice, ExportWish, export_command, renamed
from batchtui.tui.screens.export import ExportScreen
from tests.tui.filed import OVERLOADED, TOO_MANY, Filed, requests
from tests.tui.still import Cockpit, cockpit, make_dashboard
from tests.tui.waiting import read


async def failing(filed: Filed) -> None:
    await filed.run("evals", requests(4), {"doc-000002": TOO_MANY, "doc-000003": OVERLOADED})


def screen_of(on: Cockpit) -> ExportScreen:
    assert isinstance(on.app.screen, ExportScreen)
    return on.app.screen


async def test_a_groups_failures_are_written_with_their_requests_and_the_command_says_so(
    filed: Filed, tmp_path: Path
) -> None:
    await failing(filed)
    target = tmp_path / "failed.jsonl"
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors("evals")
        await read(on)
        await on.press("j", "w")
        await read(on)
        text = on.text()
        assert "1 invalid_request_error of evals" in text and "evals-invalid-request-error.jsonl" in text
        assert "--class invalid_request_error" in text
        await on.press("ctrl+u")
        await on.paste(str(target))
        await on.press("enter")
        await read(on)
        assert "wrote 1 result to" in on.text()
    (line,) = map(json.loads, target.read_text().splitlines())
    assert line["custom_id"] == "doc-000002" and line["params"]["max_tokens"] and line["result"]["type"] == "errored"


async def test_the_format_follows_the_suffix_and_the_suffix_the_format(filed: Filed, tmp_path: Path) -> None:
    await failing(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_export(ExportWish(name="evals"))
        await read(on)
        await on.press("down")
        assert on.app.screen.ask_line.text == "evals-results.csv"  # type: ignore[attr-defined]
        await on.press("down", "down")
        assert screen_of(on).choice.format is ExportFormat.PARQUET
        await on.press(*["backspace"] * len("parquet"), *"csv")
        assert screen_of(on).choice.format is ExportFormat.CSV
        await on.press("ctrl+u")
        await on.paste(str(tmp_path / "out.csv"))
        await on.press("enter")
        await read(on)
        assert "wrote 4 results to" in on.text()
    assert (tmp_path / "out.csv").read_text().startswith("custom_id,type,")


async def test_it_is_said_how_many_results_there_are_to_write(filed: Filed) -> None:
    await filed.run("evals", requests(4), chunk_requests=2)
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.push_screen(ExportScreen(ExportWish(name="evals")))
        await read(on)
        assert "results of evals   4 results here, " in on.text()
        one = ExportWish(name="evals", what="1 result", custom_ids=frozenset({"doc-000001"}))
        on.app.push_screen(ExportScreen(one))
        await read(on)
        assert "1 result of evals" in on.text() and "results here" not in on.text()


async def test_tab_completes_the_path_and_what_is_beside_is_chosen(filed: Filed, tmp_path: Path) -> None:
    await failing(filed)
    (tmp_path / "exported").mkdir()
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_export(ExportWish(name="evals"))
        await read(on)
        await on.press("ctrl+u")
        await on.paste(f"{tmp_path}/exp")
        await read(on)
        await on.press("tab", *"joined.jsonl", "up", "up")
        assert screen_of(on).choice.beside is Beside.JOINED
        await on.press("enter")
        await read(on)
        assert "wrote 4 results to" in on.text()
    lines = (tmp_path / "exported" / "joined.jsonl").read_text().splitlines()
    assert [json.loads(line)["result"]["type"] for line in lines] == ["succeeded", "errored", "errored", "succeeded"]


async def test_marked_members_are_exported_and_esc_writes_nothing(filed: Filed, tmp_path: Path) -> None:
    await failing(filed)
    async with cockpit(make_dashboard(filed.engine)) as on:
        on.app.open_errors("evals")
        await read(on)
        await on.press("j", "enter", "w")
        await read(on)
        assert "--custom-id" in on.text() and "doc-000002" in on.text()
        await on.press("escape")
        await read(on)
        assert not isinstance(on.app.screen, ExportScreen)


@pytest.mark.parametrize(
    ("path", "format_", "after"),
    [
        ("a.jsonl", ExportFormat.CSV, "a.csv"),
        ("a.csv", ExportFormat.REQUESTS, "a.jsonl"),
        ("a.b", ExportFormat.PARQUET, "a.b.parquet"),
        ("a", ExportFormat.JSONL, "a.jsonl"),
    ],
)
def test_a_format_renames_the_file_but_keeps_a_suffix_that_is_none_of_ours(
    path: str, format_: ExportFormat, after: str
) -> None:
    assert renamed(path, format_) == after


def test_every_format_comes_once_around_and_csv_also_for_a_spreadsheet() -> None:
    choice, seen = ExportChoice(), []
    for _ in range(5):
        seen.append((choice.format, choice.is_for_spreadsheet))
        choice = choice.next_format()
    assert choice == ExportChoice() and len(set(seen)) == 5


def test_the_command_says_the_same_as_the_page() -> None:
    wish = ExportWish(name="evals", options=("--class", "expired"))
    choice = ExportChoice(beside=Beside.PARAMS)
    assert export_command(wish, choice, "a.jsonl") == "batchtui export evals -o a.jsonl --class expired"
    choice = ExportChoice(format=ExportFormat.REQUESTS)
    assert export_command(wish, choice, "a.jsonl").endswith("--class expired --format requests")
    joined = export_command(ExportWish(name="evals"), ExportChoice(beside=Beside.JOINED), "a.jsonl")
    assert joined == "batchtui export evals -o a.jsonl --join"
