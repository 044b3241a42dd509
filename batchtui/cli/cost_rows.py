"""Lines of `cost` as JSON, as CSV and as rows of a table."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from batchtui.cli import shapes, tables
from batchtui.domain.cost import CostRange
from batchtui.domain.money import Usd
from batchtui.domain.spending import By, Spent
from batchtui.present import formats
from batchtui.present.cells import Cell, Column, Row, cell
from batchtui.workspace.request_costs import RequestCost

_FIGURES: Final = (
    Column(key="requests", head="REQUESTS", width=1, align="right", goes=4),
    Column(key="ok", head="OK", width=1, align="right", goes=6),
    Column(key="in", head="IN", width=1, align="right", goes=3),
    Column(key="out", head="OUT", width=1, align="right", goes=3),
    Column(key="cached", head="CACHED", width=1, align="right", goes=2),
    Column(key="cost", head="COST", width=1, align="right"),
    Column(key="standard", head="STANDARD", width=1, align="right", goes=5),
    Column(key="per_1000", head="PER 1,000", width=1, align="right", goes=1),
    Column(key="per_ok", head="PER OK", width=1, align="right", goes=1),
    Column(key="estimate", head="ESTIMATE", width=1, least=8, goes=0),
)
_ESTIMATE: Final = ("low_usd", "high_usd", "within", "error_share")


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
        "estimate": _estimate(line) if by in (By.RUN, "all") else None,
    }


def _share(share: float | None) -> float | None:
    return round(share, 6) if share is not None else None


def _estimate(line: Spent) -> shapes.Shape | None:
    """The estimate for what was billed, and how far it was off; None until all of it is collected."""
    if line.expected is None:
        return None
    return {
        "low_usd": shapes.usd(line.expected.low_usd),
        "high_usd": shapes.usd(line.expected.high_usd),
        "within": line.is_within,
        "error_share": _share(line.estimate_error),
    }


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same for CSV: one value a column, nothing nested."""
    estimate = row.get("estimate") or {}
    rest = {name: value for name, value in row.items() if name != "estimate"}
    if "estimate" not in row:
        return rest
    return {
        **rest,
        **{f"estimate_{name}": estimate.get(name) for name in ("low_usd", "high_usd", "within", "error_share")},
    }


def table_rows(lines: Iterable[Spent]) -> Iterator[Row]:
    for line in lines:
        yield Row(id=line.name, cells=_cells(line))


def _cells(line: Spent) -> dict[str, Cell]:
    usage = line.usage
    number = line.results.total or usage.requests
    return {
        "name": tables.text_cell(line.name),
        "requests": tables.count_cell(number),
        "ok": tables.count_cell(usage.succeeded),
        "in": cell(formats.count(usage.input_tokens)),
        "out": cell(formats.count(usage.output_tokens)),
        "cached": cell(
            f"{line.cache_hit_share:.0%}" if line.cache_hit_share else "-", "text" if line.cache_hit_share else "dim"
        ),
        "cost": _money(usage.cost_usd),
        "standard": _money(usage.standard_usd),
        "per_1000": _money(line.per_requests(number, 1000)),
        "per_ok": _small(line.per_requests(usage.succeeded, 1)),
        "estimate": _estimate_cell(line),
    }


def _money(usd: Usd | None) -> Cell:
    return cell(formats.money(usd)) if usd is not None else cell("?", "warn")


def _small(usd: Usd | None) -> Cell:
    """Most requests cost less than a cent."""
    return cell(f"${usd:,.5f}") if usd is not None else cell("-", "dim")


def _estimate_cell(line: Spent) -> Cell:
    if line.waiting:
        return cell(f"{line.waiting:,} not collected", "dim")
    if line.expected is None:
        return cell("-", "dim")
    return cell(estimate_words(line.expected, line), "text" if line.is_within else "warn")


def estimate_words(expected: CostRange, line: Spent) -> str:
    """`$1.00 to $3.00, +12 %`: positive when the middle of it was too much."""
    low, high = formats.money(expected.low_usd), formats.money(expected.high_usd)
    error = line.estimate_error
    off = f", {error:+.0%}" if error is not None else ""
    return f"{low} to {high}{off}" + ("" if line.is_within else ", missed")


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
