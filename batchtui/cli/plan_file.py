"""`plan` for request files: how they would be split, what would come of it, and a program that does it."""

from collections.abc import Iterator

import msgspec

from batchtui.cli import diagnostics, output, session, shapes
from batchtui.cli import forecast as forecasts
from batchtui.cli.counting import counted
from batchtui.cli.forecast_options import Manner
from batchtui.cli.options import Options
from batchtui.cli.plan_lines import check_lines, cost_words, plan_lines
from batchtui.cli.progress import metered
from batchtui.cli.request_files import STDIN, RequestFiles
from batchtui.domain.failures import BadInput, ExitCode, UsageFailure
from batchtui.domain.forecasting.estimate import Basis, History
from batchtui.domain.forecasting.forecast import Forecast, forecast
from batchtui.domain.forecasting.job import Job
from batchtui.domain.forecasting.pace import pace_of
from batchtui.domain.forecasting.sizes import compared
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from batchtui.present import formats
from batchtui.present.cells import plain
from batchtui.workspace.programs import Language, PlannedFile, Program, write_program
from batchtui.workspace.requests.inputs import first_bytes, is_compressed


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What would come of sending a file: as it is planned, and in batches of other sizes."""

    made: Forecast
    sizes: list[Forecast]


async def plan_files(
    options: Options,
    inputs: RequestFiles,
    submit: SubmitOptions,
    allow: tuple[str, ...],
    how: Manner,
    *,
    code_in: Language | None,
) -> ExitCode:
    """Check and plan; nothing is written, nothing is sent but, where that was asked for, prompts to be counted."""
    if code_in is not None:
        must_be_one_plain_file(inputs)
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
        job = _job(engine, made, how)
        outlook = _outlook(engine, made, job) if job is not None else None
        batch_bytes = submit.chunk_bytes or engine.settings.submit.chunk_bytes
    time = _time(basis, len(made.chunks), engine.settings.submit.max_open_batches)
    code = _code(made, job, batch_bytes, code_in) if code_in is not None and job is not None else None
    document = {
        **shapes.plan(made),
        "time": time,
        "forecast": forecasts.shape(outlook.made, outlook.sizes, made.forecast) if outlook else None,
        "code": code,
    }
    if code is not None and not options.json:
        _tell_beside(made)
    output.show(options, "plan", document, code.splitlines() if code is not None else _lines(made, document, outlook))
    return ExitCode.DONE if made.report.ok else ExitCode.ERROR


def _tell_beside(plan: Plan) -> None:
    """What the plan would say on stdout, where the program has that place: warnings and the cost."""
    for line in check_lines(plan.report):
        diagnostics.say(line if isinstance(line, str) else plain(line))
    diagnostics.say(f"cost {cost_words(plan.cost)}")


def must_be_one_plain_file(inputs: RequestFiles) -> None:
    """A program reads one file of lines.

    Raises:
        UsageFailure, BadInput
    """
    if len(inputs.paths) != 1 or inputs.spooled is not None:
        raise UsageFailure(f"--code is about one file, not several and not `{STDIN}`", next="name one FILE")
    if is_compressed(first_bytes(str(inputs.paths[0]), 4)):
        raise BadInput(f"{inputs.paths[0]} is compressed; the program reads plain lines", next="unpack it first")


def _code(plan: Plan, job: Job, batch_bytes: int, language: Language) -> str:
    (file,) = plan.inputs
    models = sorted(plan.report.models, key=lambda model: -plan.report.models[model])
    longest = sum(tally.max_tokens for tally in plan.report.tallies)
    return write_program(
        Program(
            job=job,
            models=tuple(models),
            max_tokens=max(1, -(-longest // max(1, plan.requests))),
            batch_bytes=batch_bytes,
            file=PlannedFile(path=file.path, sha256=file.sha256),
        ),
        language,
    )


def _lines(plan: Plan, document: shapes.Shape, outlook: Outlook | None) -> Iterator[output.Line]:
    yield from check_lines(plan.report)
    if plan.report.ok:
        yield from plan_lines(plan, time=time_words(document["time"]))
    if outlook is not None:
        yield ""
        yield "forecast"
        yield from forecasts.lines(outlook.made, outlook.sizes)


def _job(engine: Engine, plan: Plan, how: Manner) -> Job | None:
    """The job that the files are, in the chunks as planned; None where nothing could be sent."""
    if not plan.report.ok or not plan.chunks:
        return None
    portions = tuple(chunk.requests for chunk in plan.chunks)
    return how.job(engine.settings, requests=sum(portions), portions=portions)


def _outlook(engine: Engine, plan: Plan, job: Job) -> Outlook:
    """What would come of sending it; times are those of the model most of it is for."""
    main_model = max(plan.report.models, key=lambda model: plan.report.models[model])
    pace = pace_of(engine.state, main_model)
    return Outlook(made=forecast(job, pace, plan.cost), sizes=compared(job, pace, plan.cost))


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
