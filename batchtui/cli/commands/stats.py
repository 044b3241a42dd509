"""`stats`: how this workspace's batches went, how the open ones come along, and what that suggests."""

import click
import msgspec

from batchtui.cli import output, session, shapes, tables
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import ExitCode
from batchtui.domain.open_runs import OpenRun
from batchtui.domain.statistics import (
    NORMAL_ERRORS,
    NORMAL_RETRIES,
    SYSTEMATIC_ERRORS,
    USUAL_MEDIAN,
    Statistics,
    statistics,
)
from batchtui.present.statistics import statistics_lines


@click.command("stats", cls=Command)
def stats_command(options: Options) -> ExitCode:
    """Show durations, throughput, errors and retries of this workspace's batches, and when open runs may be done.

    From what is known here; it makes no call. Batches from elsewhere are left out.
    """
    return session.run(_stats(options))


async def _stats(options: Options) -> ExitCode:
    async with session.opened(options, makes_no_call=True) as engine:
        now = engine.core.live.link.server_now(engine.core.clock.now())
        found = statistics(engine.state, now)
        glyphs = tables.glyphs_for(engine.settings.ui.glyphs)
        lines = statistics_lines(found, glyphs, tables.terminal_width())
        output.show(options, "stats", _document(found), lines)
        return ExitCode.DONE


def _document(found: Statistics) -> shapes.Shape:
    volume = found.volume
    return {
        "batches": found.durations.batches,
        "near_limit": found.near_limit,
        "durations": {
            name: _rounded(getattr(found.durations, name))
            for name in ("p50_seconds", "p90_seconds", "longest_seconds", "small_p50_seconds")
        },
        "histogram": [msgspec.structs.asdict(bar) for bar in found.durations.histogram],
        "throughput": {
            "last_hour": found.pace.last_hour,
            "last_day": found.pace.last_day,
            "per_hour": _rounded(found.pace.per_hour),
        },
        "requests": {
            **msgspec.structs.asdict(volume),
            "error_share": _rounded(volume.error_share),
            "retry_share": _rounded(volume.retry_share),
        },
        "chunks": msgspec.structs.asdict(found.filling),
        "open_runs": [_open_run(run) for run in found.open_runs],
        "known_bands": {
            "normal_error_share": NORMAL_ERRORS,
            "systematic_error_share": SYSTEMATIC_ERRORS,
            "normal_retry_share": NORMAL_RETRIES,
            "small_p50_seconds": USUAL_MEDIAN.total_seconds(),
            "verified": False,
        },
        "advice": list(found.advice),
    }


def _open_run(run: OpenRun) -> shapes.Shape:
    rounded = {name: _rounded(getattr(run, name)) for name in ("per_hour", "filling", "retry_share")}
    return {**msgspec.structs.asdict(run), **rounded, "eta": shapes.utc(run.eta)}


def _rounded(number: float | None) -> float | None:
    return round(number, 6) if number is not None else None
