"""`collect`: download and verify results now."""

from collections.abc import Iterator, Sequence

import click

from batchtui.cli import cost_rows, diagnostics, link, output, session, shapes
from batchtui.cli.collecting import collect, is_ready
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import ExitCode
from batchtui.domain.lookup import resolve
from batchtui.domain.spending import Spent, spent_on
from batchtui.domain.state import KnownBatch
from batchtui.domain.status import are_results_lost, is_collected
from batchtui.domain.words import several
from batchtui.engine.engine import Engine
from batchtui.engine.verbs_batches import batches_of
from batchtui.present import formats
from batchtui.present.outcome_words import measured_words


@click.command("collect", cls=Command)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def collect_command(options: Options, ids: tuple[str, ...]) -> ExitCode:
    """Download and verify the results of ended batches: of a run, a chunk, or one batch, also one from elsewhere.

    The exit code is 0 when all requests succeeded, 4 when some did not, 1 while anything named is not here.
    """
    session.needs_network(options, "collect")
    session.must_change(options, "collect")
    return session.run(_collect(options, ids))


async def _collect(options: Options, ids: Sequence[str]) -> ExitCode:
    async with session.opened(options, may_create=True) as engine:
        await link.reach(engine, "collect")
        batch_ids = [batch_id for id_ in ids for batch_id in batches_of(engine.state, resolve(engine.state, id_))]
        if options.dry_run:
            batches = tuple(engine.state.batches[batch_id] for batch_id in dict.fromkeys(batch_ids))
        else:
            batches = await collect(engine, batch_ids)
        found = [_row(engine, known) for known in batches]
        runs = _collected_runs(engine, batches)
        document = {"batches": found, "runs": [_run_row(line) for line in runs], "dry_run": options.dry_run}
        output.show(options, "collect", document, _lines(found))
        for line in runs:
            diagnostics.say(f"{line.name}: {measured_words(line)}")
        return ExitCode.DONE if options.dry_run else _code(batches)


def _row(engine: Engine, known: KnownBatch) -> shapes.Shape:
    collected = known.collected
    return {
        "batch_id": known.batch.id,
        "run": known.run,
        "chunk": known.chunk,
        "collected": collected is not None,
        "results": collected.results if collected is not None else 0,
        "bytes": collected.bytes if collected is not None else 0,
        "issues": collected.issues if collected is not None else None,
        "cost_usd": shapes.usd(collected.cost_usd) if collected is not None else None,
        "tries": known.collect_attempts,
        "retry_at": shapes.utc(known.collect_retry_at),
        "reason": "" if collected is not None else _reason(engine, known),
    }


def _collected_runs(engine: Engine, batches: Sequence[KnownBatch]) -> list[Spent]:
    """What each of their runs came to, once nothing of it is missing."""
    names = dict.fromkeys(known.run for known in batches if known.run is not None)
    runs = [engine.state.runs[name] for name in names]
    return [spent_on(engine.state, run) for run in runs if is_collected(engine.state, run)]


def _run_row(line: Spent) -> shapes.Shape:
    return {"run": line.name, "cost_usd": shapes.usd(line.usage.cost_usd), "estimate": cost_rows.estimate(line)}


def _reason(engine: Engine, known: KnownBatch) -> str:
    """Why the results are not here."""
    server_now = engine.core.live.link.server_now(engine.core.clock.now())
    if known.is_open:
        return "it has not ended"
    if are_results_lost(known, server_now):
        return "the service no longer has its results"
    return known.collect_why or ("ready" if is_ready(engine, known.batch.id) else "not collected")


def _code(batches: Sequence[KnownBatch]) -> ExitCode:
    if any(known.collected is None for known in batches):
        return ExitCode.ERROR
    is_all_good = all(known.collected is not None and not known.batch.request_counts.bad for known in batches)
    return ExitCode.DONE if is_all_good else ExitCode.NOT_ALL_SUCCEEDED


def _lines(found: Sequence[shapes.Shape]) -> Iterator[output.Line]:
    if not found:
        yield "nothing to collect: no batch has been made of this yet"
    for row in found:
        name = f"{row['batch_id']}  {row['run']}#{row['chunk']}" if row["run"] else row["batch_id"]
        figures = f"{several(row['results'], 'result')}, {formats.size(row['bytes'])}"
        yield f"{name}  {figures if row['collected'] else 'not collected: ' + row['reason']}"
