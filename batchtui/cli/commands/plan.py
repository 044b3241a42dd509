"""`plan`: how a request file would be split and what it may cost; or the same for figures instead of a file."""

from typing import Any

import click

from batchtui.cli import session
from batchtui.cli.counting import count_option
from batchtui.cli.forecast_options import Manner, manner_options
from batchtui.cli.options import Command, Options
from batchtui.cli.parameters import Whole, allow_option, chunk_bytes_option, chunk_requests_option, files_argument
from batchtui.cli.plan_figures import load_from, plan_figures
from batchtui.cli.plan_file import plan_files
from batchtui.cli.request_files import request_files
from batchtui.domain.failures import ExitCode, UsageFailure
from batchtui.engine.counting import COUNTED
from batchtui.engine.submit_options import SubmitOptions
from batchtui.workspace.programs import Language


@click.command("plan", cls=Command)
@files_argument(required=False)
@allow_option()
@chunk_requests_option()
@chunk_bytes_option()
@count_option()
@click.option("--requests", type=Whole(1, 1_000_000_000), metavar="N", help="Without a file: so many requests ...")
@click.option("--input-tokens", type=Whole(0), metavar="A", help="... of so many input tokens each ...")
@click.option("--output-tokens", type=Whole(0), metavar="B", help="... and so many output tokens ...")
@click.option("--model", metavar="M", help="... for this model.")
@manner_options()
@click.option(
    "--code", type=click.Choice([str(name) for name in Language]), help="A program for the SDK that does the job."
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
    --input-tokens, --output-tokens and --model. The options about concurrency, failures and retries change the
    forecast and the program of --code; a run of `submit` is sent as the settings say.
    """
    code_in = Language(code) if code is not None else None
    how = Manner(chunk_requests=chunk_requests, **manner)
    load = load_from(files, requests, input_tokens, output_tokens, model)
    if load is not None:
        if allow or (chunk_bytes is not None and code is None):
            raise UsageFailure("--allow and --chunk-bytes are about a file", next="name a FILE, or leave them away")
        return session.run(plan_figures(options, load, how, code_in=code_in, chunk_bytes=chunk_bytes))
    submit = SubmitOptions(
        chunk_requests=chunk_requests, chunk_bytes=chunk_bytes, counts=COUNTED if count_tokens else 0
    )
    with request_files(files) as inputs:
        return session.run(plan_files(options, inputs, submit, allow, how, code_in=code_in))
