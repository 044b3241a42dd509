"""`reconcile`: settle submissions without an answer from the list, and by a person's word where that can't."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from batchtui.cli import confirm, diagnostics, link, output, session, shapes
from batchtui.cli.agreement import ask
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import ExitCode, UsageFailure
from batchtui.domain.settling import contested, needs_person, undecidable
from batchtui.domain.submission import ChunkState, Submission
from batchtui.domain.words import chunk_name, several
from batchtui.engine import verbs_submissions
from batchtui.engine.engine import Engine


@click.command("reconcile", cls=Command)
@click.option("--adopt", "adoptions", multiple=True, metavar="SUBMISSION=BATCH", help="This batch is its outcome.")
@click.option("--abandon", "abandoned", multiple=True, metavar="SUBMISSION", help="Give it up; nothing is sent again.")
def reconcile_command(options: Options, adoptions: tuple[str, ...], abandoned: tuple[str, ...]) -> ExitCode:
    """Settle submissions whose outcome is unknown. Never sends anything.

    Reads the list of batches once and concludes what it proves; what is left is listed with its candidates. The exit
    code is 6 while any outcome is unknown.
    """
    session.needs_network(options, "reconcile")
    if adoptions or abandoned:
        session.must_change(options, "reconcile")
    pairs = [parse_adoption(text) for text in adoptions]
    return session.run(_reconcile(options, pairs, abandoned))


def parse_adoption(text: str) -> tuple[str, str]:
    """`SUBMISSION=BATCH` -> both ids.

    Raises:
        UsageFailure
    """
    submission, equals, batch_id = text.partition("=")
    if not equals or not submission or not batch_id:
        raise UsageFailure(f"--adopt {text!r} is no SUBMISSION=BATCH", next="`batchtui reconcile` lists both")
    return submission, batch_id


async def _reconcile(options: Options, adoptions: Sequence[tuple[str, str]], abandoned: Sequence[str]) -> ExitCode:
    async with session.opened(options, may_create=False) as engine:
        await link.reach(engine, "reconcile")
        await _ask_the_results(engine)
        doubtful = _with_candidates(engine, abandoned)
        if doubtful:
            refused = _warn_of_candidates(options, engine, doubtful)
            if refused is not None:
                return refused
        if not options.dry_run:
            for submission, batch_id in adoptions:
                verbs_submissions.adopt_for(engine, submission, batch_id)
            for submission in abandoned:
                verbs_submissions.abandon(engine, submission)
        left = verbs_submissions.unsettled(engine.state)
        document = _document(options, engine, left, adoptions, abandoned)
        output.show(options, "reconcile", document, _lines(engine, left))
        is_unknown = any(entry.state is ChunkState.UNKNOWN for entry in left)
        return ExitCode.UNKNOWN_OUTCOME if is_unknown else ExitCode.DONE


def _document(
    options: Options,
    engine: Engine,
    left: Sequence[Submission],
    adoptions: Sequence[tuple[str, str]],
    abandoned: Sequence[str],
) -> shapes.Shape:
    return {
        "submissions": [_row(engine, entry) for entry in left],
        "adopted": [{"submission": submission, "batch_id": batch_id} for submission, batch_id in adoptions],
        "abandoned": list(abandoned),
        "dry_run": options.dry_run,
        "connection": shapes.connection(engine.core.live.link),
    }


def _with_candidates(engine: Engine, submissions: Sequence[str]) -> list[Submission]:
    """Those to be given up that may well have become a batch."""
    return [
        entry for entry in verbs_submissions.unsettled(engine.state) if entry.id in submissions and entry.candidates
    ]


def _warn_of_candidates(options: Options, engine: Engine, doubtful: Sequence[Submission]) -> ExitCode | None:
    """Say which batches go on unowned; ask where somebody can answer, since what asks for this may be a script."""
    lines = list(_plan_lines(engine, doubtful))
    if options.dry_run or options.yes or not confirm.is_answerable():
        for line in lines:
            diagnostics.say(line)
        return None
    left = verbs_submissions.unsettled(engine.state)
    document = _document(options, engine, left, (), ())
    return ask(options, "reconcile", question="give it up?", lines=lines, document=document)


def _plan_lines(engine: Engine, doubtful: Sequence[Submission]) -> Iterator[str]:
    for entry in doubtful:
        requests = several(entry.requests, "request")
        yield f"plan  give up {entry.id}: {entry.run} chunk {chunk_name(entry.chunk)}, {requests}"
        for batch_id in entry.candidates:
            yield f"  may be     {batch_id}  {_candidate_words(engine, batch_id)}"
    yield "  goes on    the batch that it became, if it is one of these: it is billed, and no run here has its results"


async def _ask_the_results(engine: Engine) -> None:
    """Batches that several submissions could claim and that have ended: their custom_ids decide."""
    if not engine.core.live.is_leader:
        return
    for batch_id in dict.fromkeys(batch_id for _, batch_id in contested(engine.state)):
        await engine.collector.collect(batch_id)


def _row(engine: Engine, entry: Submission) -> shapes.Shape:
    return {
        "submission": entry.id,
        "run": entry.run,
        "chunk": entry.chunk,
        "requests": entry.requests,
        "since": shapes.utc(entry.intended_at),
        "state": str(entry.state),
        "not_found": entry.is_not_found,
        "batch_id": entry.batch_id,
        "candidates": [_candidate(engine, batch_id) for batch_id in entry.candidates],
        "why": entry.why,
        "needs_person": needs_person(engine.state, entry, _server_now(engine)),
        "next": _ways_out(engine, entry),
    }


def _candidate(engine: Engine, batch_id: str) -> shapes.Shape:
    known = engine.state.batches.get(batch_id)
    return {
        "batch_id": batch_id,
        "created_at": shapes.utc(known.batch.created_at) if known is not None else None,
        "requests": known.batch.request_counts.total if known is not None else None,
        "undecidable": undecidable(engine.state, batch_id, _server_now(engine)),
    }


def _server_now(engine: Engine) -> datetime:
    return engine.core.live.link.server_now(engine.core.clock.now())


def _ways_out(engine: Engine, entry: Submission) -> list[str]:
    """The commands that settle what nothing else will."""
    if entry.is_not_found:
        return [f"batchtui retry {entry.run} --lost"]
    if not needs_person(engine.state, entry, _server_now(engine)):
        return []
    batches = engine.state.batches
    given_up = [batch_id for batch_id in entry.candidates if batches[batch_id].gave_up_collecting]
    of_its_size = [
        batch_id
        for batch_id in entry.candidates
        if batches[batch_id].batch.request_counts.total == entry.requests  # a doubted answer may name another
    ]
    return [
        *(f"batchtui collect {batch_id}" for batch_id in given_up),
        *(f"batchtui reconcile --adopt {entry.id}={batch_id}" for batch_id in of_its_size),
        f"batchtui reconcile --abandon {entry.id}",
    ]


def _lines(engine: Engine, left: Sequence[Submission]) -> Iterator[str]:
    if not left:
        yield "every submission has its outcome"
    for entry in left:
        yield f"{entry.id}  {entry.run}#{entry.chunk}  {several(entry.requests, 'request')}  {_words(engine, entry)}"
        for batch_id in entry.candidates:
            yield f"  candidate {batch_id}  {_candidate_words(engine, batch_id)}"
        yield from (f"  `{command}`" for command in _ways_out(engine, entry))


def _candidate_words(engine: Engine, batch_id: str) -> str:
    known = engine.state.batches.get(batch_id)
    if known is None:
        return "not seen yet"
    batch = known.batch
    why = undecidable(engine.state, batch_id, _server_now(engine))
    words = f"created {batch.created_at:%Y-%m-%d %H:%M:%SZ}, {several(batch.request_counts.total, 'request')}"
    return f"{words}; {why}" if why else words


def _words(engine: Engine, entry: Submission) -> str:
    if entry.state is not ChunkState.UNKNOWN:
        return f"is {entry.batch_id}, not proved until its results are collected"
    if entry.is_not_found:
        return "not found: it can be sent again"
    if needs_person(engine.state, entry, _server_now(engine)):
        return "nothing can tell any more which batch it became: you decide"
    if entry.is_doubted:
        return entry.why if entry.candidates else f"{entry.why}; no candidate yet"
    return f"no answer: {entry.why}" if entry.candidates else f"no answer ({entry.why}) and no candidate yet"
