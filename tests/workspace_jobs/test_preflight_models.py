"""Requests against the service's models list: what it does not have, has retired, or does not take, line by line."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from batchtui.domain.models import ModelFact, find_model
from batchtui.engine.jobs import CheckRules
from tests.workspace_jobs.files import codes, prepare_files, request, write

TODAY = date(2026, 11, 21)
READ_AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LISTED = (
    ModelFact(id="claude-sonnet-5", max_tokens=64_000, max_input_tokens=1_000),
    ModelFact(id="claude-sonnet-4-5-20250929", retires_at="2026-11-30T00:00:00Z"),
    ModelFact(id="claude-far", retires_at="2027-11-30"),
    ModelFact(id="claude-gone", retires_at="2026-11-21"),
    ModelFact(id="claude-said-gone", lifecycle="retired"),
    ModelFact(id="claude-going", lifecycle="deprecated"),
    ModelFact(id="claude-live-only", supports_batch=False),
    ModelFact(id="claude-odd", retires_at="some day"),
)
RULES = CheckRules(models=LISTED, models_as_of=READ_AT, today=TODAY, known_models=("claude-nowhere",))


def checked(tmp_path: Path, *lines: Any, rules: CheckRules = RULES) -> list[tuple[int, str]]:
    return codes(prepare_files(write(tmp_path / "in.jsonl", lines), rules=rules))


@pytest.mark.parametrize(
    ("model", "expected", "is_sound"),
    [
        ("claude-sonnet-5", [], True),
        ("claude-far", [], True),
        ("claude-odd", [], True),
        ("claude-sonnet-4-5", [(1, "model_retiring")], True),
        ("claude-going", [(1, "model_retiring")], True),
        ("claude-gone", [(1, "model_retired")], False),
        ("claude-said-gone", [(1, "model_retired")], False),
        ("claude-live-only", [(1, "model_no_batch")], False),
        ("claude-nowhere", [(1, "model_unknown")], True),
    ],
)
def test_the_services_list_has_the_last_word_on_a_model(
    tmp_path: Path, model: str, expected: list[tuple[int, str]], is_sound: bool
) -> None:
    prepared = prepare_files(write(tmp_path / "in.jsonl", [request("a", model=model)]), rules=RULES)
    assert codes(prepared) == expected
    assert prepared.report.ok is is_sound
    assert prepared.report.models_as_of == READ_AT


def test_every_line_that_asks_for_more_than_the_model_gives_is_named(tmp_path: Path) -> None:
    lines = [
        request("a"),
        request("b", max_tokens=64_001),
        request("c", max_tokens=64_000),
        request("d", max_tokens=10**6),
    ]
    assert checked(tmp_path, *lines) == [(2, "max_tokens_over_model"), (4, "max_tokens_over_model")]


def test_a_prompt_that_looks_too_long_is_a_warning_with_its_line(tmp_path: Path) -> None:
    prepared = prepare_files(
        write(tmp_path / "in.jsonl", [request("short"), request("long", "nothing fits here " * 2_000)]), rules=RULES
    )
    assert codes(prepared) == [(2, "context_overflow")]
    assert prepared.report.ok
    assert "an estimate" in prepared.report.problems[0].message


def test_the_bytes_of_an_image_are_no_tokens(tmp_path: Path) -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 40_000}}
    few = ModelFact(id="claude-sonnet-5", max_input_tokens=9_000)
    line = request("a", messages=[{"role": "user", "content": [image]}])
    assert checked(tmp_path, line, rules=CheckRules(models=(few,), models_as_of=READ_AT, today=TODAY)) == []


def test_an_error_can_be_allowed(tmp_path: Path) -> None:
    rules = CheckRules(models=LISTED, models_as_of=READ_AT, today=TODAY, allow=("model_no_batch",))
    line = request("b", model="claude-live-only")
    assert prepare_files(write(tmp_path / "in.jsonl", [line]), rules=rules).report.ok


def test_without_the_list_a_price_and_an_announced_end_are_all_there_is(tmp_path: Path) -> None:
    rules = CheckRules(
        known_models=("claude-sonnet-4-5",), retiring_models={"claude-sonnet-4-5": "2026-11-30"}, today=TODAY
    )
    assert checked(tmp_path, request("a", model="claude-sonnet-4-5-20250929"), rules=rules) == [(1, "model_retiring")]
    assert checked(tmp_path, request("a", max_tokens=10**6), rules=rules) == [(1, "model_unknown")]
    late = CheckRules(known_models=("b",), retiring_models={"b": "2026-11-30"}, today=date(2026, 12, 1))
    assert checked(tmp_path, request("a", model="b"), rules=late) == [(1, "model_retired")]


def test_a_model_is_found_by_its_own_name_first() -> None:
    dated, plain = ModelFact(id="m-20250101"), ModelFact(id="m")
    assert find_model("m", [dated, plain]) == plain
    assert find_model("m-20250101", [plain, dated]) == dated
    assert find_model("m-20260101", [plain]) == plain
    assert find_model("n", [plain, dated]) is None
