"""The service's own usage report beside what was collected here, for `cost --service-report`."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from batchtui.api.usage_report import ADMIN_KEY, has_admin_key, usage_report
from batchtui.cli import output, shapes, tables
from batchtui.domain.failures import UsageFailure
from batchtui.domain.usage_report import Compared, compared
from batchtui.engine.engine import Engine
from batchtui.engine.ports import ServiceProblem
from batchtui.present import formats
from batchtui.present.cells import Column, Row, cell

NOT_VERIFIED: Final = "the report's shape is from the public reference: not verified against the live service"

_COLUMNS: Final = (
    Column(key="day", head="DAY", width=1),
    Column(key="model", head="MODEL", width=1, least=10, cut="middle"),
    Column(key="in", head="IN", width=1, align="right", goes=1),
    Column(key="out", head="OUT", width=1, align="right", goes=1),
    Column(key="reported", head="REPORTED", width=1, align="right"),
    Column(key="here", head="HERE", width=1, align="right"),
)


def must_have_admin_key() -> None:
    """Refuse before anything else where there is no key to ask with."""
    if not has_admin_key():
        raise UsageFailure(f"--service-report wants {ADMIN_KEY}", next="a key of the Admin API, for this command alone")


async def ask_service(engine: Engine) -> shapes.Shape:
    """The report from the first collected day on; why there is none, where there is none."""
    today = engine.core.clock.now().date()
    days = [known.batch.created_at.date() for known in engine.state.batches.values() if known.collected is not None]
    binding = engine.state.binding
    try:
        report = await usage_report(
            engine.settings.api,
            first=min(days, default=today),
            after=today + timedelta(days=1),
            api_workspace_id=binding.api_workspace_id if binding is not None else None,
        )
    except ServiceProblem as problem:
        words = problem.message if problem.status is None else f"{problem.status}: {problem.message}"
        return {"error": words, "verified": False, "rows": []}
    rows = [_row(entry) for entry in compared(engine.state, engine.prices, report)]
    return {"error": None, "verified": False, "rows": rows}


def _row(entry: Compared) -> shapes.Shape:
    tokens, here = entry.reported.tokens, entry.here
    return {
        "day": entry.reported.day,
        "model": entry.reported.model or None,
        "input_tokens": tokens.input,
        "output_tokens": tokens.output,
        "cache_write_5m_tokens": tokens.cache_write_5m,
        "cache_write_1h_tokens": tokens.cache_write_1h,
        "cache_read_tokens": tokens.cache_read,
        "web_searches": entry.reported.web_searches,
        "cost_usd": shapes.usd(entry.cost_usd),
        "here_input_tokens": here.input_tokens,
        "here_output_tokens": here.output_tokens,
        "here_usd": shapes.usd(here.cost_usd),
    }


def report_lines(report: shapes.Shape | None) -> Iterator[output.Line]:
    """A table for people; nothing where it was not asked for."""
    if report is None:
        return
    yield ""
    if report["error"] is not None:
        yield cell(f"no usage report: {report['error']}", "warn")
        return
    rows = [
        Row(
            id=f"{row['day']} {row['model']}",
            cells={
                "day": cell(row["day"]),
                "model": tables.text_cell(row["model"]),
                "in": cell(formats.count(row["input_tokens"])),
                "out": cell(formats.count(row["output_tokens"])),
                "reported": cell(formats.money(row["cost_usd"]) if row["cost_usd"] is not None else "?"),
                "here": cell(formats.money(row["here_usd"]) if row["here_usd"] is not None else "?"),
            },
        )
        for row in report["rows"]
    ]
    yield "the service's own report of the batch tier, at the same prices"
    yield from tables.lay_table(_COLUMNS, rows, width=tables.terminal_width(), glyphs=tables.glyphs_for())
    yield cell(NOT_VERIFIED, "dim")
