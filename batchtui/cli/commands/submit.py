"""`submit`: what its options come to. What is done with that is `cli.submitting`."""

from typing import TypedDict, Unpack

import click

from batchtui.cli import session
from batchtui.cli.counting import count_option
from batchtui.cli.options import Command, Options
from batchtui.cli.parameters import (
    Real,
    Whole,
    allow_option,
    chunk_bytes_option,
    chunk_requests_option,
    files_argument,
    priority,
)
from batchtui.cli.request_files import RequestFiles, request_files
from batchtui.cli.sending import Wish
from batchtui.cli.submitting import Submission, go_on_with, submit
from batchtui.domain.failures import ExitCode, UsageFailure
from batchtui.domain.pilot import MOST_AHEAD, PilotKind
from batchtui.engine.counting import COUNTED
from batchtui.engine.pilot_plan import PilotOptions
from batchtui.engine.submit_options import SubmitOptions


class Given(TypedDict):
    """The options of the command line as click hands them over."""

    files: tuple[str, ...]
    allow: tuple[str, ...]
    name: str | None
    chunk_requests: int | None
    chunk_bytes: int | None
    priority: int
    wait: bool
    detach: bool
    count_tokens: bool
    canary: int | None
    canary_max_errors: float | None
    canary_max_usd: float | None
    warm: bool
    cache_control: str | None
    continues: str | None
    again: bool
    over_budget: bool


GO_WITH_CONTINUE = frozenset({"continues", "wait"})


@click.command("submit", cls=Command)
@files_argument(required=False)
@allow_option()
@click.option("--name", metavar="N", help="The run's name; by default the file's stem and the day.")
@chunk_requests_option()
@chunk_bytes_option()
@click.option("--priority", type=priority(), default=0, metavar="P", help="Runs of a higher one are sent first.")
@click.option("--wait", is_flag=True, help="Stay until the run is settled.")
@click.option("--detach", is_flag=True, help="Only hold it: `watch` or the dashboard send it.")
@count_option()
@click.option("--canary", type=Whole(1, MOST_AHEAD), metavar="N", help="N requests go ahead; then it asks.")
@click.option("--canary-max-errors", type=Real(0, 1), metavar="S", help="... or goes on up to this share.")
@click.option("--canary-max-usd", type=Real(0), metavar="U", help="... and up to this cost of the run.")
@click.option("--warm", is_flag=True, help="One request goes ahead and warms the cache for the others.")
@click.option("--cache-control", type=click.Choice(["5m", "1h"]), help="Add it to what the prompts have in common.")
@click.option("--continue", "continues", metavar="RUN", help="Send the rest of a run that waits for its canary.")
@click.option("--again", is_flag=True, help="Send content that was submitted under another name once more.")
@click.option("--over-budget", is_flag=True, help="Send it although it does not fit the budget.")
def submit_command(options: Options, **given: Unpack[Given]) -> ExitCode:
    """Make a run of request files and send what the limits allow.

    The plan is shown first and wants a yes; without a terminal it wants --yes. The same content under the same name
    is not sent again. Several FILEs are sent as one run; `-` is stdin.
    """
    if given["wait"] and given["detach"]:
        raise UsageFailure("--wait and --detach exclude each other")
    if not given["detach"] and not options.dry_run:
        session.needs_network(options, "submit")
    session.must_change(options, "submit")
    pilot = pilot_options(given["canary"], given["canary_max_errors"], given["canary_max_usd"], warm=given["warm"])
    if given["continues"] is not None:
        if any(choice for name, choice in given.items() if name not in GO_WITH_CONTINUE):
            raise UsageFailure("--continue goes on with a run as it was planned", next="leave the other choices away")
        return session.run(go_on_with(options, given["continues"], Wish(waits=given["wait"])))
    if not given["files"]:
        raise UsageFailure("no request file was named", next="name a FILE, or --continue RUN")
    with request_files(given["files"]) as inputs:
        return session.run(submit(options, _asked(given, inputs, pilot)))


def _asked(given: Given, inputs: RequestFiles, pilot: PilotOptions | None) -> Submission:
    return Submission(
        inputs=inputs,
        submit=SubmitOptions(
            name=given["name"],
            chunk_requests=given["chunk_requests"],
            chunk_bytes=given["chunk_bytes"],
            priority=given["priority"],
            counts=COUNTED if given["count_tokens"] else 0,
            pilot=pilot,
            cache_control=given["cache_control"] or "",
        ),
        allow=given["allow"],
        again=given["again"],
        over_budget=given["over_budget"],
        wish=Wish(detaches=given["detach"], waits=given["wait"]),
    )


def pilot_options(
    canary: int | None, max_errors: float | None, max_usd: float | None, *, warm: bool
) -> PilotOptions | None:
    """What goes ahead; one thing at most.

    Raises:
        UsageFailure
    """
    if canary is None and (max_errors is not None or max_usd is not None):
        raise UsageFailure("--canary-max-errors and --canary-max-usd want --canary N")
    if canary is not None and warm:
        raise UsageFailure("--canary and --warm exclude each other", next="a canary warms the cache as well")
    if canary is not None:
        return PilotOptions(kind=PilotKind.CANARY, requests=canary, max_errors=max_errors, max_usd=max_usd)
    return PilotOptions(kind=PilotKind.WARM) if warm else None
