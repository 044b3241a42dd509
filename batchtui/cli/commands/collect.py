"""`collect`: download and verify results now."""

from collections.abc import Iterator, Sequence

import click

from batchtui.cli import cost_rows, diagnostics, link, output, session, shapes
from batchtui.cli.collecting import collect, is_ready
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import ExitCode
from batchtui.domain.lookup import BatchRef, ChunkRef, Ref, RequestRef, RunRef, resolve
from batchtui.domain.spending import Spent, spent_on
from batchtui.domain.state import AppState, Chunk, KnownBatch
from batchtui.domain.status import are_results_lost, is_collected
from batchtui.domain.submission import ChunkState
from batchtui.domain.words import chunk_name, several
from batchtui.engine.engine import Engine
from batchtui.engine.verbs_batches import batches_of
from batchtui.present import formats
from batchtui.present.outcome_words import measured_words

_OVER = frozenset({ChunkState.REFUSED, ChunkState.ABANDONED, ChunkState.SPLIT})
"""Of a chunk without a batch: nothing is sent of it any more."""


@click.command("collect", cls=Command)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def collect_command(options: Options, ids: tuple[str, ...]) -> ExitCode:
    """Download and verify the results of ended batches: of a run, a chunk, or one batch, also one from elsewhere.

    The exit code is 0 when all requests succeeded, 4 when some did not or were never sent, 1 while anything named is
    not here or waits to be sent, 5 when the key was not let in, 6 when it is not known whether it was.
    """
    session.needs_network(options, "collect")
    session.must_change(options, "collect")
    return session.run(_collect(options, ids))


async def _collect(options: Options, ids: Sequence[str]) -> ExitCode:
    async with session.opened(options, may_create=True) as engine:
        await link.reach(engine, "collect")
        refs = [resolve(engine.state, id_) for id_ in ids]
        batch_ids = [batch_id for ref in refs for batch_id in batches_of(engine.state, ref)]
        if options.dry_run:
            batches = tuple(engine.state.batches[batch_id] for batch_id in dict.fromkeys(batch_ids))
        else:
            batches = await collect(engine, batch_ids, again=True)
        found = [_row(engine, known) for known in batches]
        runs = _collected_runs(engine, batches)
        document = {"batches": found, "runs": [_run_row(line) for line in runs], "dry_run": options.dry_run}
        output.show(options, "collect", document, _lines(found))
        for line in runs:
            diagnostics.say(f"{line.name}: {measured_words(line)}")
        lacking = _without_batch(engine.state, refs)
        for name, chunk in lacking:
            diagnostics.say(f"{name} chunk {chunk_name(chunk.label)} has no batch: {chunk.why or chunk.state}")
        return ExitCode.DONE if options.dry_run else _code(batches, [chunk for _, chunk in lacking])


def _without_batch(state: AppState, refs: Sequence[Ref]) -> list[tuple[str, Chunk]]:
    """Chunks that were named, by themselves or with their run, and of which there is nothing to collect."""
    found: dict[tuple[str, str], Chunk] = {}
    for ref in refs:
        match ref:
            case RunRef(run=run):
                found.update({(run, chunk.label): chunk for chunk in state.runs[run].live_chunks})
            case ChunkRef(run=run, chunk=label):
                found[run, label] = state.runs[run].chunks[label]
            case BatchRef() | RequestRef():
                pass
    return [(run, chunk) for (run, _), chunk in found.items() if state.batch_of(chunk) is None]


def _row(engine: Engine, known: KnownBatch) -> shapes.Shape:
    collected = known.collected
    return {
        "batch_id": known.batch.id,
        "run": known.run,
        "chunk": known.chunk,
        "collected": known.are_results_here,
        "results": collected.results if collected is not None else 0,
        "bytes": collected.bytes if collected is not None else 0,
        "issues": collected.issues if collected is not None else None,
        "cost_usd": shapes.usd(collected.cost_usd) if collected is not None else None,
        "tries": known.collect_attempts,
        "retry_at": shapes.utc(known.collect_retry_at),
        "reason": "" if known.are_results_here else _reason(engine, known),
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
    return known.collect_why or ("ready" if is_ready(engine, known.batch.id, again=True) else "not collected")


def _code(batches: Sequence[KnownBatch], without_batch: Sequence[Chunk]) -> ExitCode:
    states = {chunk.state for chunk in without_batch}
    if ChunkState.UNKNOWN in states:
        return ExitCode.UNKNOWN_OUTCOME
    if any(not known.are_results_here and known.is_shut_out for known in batches):
        return ExitCode.UNREACHABLE
    if any(not known.are_results_here for known in batches) or states - _OVER:
        return ExitCode.ERROR
    is_all_good = not states and not any(known.counts.bad for known in batches)
    return ExitCode.DONE if is_all_good else ExitCode.NOT_ALL_SUCCEEDED


def _lines(found: Sequence[shapes.Shape]) -> Iterator[output.Line]:
    if not found:
        yield "nothing to collect: no batch has been made of this yet"
    for row in found:
        name = f"{row['batch_id']}  {row['run']}#{row['chunk']}" if row["run"] else row["batch_id"]
        figures = f"{several(row['results'], 'result')}, {formats.size(row['bytes'])}"
        yield f"{name}  {figures if row['collected'] else 'not collected: ' + row['reason']}"
