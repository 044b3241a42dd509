"""Lines of `cost` as JSON, as CSV and as rows of a table."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from batchtui.cli import shapes, tables
from batchtui.domain.spending import By, Spent
from batchtui.present.cells import Column, Row
from batchtui.present.cost_cells import cost_cells, figure_columns
from batchtui.workspace.results.request_costs import RequestCost

_FIGURES: Final = (
    *figure_columns(
        widths={},
        goes={"cached": 2, "in": 3, "out": 3, "requests": 4, "standard": 5, "ok": 6, "per_1000": 1, "per_ok": 1},
    ),
    Column(key="estimate", head="ESTIMATE", width=1, least=8, goes=0),
)
_ESTIMATE: Final = ("low_usd", "high_usd", "within", "error_share", "expected_usd", "expected_high_usd")


def columns(by: By) -> tuple[Column, ...]:
    """The name first, its head as it is asked for."""
    return (Column(key="name", head=by.upper(), width=1, least=10, cut="middle", cut_tail=5), *_FIGURES)


def document_row(by: By | str, line: Spent) -> shapes.Shape:
    """One line with everything that is known; the name is under `run`, `day`, `model`, `chunk`, or `all`."""
    usage, results = line.usage, line.results
    return {
        str(by): line.name,
        "batches": line.batches,
        "waiting": line.waiting,
        "results": results.total if by != By.MODEL else None,
        "succeeded": usage.succeeded,
        "errored": results.errored if by != By.MODEL else None,
        "canceled": results.canceled if by != By.MODEL else None,
        "expired": results.expired if by != By.MODEL else None,
        "billed": usage.requests,
        "billed_not_succeeded": usage.requests - usage.succeeded,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_write_5m_tokens": usage.cache_write_5m_tokens,
        "cache_write_1h_tokens": usage.cache_write_1h_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_hit_share": _share(line.cache_hit_share),
        "web_searches": usage.web_searches,
        "us_only": usage.us_only,
        "long_prompts": usage.long_prompts,
        "not_at_half": usage.other_tier,
        "tier_unsaid": usage.tier_unsaid,
        "cost_usd": shapes.usd(usage.cost_usd),
        "standard_usd": shapes.usd(usage.standard_usd),
        "saving_usd": shapes.usd(line.saving_usd),
        "per_1000_usd": shapes.usd(line.per_requests(line.results.total or usage.requests, 1000)),
        "per_succeeded_usd": shapes.usd(line.per_requests(usage.succeeded, 1)),
        "estimate": estimate(line) if by in (By.RUN, "all") else None,
    }


def _share(share: float | None) -> float | None:
    return round(share, 6) if share is not None else None


def estimate(line: Spent) -> shapes.Shape | None:
    """The estimate for what was billed, and how far it was off; None until all of it is collected."""
    if line.expected is None:
        return None
    return {
        "low_usd": shapes.usd(line.expected.low_usd),
        "high_usd": shapes.usd(line.expected.high_usd),
        "expected_usd": shapes.usd(line.expected.expected_usd),
        "expected_high_usd": shapes.usd(line.expected.expected_high_usd),
        "within": line.is_within,
        "error_share": _share(line.estimate_error),
    }


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same for CSV: one value a column, nothing nested."""
    found = row.get("estimate") or {}
    rest = {name: value for name, value in row.items() if name != "estimate"}
    if "estimate" not in row:
        return rest
    return {
        **rest,
        **{f"estimate_{name}": found.get(name) for name in _ESTIMATE},
    }


def table_rows(lines: Iterable[Spent]) -> Iterator[Row]:
    """Rows for the terminal, one a line of the report."""
    for line in lines:
        yield Row(id=line.name, cells={"name": tables.text_cell(line.name), **cost_cells(line)})


def request_row(run: str | None, batch_id: str, found: RequestCost) -> shapes.Shape:
    """One request, for JSON Lines and CSV."""
    tokens = found.tokens
    return {
        "run": run,
        "batch_id": batch_id,
        "custom_id": found.custom_id,
        "outcome": found.outcome,
        "model": found.model or None,
        "input_tokens": tokens.input,
        "output_tokens": tokens.output,
        "cache_write_5m_tokens": tokens.cache_write_5m,
        "cache_write_1h_tokens": tokens.cache_write_1h,
        "cache_read_tokens": tokens.cache_read,
        "web_searches": found.searches,
        "not_at_half": found.is_other_tier,
        "cost_usd": float(found.cost_usd) if found.cost_usd is not None else None,
    }
