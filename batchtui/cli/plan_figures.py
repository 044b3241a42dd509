"""`plan` without a file: a job in figures, what would come of it, and a program that does it."""

from collections.abc import Iterator
from typing import Final

import msgspec

from batchtui.cli import forecast as forecasts
from batchtui.cli import output, session, shapes
from batchtui.cli.forecast_options import Manner
from batchtui.cli.options import Options
from batchtui.cli.tables import facts
from batchtui.domain.cost import exact
from batchtui.domain.failures import ExitCode, UsageFailure
from batchtui.domain.forecasting.forecast import Forecast, forecast
from batchtui.domain.forecasting.job import Job, even_portions
from batchtui.domain.forecasting.pace import pace_of
from batchtui.domain.forecasting.sizes import compared
from batchtui.domain.forecasting.token_forecast import given
from batchtui.domain.ids import chunk_label
from batchtui.domain.run import ChunkPlan
from batchtui.workspace.programs import Language, Program, write_program


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """A job in figures, where there is no file yet."""

    requests: int
    input_tokens: int
    output_tokens: int
    model: str


_FIGURES: Final = ("--requests", "--input-tokens", "--output-tokens", "--model")

MOST_BATCHES: Final = 200_000
"""More are not planned: nothing would be learned from them, and each takes memory."""


def load_from(
    files: tuple[str, ...], requests: int | None, input_tokens: int | None, output_tokens: int | None, model: str | None
) -> Load | None:
    """The figures, or None where a file was named.

    Raises:
        UsageFailure: both, or neither, or half of them.
    """
    given = (requests, input_tokens, output_tokens, model)
    if files and any(value is not None for value in given):
        raise UsageFailure("a file and figures were both given", next="name a file, or --requests and the others")
    if files:
        return None
    if requests is None or input_tokens is None or output_tokens is None or not model:
        lacking = [name for name, value in zip(_FIGURES, given, strict=True) if value in (None, "")]
        what = "nothing to plan" if len(lacking) == len(given) else f"{' and '.join(lacking)} missing"
        raise UsageFailure(what, next=f"name a FILE, or give {', '.join(_FIGURES[:-1])} and {_FIGURES[-1]}")
    return Load(requests=requests, input_tokens=input_tokens, output_tokens=output_tokens, model=model)


async def plan_figures(
    options: Options, load: Load, manner: Manner, *, code_in: Language | None, chunk_bytes: int | None
) -> ExitCode:
    """Say what would come of it, or write a program; the workspace is only looked at, for settings and past."""
    looks_only = msgspec.structs.replace(options, offline=True)
    async with session.opened(looks_only) as engine:
        job = manner.job(engine.settings, requests=load.requests)
        if load.requests > MOST_BATCHES * job.batch_requests:
            batches = load.requests // job.batch_requests
            raise UsageFailure(f"these would be {batches:,} batches", next="give a larger --chunk-requests")
        one_pass = exact(
            requests=load.requests,
            input_tokens=load.input_tokens,
            output_tokens=load.output_tokens,
            model=load.model,
            prices=engine.prices,
        )
        pace = pace_of(engine.state, load.model)
        batch_bytes = chunk_bytes or engine.settings.submit.chunk_bytes
    tokens = given(
        model=load.model,
        requests=load.requests,
        input_tokens=load.input_tokens,
        output_tokens=load.output_tokens,
    )
    made, sizes = forecast(job, pace, one_pass), compared(job, pace, one_pass)
    code = _code(load, job, batch_bytes, code_in) if code_in is not None else None
    document = {
        "requests": load.requests,
        "chunks": [{**shapes.planned_chunk(chunk), "bytes": None} for chunk in _chunks(made)],
        "cost": shapes.cost(one_pass, tokens),
        "time": None,
        "forecast": forecasts.shape(made, sizes, tokens),
        "code": code,
    }
    output.show(options, "plan", document, code.splitlines() if code is not None else _lines(load, made, sizes))
    return ExitCode.DONE


def _code(load: Load, job: Job, batch_bytes: int, language: Language) -> str:
    """The program; a request of no output still wants room for one token."""
    return write_program(
        Program(job=job, models=(load.model,), max_tokens=max(1, load.output_tokens), batch_bytes=batch_bytes),
        language,
    )


def _chunks(made: Forecast) -> tuple[ChunkPlan, ...]:
    portions = even_portions(made.job.requests, made.job.batch_requests)
    return tuple(
        ChunkPlan(label=chunk_label(number), requests=requests, bytes=0, sha256="")
        for number, requests in enumerate(portions, 1)
    )


def _lines(load: Load, made: Forecast, sizes: list[Forecast]) -> Iterator[output.Line]:
    tokens = f"{load.input_tokens:,} in, {load.output_tokens:,} out each"
    yield from facts([("  requests", f"{load.requests:,} for {load.model}, {tokens}")])
    yield from forecasts.lines(made, sizes)
