"""`plan`: how a request file would be split and what it may cost; or the same for figures instead of a file."""

from collections.abc import Iterator
from typing import Any

import click
import msgspec

from batchtui.cli import forecast as forecasts
from batchtui.cli import output, session, shapes
from batchtui.cli.counting import count_option, counted
from batchtui.cli.forecast_options import Manner, manner_options
from batchtui.cli.options import Command, Options
from batchtui.cli.parameters import allow_option, chunk_bytes_option, chunk_requests_option, files_argument
from batchtui.cli.plan_figures import load_from, plan_figures
from batchtui.cli.plan_lines import check_lines, plan_lines
from batchtui.cli.progress import metered
from batchtui.cli.request_files import RequestFiles, request_files
from batchtui.domain.estimate import Basis, History
from batchtui.domain.failures import ExitCode, UsageFailure
from batchtui.domain.forecast import Forecast, forecast
from batchtui.domain.pace import pace_of
from batchtui.domain.sizes import compared
from batchtui.engine.counting import COUNTED
from batchtui.engine.engine import Engine
from batchtui.engine.planner import SubmitOptions
from batchtui.engine.plans import Plan
from batchtui.present import formats
from batchtui.workspace.programs import Language

Outlook = tuple[Forecast, list[Forecast]]


@click.command("plan", cls=Command)
@files_argument(required=False)
@allow_option()
@chunk_requests_option()
@chunk_bytes_option()
@count_option()
@click.option("--requests", type=click.IntRange(1), metavar="N", help="Without a file: so many requests ...")
@click.option("--input-tokens", type=click.IntRange(0), metavar="A", help="... of so many input tokens each ...")
@click.option("--output-tokens", type=click.IntRange(0), metavar="B", help="... and so many output tokens ...")
@click.option("--model", metavar="M", help="... for this model.")
@manner_options()
@click.option(
    "--code", type=click.Choice([str(name) for name in Language]), help="With figures: a program for the whole job."
)
def plan_command(
    options: Options,
    files: tuple[str, ...],
    allow: tuple[str, ...],
    chunk_requests: int | None,
    chunk_bytes: int | None,
    count_tokens: bool,
    requests: int | None,
    input_tokens: int | None,
    output_tokens: int | None,
    model: str | None,
    code: str | None,
    **manner: Any,
) -> ExitCode:
    """Check request files and show how they would be split, what they may cost, how long it may take.

    Nothing is written, nothing is sent. Instead of a file the figures of a job will do: --requests,
    --input-tokens, --output-tokens and --model. The options about concurrency, failures and retries change
    the forecast only; a run itself is sent as the settings say.
    """
    how = Manner(chunk_requests=chunk_requests, **manner)
    load = load_from(files, requests, input_tokens, output_tokens, model)
    if load is not None:
        if allow or (chunk_bytes is not None and code is None):
            raise UsageFailure("--allow and --chunk-bytes are about a file", next="name a FILE, or leave them away")
        code_in = Language(code) if code is not None else None
        return session.run(plan_figures(options, load, how, code_in=code_in, chunk_bytes=chunk_bytes))
    if code is not None:
        raise UsageFailure("--code wants figures, not a file", next="give --requests and the others")
    submit = SubmitOptions(
        chunk_requests=chunk_requests, chunk_bytes=chunk_bytes, counts=COUNTED if count_tokens else 0
    )
    with request_files(files) as inputs:
        return session.run(_plan_files(options, inputs, submit, allow, how))


async def _plan_files(
    options: Options, inputs: RequestFiles, submit: SubmitOptions, allow: tuple[str, ...], how: Manner
) -> ExitCode:
    looks_only = msgspec.structs.replace(options, offline=not submit.counts)
    async with session.opened(looks_only) as engine:
        rules = engine.rules(allow=allow)
        with metered() as meter:
            made = await engine.planner.plan_submit(
                inputs.paths, msgspec.structs.replace(submit, rules=rules), builds=False, progress=meter.show
            )
        if submit.counts:
            made = await counted(engine, made)
        made = inputs.plan(made)
        basis = _basis(engine, made)
        outlook = _outlook(engine, made, how)
    time = _time(basis, len(made.chunks), engine.settings.submit.max_open_batches)
    document = {**shapes.plan(made), "time": time, "forecast": forecasts.shape(*outlook) if outlook else None}
    output.show(options, "plan", document, _lines(made, document, outlook))
    return ExitCode.DONE if made.report.ok else ExitCode.ERROR


def _lines(plan: Plan, document: shapes.Shape, outlook: Outlook | None) -> Iterator[output.Line]:
    yield from check_lines(plan.report)
    if plan.report.ok:
        yield from plan_lines(plan, time=time_words(document["time"]))
    if outlook is not None:
        yield ""
        yield "forecast"
        yield from forecasts.lines(*outlook)


def _outlook(engine: Engine, plan: Plan, how: Manner) -> Outlook | None:
    """What would come of sending it; times are those of the model most of it is for."""
    if not plan.report.ok or not plan.chunks:
        return None
    portions = tuple(chunk.requests for chunk in plan.chunks)
    job = how.job(engine.settings, requests=sum(portions), portions=portions)
    main_model = max(plan.report.models, key=lambda model: plan.report.models[model])
    pace = pace_of(engine.state, main_model)
    return forecast(job, pace, plan.cost), compared(job, pace, plan.cost)


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
