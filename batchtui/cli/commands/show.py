"""`show`: a run, a chunk, a batch, or one request beside its result."""

from collections.abc import Iterator

import click
import msgspec

from batchtui.cli import by_itself, diagnostics, estimate_shapes, link, output, rows, session, shapes, tables
from batchtui.cli.options import Command, Options
from batchtui.cli.plan_lines import models_words
from batchtui.cli.request_detail import RequestDetail, find_detail
from batchtui.cli.request_lines import request_lines
from batchtui.domain.billing import tokens_of
from batchtui.domain.failures import ExitCode, NotFound
from batchtui.domain.forecasting.lessons import check_estimate
from batchtui.domain.lookup import BatchRef, ChunkRef, Ref, RequestRef, RunRef, resolve
from batchtui.domain.pilot import asks, stage
from batchtui.domain.spending import spent_on
from batchtui.domain.state import Run
from batchtui.domain.words import chunk_name, several
from batchtui.engine.engine import Engine
from batchtui.present import formats
from batchtui.present.outcome_words import check_words, outcome_words


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say, for programs and for people."""

    document: shapes.Shape
    lines: Iterator[output.Line]


@click.command("show", cls=Command)
@click.argument("id_", metavar="ID")
def show_command(options: Options, id_: str) -> ExitCode:
    """Show a run, a chunk (RUN#0007), a batch, or one request with its result (RUN/CUSTOM_ID).

    The beginning of an id will do where it is the only one.
    """
    return session.run(_show(options, id_))


async def _show(options: Options, id_: str) -> ExitCode:
    async with session.opened(options) as engine:
        failure = await link.look(engine)
        shown = _shown(engine, resolve(engine.state, id_))
        document = {**shown.document, "connection": shapes.connection(engine.core.live.link)}
        if failure is not None:
            document |= diagnostics.error_fields(failure)
            diagnostics.say(f"batchtui: {failure}")
        output.show(options, "show", document, shown.lines)
        return failure.exit_code if failure is not None else ExitCode.DONE


def _shown(engine: Engine, ref: Ref) -> Shown:
    match ref:
        case RunRef(run=run):
            return _run(engine, run)
        case ChunkRef(run=run, chunk=chunk):
            return _chunk(engine, run, chunk)
        case BatchRef(batch_id=batch_id):
            return _batch(engine, batch_id)
        case RequestRef():
            return _request_or_chunk(engine, ref)


def _request_or_chunk(engine: Engine, ref: RequestRef) -> Shown:
    """`RUN/0007` is the request of that custom_id if there is one; only else it is the chunk."""
    try:
        return _request(engine, find_detail(engine, ref))
    except NotFound:
        run = engine.state.runs.get(ref.run)
        if run is not None and ref.custom_id in run.chunks:
            return _chunk(engine, ref.run, ref.custom_id)
        raise


def _run(engine: Engine, name: str) -> Shown:
    run, views = engine.state.runs[name], shapes.views_of(engine)
    view, chunks = views.run(run), views.chunks(run)
    document = {
        "kind": "run",
        **shapes.run_row(views, view),
        "chunks": [shapes.chunk_row(chunk) for chunk in chunks],
        "models": dict(run.models),
        "inputs": list(run.inputs),
        "lineage": list(engine.state.lineage(name)),
        "estimate": shapes.cost(run.cost, run.forecast),
        "estimate_check": estimate_shapes.check(engine, name),
        "pilot": estimate_shapes.pilot(engine, name),
        "automatic_retry": by_itself.shape(engine, name),
        "pruned": run.is_pruned,
    }

    def lines() -> Iterator[output.Line]:
        lineage = [*([run.parent] if run.parent else []), name, *view.retries]
        cost = rows.cost_words(view)
        yield from tables.facts(
            [
                ("run", name),
                ("status", str(view.status) + _held_words(run)),
                ("requests", f"{view.requests:,} in {several(view.chunks, 'chunk')}, {formats.size(view.bytes)}"),
                ("models", models_words(run.models)),
                ("input", ", ".join(run.inputs)),
                ("created", f"{view.created_at:%Y-%m-%d %H:%M:%SZ}"),
                ("results", f"kept there until {view.results_until:%Y-%m-%d}" if view.results_until else ""),
                ("collected", rows.collected_words(view)),
                ("cost", f"{cost}{' (measured)' if view.is_cost_measured else ' (at most, estimate)'}"),
                ("estimate", _estimate_words(engine, name)),
                ("ahead", _pilot_words(engine, name)),
                ("again", by_itself.words(engine, name)),
                ("lineage", " > ".join(lineage) if len(lineage) > 1 else ""),
            ]
        )
        yield ""
        found = list(rows.chunk_rows(views, chunks))
        yield from tables.fitted_table(rows.CHUNK_COLUMNS, found, engine.settings)

    return Shown(document=document, lines=lines())


def _held_words(run: Run) -> str:
    """Why what waits of it is held; what does not wait is not held any more."""
    waits = any(chunk.may_still_be_sent for chunk in run.live_chunks)
    return f", held: {run.held_reason}" if run.held_reason is not None and waits else ""


def _estimate_words(engine: Engine, name: str) -> str:
    """How good the estimate was, once something is measured."""
    found = check_estimate(engine.state, engine.state.runs[name])
    words = (outcome_words(spent_on(engine.state, engine.state.runs[name])), check_words(found) if found else "")
    return "; ".join(word for word in words if word)


def _pilot_words(engine: Engine, name: str) -> str:
    """Where what goes ahead is, and how to go on."""
    run = engine.state.runs[name]
    if run.pilot is None:
        return ""
    words = (
        f"{run.pilot.kind} of {run.pilot.requests:,} in chunk {chunk_name(run.pilot.chunk)}: {stage(engine.state, run)}"
    )
    if not asks(engine.state, run):
        return words
    why = f", {run.pilot_why}" if run.pilot_why else ""
    return f"{words}{why}; `batchtui submit --continue {name}` sends the rest"


def _chunk(engine: Engine, name: str, label: str) -> Shown:
    run = engine.state.runs[name]
    row = shapes.chunk_row(shapes.views_of(engine).chunk(run, run.chunks[label]))
    return Shown(document={"kind": "chunk", **row}, lines=_fact_lines(row))


def _batch(engine: Engine, batch_id: str) -> Shown:
    row = shapes.batch_row(shapes.views_of(engine).batch(engine.state.batches[batch_id]))
    return Shown(document={"kind": "batch", **row}, lines=_fact_lines(row))


def _request(engine: Engine, detail: RequestDetail) -> Shown:
    attempts = [
        {
            "run": attempt.run,
            "chunk": attempt.chunk,
            "batch_id": attempt.batch_id,
            "outcome": attempt.outcome,
            "class": attempt.cls,
        }
        for attempt in detail.attempts
    ]
    own = detail.own
    document = {
        "kind": "request",
        "custom_id": detail.custom_id,
        "run": own.run,
        "chunk": own.chunk,
        "batch_id": own.batch_id,
        "request": output.raw_json(detail.request),
        "result": output.raw_json(own.result),
        "attempts": attempts,
        "source": {"file": detail.file, "line": detail.line},
        "usage": _usage(detail),
        "cost_usd": shapes.usd(detail.cost_usd),
    }
    return Shown(document=document, lines=request_lines(detail, tables.glyphs_for(engine.settings.ui.glyphs)))


def _usage(detail: RequestDetail) -> dict[str, int] | None:
    """Tokens as they are billed."""
    if detail.usage is None:
        return None
    tokens = tokens_of(detail.usage)
    return {
        "input_tokens": tokens.input,
        "output_tokens": tokens.output,
        "cache_read_tokens": tokens.cache_read,
        "cache_write_5m_tokens": tokens.cache_write_5m,
        "cache_write_1h_tokens": tokens.cache_write_1h,
    }


def _fact_lines(row: shapes.Shape) -> Iterator[output.Line]:
    """A row as labels and values, for one that has no table of its own."""
    pairs = []
    for name, value in row.items():
        if isinstance(value, dict):
            value = ", ".join(f"{number:,} {kind}" for kind, number in value.items() if number)
        elif isinstance(value, bool):
            value = "yes" if value else ""
        elif hasattr(value, "strftime"):
            value = f"{value:%Y-%m-%d %H:%M:%SZ}"
        elif name.endswith("_usd") and value is not None:
            value = formats.money(value)
        pairs.append((name.replace("_", " "), "" if value is None else str(value)))
    yield from tables.facts(pairs)
