"""`errors`: what did not succeed, grouped by class and message; with `--members` each request of it."""

from collections.abc import Iterator, Sequence

import click

from batchtui.cli import diagnostics, link, output, session, shapes, tables
from batchtui.cli.class_names import must_be_known
from batchtui.cli.collecting import collect_first
from batchtui.cli.issues import CountedGroup, Member, attempts_of, grouped, members
from batchtui.cli.options import Command, Options
from batchtui.cli.refused import document as refused_document
from batchtui.cli.refused import refused_of, refused_row, sentence
from batchtui.cli.request_detail import find_detail
from batchtui.domain.failures import ExitCode, Failure
from batchtui.domain.issues.group_state import GroupState, state_of
from batchtui.domain.lookup import BatchRef, Ref, RequestRef, resolve
from batchtui.domain.never_accepted import NeverAccepted
from batchtui.domain.unsendable import why_unsendable
from batchtui.domain.words import several
from batchtui.engine.engine import Engine
from batchtui.engine.verbs_batches import batches_of
from batchtui.present import formats
from batchtui.present.cells import Cell, Column, Role, Row, cell

_COLUMNS = (
    Column(key="n", head="N", width=1, align="right"),
    Column(key="class", head="CLASS", width=1),
    Column(key="retry", head="RETRY?", width=1),
    Column(key="retried", head="RETRIED", width=1, align="right", goes=1),
    Column(key="state", head="STATE", width=1, goes=2),
    Column(key="est", head="EST", width=1, align="right", goes=2),
    Column(key="sample", head="SAMPLE", width=1, least=8, cut="end", goes=3),
    Column(key="template", head="TEMPLATE", width=1, least=16, cut="end"),
)
_RETRY_ROLES: dict[str, Role] = {"resend": "ok", "edit": "warn", "ask": "warn", "refuse": "err"}


@click.command("errors", cls=Command)
@click.argument("id_", metavar="ID")
@click.option("--class", "classes", multiple=True, metavar="C", help="Only this class; repeatable.")
@click.option("--members", "wants_members", is_flag=True, help="Each request, with --json one object a line.")
def errors_command(options: Options, id_: str, classes: tuple[str, ...], wants_members: bool) -> ExitCode:
    """Group what did not succeed of a run, a chunk or a batch, and say what deserves another attempt.

    Chunks that have ended are collected first. Requests that a retry has sent again are counted as retried.
    """
    run = session.run_stream if wants_members else session.run
    return run(_errors(options, id_, frozenset(classes), wants_members=wants_members))


async def _errors(options: Options, id_: str, classes: frozenset[str], *, wants_members: bool) -> ExitCode:
    async with session.opened(options, may_create=False) as engine:
        failure = await link.look(engine)
        ref = resolve(engine.state, id_)
        await _bring_results(engine, ref, failure)
        must_be_known(engine, [ref], classes, id_)
        if isinstance(ref, RequestRef):
            find_detail(engine, ref)  # that there is no such request is not that nothing went wrong
        found = (member for member in members(engine, attempts_of(engine, ref)) if _is_wanted(member, ref, classes))
        if wants_members:
            _show_members(options, engine, found)
        else:
            _show_groups(options, engine, ref, grouped(engine, found, _named(engine, ref)["run"]), classes)
        if failure is None:
            return ExitCode.DONE
        diagnostics.say(f"batchtui: {failure}")
        return failure.exit_code


async def _bring_results(engine: Engine, ref: Ref, failure: Failure | None) -> None:
    named = ref if not isinstance(ref, RequestRef) else resolve(engine.state, ref.run)
    if failure is None:
        await collect_first(engine, batches_of(engine.state, named))


def _is_wanted(member: Member, ref: Ref, classes: frozenset[str]) -> bool:
    if isinstance(ref, RequestRef) and member.issue.custom_id != ref.custom_id:
        return False
    return not classes or member.issue.cls in classes


def _show_members(options: Options, engine: Engine, found: Iterator[Member]) -> None:
    for member in found:
        row = _member(engine, member)
        if options.json:
            output.write_json("errors", row)
        else:
            words = (row["custom_id"], row["class"], row["chunk"] or "-", row["request_id"] or "-", row["message"])
            output.write_lines(options, ["  ".join(words)])


def _member(engine: Engine, member: Member) -> shapes.Shape:
    issue = member.issue
    return {
        "custom_id": issue.custom_id,
        "class": issue.cls,
        "message": issue.message,
        "request_id": issue.request_id,
        "run": member.run if member.run in engine.state.runs else None,
        "chunk": member.chunk.label or None,
        "batch_id": member.chunk.batch_id,
        "attempt": member.attempt,
        "retried_by": member.retried_by,
    }


