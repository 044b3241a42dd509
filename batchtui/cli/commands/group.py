"""`group`: how results are put into groups in this workspace, and which group is put aside. Nothing is sent."""

from collections.abc import Sequence
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
@click.option("--split", "change", flag_value="split", help="Tell its members apart by their message, or undo that.")
@click.option("--merge", "change", flag_value="merge", help="Count these groups as one; the first lends its name.")
@click.option("--apart", "change", flag_value="apart", help="Take a merge back.")
@click.option("--mute", "change", flag_value="mute", help="Put it aside: with --days, --below or both.")
@click.option("--lift", "change", flag_value="lift", help="No longer put it aside.")
@click.option("--days", type=days(), metavar="D", help="Put aside for so many days.")
@click.option("--below", type=Whole(1), metavar="N", help="Put aside while it has fewer than N members.")
def group_command(
    options: Options, cls: str, templates: tuple[str, ...], change: str | None, days: float | None, below: int | None
) -> ExitCode:
    """Split, merge or put aside groups, named by class and template as `errors --json` has them."""
    _must_fit(change, templates, has_limit=days is not None or below is not None)
    session.must_change(options, "group")
    until = timedelta(days=days) if days is not None else None
    return session.run(_group(options, [(cls, each) for each in templates], change or "", until, below))


def _must_fit(change: str | None, templates: Sequence[str], *, has_limit: bool) -> None:
    if change is None:
        raise UsageFailure("what to do is missing", next="--split, --merge, --apart, --mute or --lift")
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
