"""`plan`: how a request file would be split and what it may cost; or the same for figures instead of a file."""

from collections.abc import Iterator

import click
import msgspec

from batchtui.cli import output, session, shapes, tables
from batchtui.cli.options import Command, Options
from batchtui.cli.parameters import allow_option, chunk_bytes_option, chunk_requests_option, files_argument
from batchtui.cli.plan_lines import check_lines, chunks_words, cost_words, plan_lines
from batchtui.cli.progress import metered
from batchtui.cli.request_files import RequestFiles, request_files
from batchtui.domain.cost import CostRange, exact
from batchtui.domain.estimate import Basis, History
from batchtui.domain.failures import ExitCode, UsageFailure
from batchtui.domain.ids import chunk_label
from batchtui.domain.run import ChunkPlan
from batchtui.engine.check_rules import check_rules
from batchtui.engine.engine import Engine
from batchtui.engine.planner import SubmitOptions
from batchtui.engine.plans import Plan
from batchtui.present import formats
from batchtui.present.sdk_code import WRITERS, CodeJob
from batchtui.workspace.prices import load_prices


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """A job in figures, where there is no file yet."""

    requests: int
    input_tokens: int
    output_tokens: int
    model: str


@click.command("plan", cls=Command)
@files_argument(required=False)
@allow_option()
@chunk_requests_option()
@chunk_bytes_option()
@click.option("--requests", type=click.IntRange(1), metavar="N", help="Without a file: so many requests ...")
@click.option("--input-tokens", type=click.IntRange(0), metavar="A", help="... of so many input tokens each ...")
@click.option("--output-tokens", type=click.IntRange(0), metavar="B", help="... and so many output tokens ...")
@click.option("--model", metavar="M", help="... for this model.")
@click.option("--code", type=click.Choice(list(WRITERS)), help="With figures: a program that sends such a job.")
def plan_command(
    options: Options,
    files: tuple[str, ...],
    allow: tuple[str, ...],
    chunk_requests: int | None,
    chunk_bytes: int | None,
    requests: int | None,
    input_tokens: int | None,
    output_tokens: int | None,
    model: str | None,
    code: str | None,
) -> ExitCode:
    """Check request files and show how they would be split, what they may cost, how long it may take.

    Nothing is written, nothing is sent. Instead of a file the figures of a job will do: --requests,
    --input-tokens, --output-tokens and --model.
    """
    load = _load(files, requests, input_tokens, output_tokens, model)
    if load is not None:
        return _plan_load(options, load, chunk_requests, code)
    if code is not None:
        raise UsageFailure("--code wants figures, not a file", next="give --requests and the others")
    submit = SubmitOptions(chunk_requests=chunk_requests, chunk_bytes=chunk_bytes)
    with request_files(files) as inputs:
        return session.run(_plan_files(options, inputs, submit, allow))


def _load(
    files: tuple[str, ...], requests: int | None, input_tokens: int | None, output_tokens: int | None, model: str | None
) -> Load | None:
    given = (requests, input_tokens, output_tokens, model)
    if files and any(value is not None for value in given):
        raise UsageFailure("a file and figures were both given", next="name a file, or --requests and the others")
    if files:
        return None
    if requests is None or input_tokens is None or output_tokens is None or model is None:
        raise UsageFailure(
            "nothing to plan", next="name a FILE, or give --requests, --input-tokens, --output-tokens and --model"
        )
    return Load(requests=requests, input_tokens=input_tokens, output_tokens=output_tokens, model=model)


async def _plan_files(
    options: Options, inputs: RequestFiles, submit: SubmitOptions, allow: tuple[str, ...]
) -> ExitCode:
    looks_only = msgspec.structs.replace(options, offline=True)
    async with session.opened(looks_only) as engine:
        rules = check_rules(engine.settings, engine.prices, allow=allow)
        with metered() as meter:
            made = await engine.planner.plan_submit(
                inputs.paths, msgspec.structs.replace(submit, rules=rules), builds=False, progress=meter.show
            )
        made = inputs.plan(made)
        basis = _basis(engine, made)
    document = {**shapes.plan(made), "time": _time(basis, len(made.chunks), engine.settings.submit.max_open_batches)}
    output.show(options, "plan", document, _lines(made, document))
    return ExitCode.DONE if made.report.ok else ExitCode.ERROR


def _lines(plan: Plan, document: shapes.Shape) -> Iterator[output.Line]:
    yield from check_lines(plan.report)
    if plan.report.ok:
        yield from plan_lines(plan, time=time_words(document["time"]))


def _basis(engine: Engine, plan: Plan) -> Basis | None:
    largest = max((chunk.requests for chunk in plan.chunks), default=0)
    return History(engine.state).similar(plan.report.models, largest)


def _time(basis: Basis | None, chunks: int, max_open: int) -> shapes.Shape | None:
    """An estimate with its basis, or nothing: `max_open` batches run side by side, the others wait for them."""
    if basis is None or not chunks:
        return None
    waves = -(-chunks // max_open)
    return {
        "p50_seconds": round(basis.p50.total_seconds() * waves),
        "p90_seconds": round(basis.p90.total_seconds() * waves),
        "basis_chunks": basis.chunks,
    }


def time_words(time: shapes.Shape | None) -> str:
    """`~1h50, at worst ~3h10 (estimate from 9 similar chunks)`."""
    if time is None:
        return "no estimate: too few similar chunks have ended here"
    p50, p90 = formats.duration(time["p50_seconds"]), formats.duration(time["p90_seconds"])
    return f"~{p50}, in bad cases ~{p90} (estimate from {time['basis_chunks']} similar chunks)"


def _plan_load(options: Options, load: Load, chunk_requests: int | None, language: str | None) -> ExitCode:
    settings = session.find_workspace(options).settings
    cost = exact(
        requests=load.requests,
        input_tokens=load.input_tokens,
        output_tokens=load.output_tokens,
        model=load.model,
        prices=load_prices(settings.prices),
    )
    size = chunk_requests or settings.submit.chunk_requests
    chunks = tuple(_even_chunks(load.requests, size))
    code = _code(load, size, language) if language is not None else None
    rows = [{**shapes.planned_chunk(chunk), "bytes": None} for chunk in chunks]
    document = {"requests": load.requests, "chunks": rows, "cost": shapes.cost(cost), "time": None, "code": code}
    lines = code.splitlines() if code is not None else _load_lines(load, chunks, cost)
    output.show(options, "plan", document, lines)
    return ExitCode.DONE


def _code(load: Load, chunk_requests: int, language: str) -> str:
    job = CodeJob(
        requests=load.requests,
        chunk_requests=chunk_requests,
        model=load.model,
        max_tokens=max(1, load.output_tokens),
    )
    return WRITERS[language](job)


def _even_chunks(requests: int, size: int) -> Iterator[ChunkPlan]:
    for number, first in enumerate(range(0, requests, size), 1):
        yield ChunkPlan(label=chunk_label(number), requests=min(size, requests - first), bytes=0, sha256="")


def _load_lines(load: Load, chunks: tuple[ChunkPlan, ...], cost: CostRange) -> Iterator[output.Line]:
    tokens = f"{load.input_tokens:,} in, {load.output_tokens:,} out each"
    yield from tables.facts(
        [
            ("requests", f"{load.requests:,} for {load.model}, {tokens}"),
            ("chunks", chunks_words(chunks)),
            ("cost", cost_words(cost)),
        ]
    )