def _show_groups(
    options: Options, engine: Engine, ref: Ref, groups: Sequence[CountedGroup], classes: frozenset[str]
) -> None:
    rows = [_group(engine, ref, entry) for entry in groups]
    total = sum(row["requests"] for row in rows)
    waiting = _not_collected(engine, ref)
    refused = refused_of(engine.state, ref, classes)
    document = {
        **_named(engine, ref),
        "groups": rows,
        "requests": total,
        "not_collected": waiting,
        "never_accepted": refused_document(refused),
        "connection": shapes.connection(engine.core.live.link),
    }
    unsendable = why_unsendable(engine.state, document["run"] or "")
    lines = _lines(engine, rows, classes, refused, total=total, waiting=waiting, unsendable=unsendable)
    output.show(options, "errors", document, lines)


def _named(engine: Engine, ref: Ref) -> shapes.Shape:
    if isinstance(ref, BatchRef):
        return {"run": engine.state.batches[ref.batch_id].run, "batch_id": ref.batch_id}
    if ref.run in engine.state.batches:
        return {"run": None, "batch_id": ref.run}
    return {"run": ref.run, "batch_id": None}


def _not_collected(engine: Engine, ref: Ref) -> int:
    """Batches whose results are not here, so that nothing is said about them."""
    named = ref if not isinstance(ref, RequestRef) else resolve(engine.state, ref.run)
    return sum(engine.state.batches[batch_id].collected is None for batch_id in batches_of(engine.state, named))


def _group(engine: Engine, ref: Ref, entry: CountedGroup) -> shapes.Shape:
    group = entry.group
    return {
        "class": group.cls,
        "template": group.template,
        "requests": group.requests,
        "retry": str(group.verdict),
        "reason": group.reason,
        "sample_custom_id": group.sample.custom_id,
        "sample_message": group.sample.message,
        "est_cost_usd": _estimate(engine, ref, group.requests),
        "already_retried": entry.already_retried,
        "state": str(state_of(entry.facts, engine.core.clock.now())),
        "fixed": entry.facts.fixed,
        "failed_again": entry.facts.failed_again,
        "seen_at": shapes.utc(entry.facts.seen_at),
        "muted_until": shapes.utc(entry.facts.muted_until),
        "muted_below": entry.facts.muted_below,
    }


def _estimate(engine: Engine, ref: Ref, requests: int) -> float | None:
    """The high estimate of sending so many again; None where a price is unknown."""
    name = engine.state.batches[ref.batch_id].run if isinstance(ref, BatchRef) else ref.run
    run = engine.state.runs.get(name) if name is not None else None
    if run is None or run.cost.unknown_models or not run.models:
        return None
    return shapes.usd(run.cost.share(requests, run.requests).high_usd)


def _lines(
    engine: Engine,
    found: Sequence[shapes.Shape],
    classes: frozenset[str],
    refused: NeverAccepted | None,
    *,
    total: int,
    waiting: int,
    unsendable: str,
) -> Iterator[output.Line]:
    rows = [Row(id=str(number), cells=_cells(row)) for number, row in enumerate(found)]
    if refused is not None:
        rows.append(refused_row(refused))
    if rows:
        yield from tables.fitted_table(_COLUMNS, rows, engine.settings)
    if found:
        left = [row for row in found if row["retry"] == "resend"]
        again, aside = _left(left, is_aside=False), _left(left, is_aside=True)
        can = f"{again:,} can be sent again as they are" + (f", {aside:,} more put aside" if aside else "")
        if unsendable:
            can = f"none can be sent again from here: {unsendable}"
        yield cell(f"{total:,} did not simply succeed; {can}", "dim")
    elif refused is None:
        yield f"nothing {_of_classes(classes)} in what is collected"
    if refused is not None:
        yield cell(sentence(refused), "warn")
    if waiting:
        batches = several(waiting, "batch", "batches")
        yield cell(f"not collected yet, so nothing is known of their results: {batches}", "warn")


def _left(rows: Sequence[shapes.Shape], *, is_aside: bool) -> int:
    """Requests of these groups that nobody has sent again; what is put aside is sent by nobody who does not name it."""
    wanted = (row for row in rows if (row["state"] == GroupState.MUTED) is is_aside)
    return sum(row["requests"] - row["already_retried"] for row in wanted)


def _of_classes(classes: frozenset[str]) -> str:
    """A class that nothing has, misspelt perhaps, does not say that all went well."""
    return f"of class {' or '.join(sorted(classes))}" if classes else "went wrong"


def _cells(row: shapes.Shape) -> dict[str, Cell]:
    est = row["est_cost_usd"]
    return {
        "n": tables.count_cell(row["requests"]),
        "class": tables.text_cell(row["class"]),
        "retry": cell(row["retry"], _RETRY_ROLES[row["retry"]]),
        "retried": tables.count_cell(row["already_retried"]),
        "state": cell(row["state"].replace("_", " "), "dim" if row["state"] in ("seen", "fixed", "muted") else "text"),
        "est": cell(formats.money(est, is_estimate=True) if est is not None else "-"),
        "sample": tables.text_cell(row["sample_custom_id"]),
        "template": tables.text_cell(row["template"]),
    }
