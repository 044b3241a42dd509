"""What is wrong with a file, in the rows that a plan has for it: each problem whole, or each kind with an example."""

from batchtui.domain.requests import WARNINGS, CheckReport, Code, Problem, Severity
from batchtui.present.cells import plain
from batchtui.present.glyphs import UNICODE
from batchtui.present.plan.plan_facts import lay_plan
from batchtui.present.plan.problems import problems_fact

WIDE = 63


def problem(line: int, code: Code, message: str, custom_id: str | None = None) -> Problem:
    severity = Severity.WARNING if code in WARNINGS else Severity.ERROR
    return Problem(file="a.jsonl", line=line, code=code, severity=severity, message=message, custom_id=custom_id)


def report(*problems: Problem, **more: int) -> CheckReport:
    counts: dict[str, int] = {}
    for each in problems:
        counts[each.code] = counts.get(each.code, 0) + 1
    errors = any(each.severity is Severity.ERROR for each in problems)
    return CheckReport(
        ok=not errors, requests=99, bytes=1, models={}, problems=problems, problem_counts={**counts, **more}
    )


MANY = [
    problem(31, Code.JSON_INVALID, "not JSON: expecting property name enclosed in double quotes at column 2"),
    *(
        each
        for line in range(32, 52)
        for each in (
            problem(line, Code.MAX_TOKENS_INVALID, "max_tokens must be between 1 and 10,000,000", f"doc-{line - 31}"),
            problem(line, Code.CUSTOM_ID_DUPLICATE, f"the custom_id is also on line {line - 31}", f"doc-{line - 31}"),
        )
    ),
]


def rows(found: CheckReport, rows: int, width: int = WIDE) -> list[str]:
    entry = problems_fact(found, rows, width)
    return [plain(line)[13:] for line in lay_plan([entry], width + 13, 13, UNICODE)]


def test_a_few_that_fit_whole_are_listed_one_by_one() -> None:
    found = report(
        problem(88, Code.BODY_DUPLICATE, "doc-000088 has the same body as doc-000087", "doc-000088"),
        problem(9120, Code.BODY_DUPLICATE, "doc-009120 has the same body as doc-009101", "doc-009120"),
    )
    assert rows(found, 3, 75) == [
        "2 warnings   line 88 and line 9,120   v opens the line",
        "     88  body_duplicate  doc-000088 has the same body as doc-000087",
        "  9,120  body_duplicate  doc-009120 has the same body as doc-009101",
    ]


def test_many_are_told_kind_by_kind_each_with_its_number_its_lines_and_an_example() -> None:
    assert rows(report(*MANY), 7) == [
        "41 errors   first in line 31   v opens the line",
        "      1  json_invalid         line 31",
        "         not JSON: expecting property name enclosed in double …",
        "     20  max_tokens_invalid   lines 32, 33, 34 and 17 more",
        "         doc-1: max_tokens must be between 1 and 10,000,000",
        "     20  custom_id_duplicate  lines 32, 33, 34 and 17 more",
        "         doc-1: the custom_id is also on line 1",
    ]


def test_with_more_room_messages_stand_whole_and_the_problems_one_by_one_beneath() -> None:
    shown = rows(report(*MANY), 30)
    assert "         quotes at column 2" in shown, "the example wraps rather than ending in the middle"
    at = shown.index("")
    assert shown[at + 1].startswith("     31  json_invalid") and len(shown) == 30
    assert shown[-1].strip() == f"and {41 - (30 - at - 2)} more"


def test_with_no_room_for_examples_the_kinds_are_left_and_their_numbers_add_up() -> None:
    assert rows(report(*MANY), 4)[1:] == [
        "      1  json_invalid         line 31",
        "     20  max_tokens_invalid   lines 32, 33, 34 and 17 more",
        "     20  custom_id_duplicate  lines 32, 33, 34 and 17 more",
    ]
    assert rows(report(*MANY), 3)[1:] == ["      1  json_invalid         line 31", "     40  of 2 other kinds"]
    two = report(*MANY[1:])
    assert rows(two, 1)[1:] == [
        "     20  max_tokens_invalid   lines 32, 33, 34 and 17 more",
        "     20  custom_id_duplicate  lines 32, 33, 34 and 17 more",
    ], "a page without room for both scrolls; neither is counted as one of other kinds"


def test_what_is_counted_but_not_listed_is_in_the_number_of_its_kind() -> None:
    shown = rows(report(*MANY, max_tokens_invalid=5_000), 8)
    assert (
        shown[0].startswith("5,021 errors") and "  5,000  max_tokens_invalid   lines 32, 33, 34 and 4,997 more" in shown
    )


def test_no_problem_is_one_word() -> None:
    assert rows(report(), 5) == ["none"]
