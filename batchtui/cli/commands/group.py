"""`group`: how results are put into groups in this workspace, and which group is put aside. Nothing is sent."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import click

from batchtui.cli import output, session
from batchtui.cli.options import Command, Options
from batchtui.cli.parameters import Whole, days
from batchtui.domain.failures import ExitCode, UsageFailure
from batchtui.engine import verbs_groups
from batchtui.engine.engine import Engine


@click.command("group", cls=Command)
@click.argument("cls", metavar="CLASS")
@click.argument("templates", metavar="TEMPLATE...", nargs=-1, required=True)
@click.option("--split", is_flag=True, help="Tell its members apart by their message, or undo that.")
@click.option("--merge", is_flag=True, help="Count these groups as one; the first lends its name.")
@click.option("--apart", is_flag=True, help="Take a merge back.")
@click.option("--mute", is_flag=True, help="Put it aside: with --days, --below or both.")
@click.option("--lift", is_flag=True, help="No longer put it aside.")
@click.option("--days", type=days(), metavar="D", help="Put aside for so many days.")
@click.option("--below", type=Whole(1), metavar="N", help="Put aside while it has fewer than N members.")
def group_command(
    options: Options, cls: str, templates: tuple[str, ...], days: float | None, below: int | None, **changes: bool
) -> ExitCode:
    """Split, merge or put aside groups, named by class and template as `errors --json` has them."""
    change = _only(changes)
    if not all((cls, *templates)):
        raise UsageFailure("a group is named by an empty text", next="`errors RUN --json` tells class and template")
    _must_fit(change, templates, has_limit=days is not None or below is not None)
    session.must_change(options, "group")
    until = timedelta(days=days) if days is not None else None
    return session.run(_group(options, [(cls, each) for each in templates], change, until, below))


def _only(changes: Mapping[str, bool]) -> str:
    """The one thing that is asked for."""
    wanted = [name for name, is_wanted in changes.items() if is_wanted]
    if not wanted:
        raise UsageFailure("what to do is missing", next="--split, --merge, --apart, --mute or --lift")
    if len(wanted) > 1:
        raise UsageFailure(f"--{' and --'.join(sorted(wanted))} exclude each other", next="give one of them")
    return wanted[0]


def _must_fit(change: str, templates: Sequence[str], *, has_limit: bool) -> None:
    if change != "merge" and len(templates) > 1:
        raise UsageFailure(f"--{change} takes one TEMPLATE")
    if change == "mute" and not has_limit:
        raise UsageFailure("--mute puts a group aside until when?", next="--days N, or --below N requests in a run")
    if has_limit and change != "mute":
        raise UsageFailure("--days and --below say how long --mute lasts", next="add --mute, or leave them away")


async def _group(
    options: Options, keys: Sequence[tuple[str, str]], change: str, until: timedelta | None, below: int | None
) -> ExitCode:
    async with session.opened(options, may_create=True, makes_no_call=True) as engine:
        words = "nothing was changed" if options.dry_run else _do(engine, keys, change, until, below)
        document = {
            "class": keys[0][0],
            "templates": [template for _, template in keys],
            "change": change,
            "revision": engine.store.read_grouping().revision,
            "dry_run": options.dry_run,
        }
        output.show(options, "group", document, [words])
        return ExitCode.DONE


def _do(
    engine: Engine, keys: Sequence[tuple[str, str]], change: str, until: timedelta | None, below: int | None
) -> str:
    key = keys[0]
    match change:
        case "split":
            return verbs_groups.split(engine, key)
        case "merge":
            return verbs_groups.merge(engine, keys)
        case "apart":
            return verbs_groups.part(engine, key)
        case _:
            moment = engine.core.clock.now() + until if until is not None else None
            verbs_groups.mute(engine, key, until=moment, below=below)
            return "put aside" if change == "mute" else "no longer put aside"
