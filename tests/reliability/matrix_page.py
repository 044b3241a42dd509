"""docs/reliability.md, from what the matrix saw."""

from collections.abc import Iterator, Sequence

from tests.reliability.matrix_cell import Outcome

HEAD = """\
# What was seen when things went wrong

Written by `python -m tests.reliability.matrix`, never by hand. Each row is one fault at one journey: the real engine
and the real SDK over loopback, against the simulator or a second server that shares no code with it. A row is *held*
when all of this is true afterwards, by the server's own ledger:

- every request was accepted exactly once per attempt, and every accepted batch is owned by its chunk;
- the results on disk are exactly those of each batch's requests, or the run says that they are archived;
- what must be seen of the fault was seen, in its order, and the link is live again by itself;
- a person was needed only where one has to decide: a refusal, a submission that was not found, a spend cap;
- nothing, the key above all, went to another host.

*Seen* is what the engine said of the link and wrote into the journal, in order. Time runs thirtyfold, so that a
back-off of ten seconds takes a third of one; the seconds are those of the whole journey.
"""


def page(outcomes: Sequence[Outcome]) -> str:
    """The page."""
    held = sum(not outcome.wrong for outcome in outcomes)
    return "\n".join([HEAD, f"**{held} of {len(outcomes)} held.**", "", *_table(outcomes), ""])


def _table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "| Fault | Journey | Server | Seen | Verdict | s |"
    yield "|---|---|---|---|---|---|"
    for outcome in outcomes:
        cell = outcome.cell
        server = "other" if cell.is_other else "simulator"
        verdict = f"**not held**: {'; '.join(outcome.wrong)}" if outcome.wrong else "held"
        yield f"| {cell.fault.name} | {cell.journey} | {server} | {outcome.seen} | {verdict} | {outcome.seconds:.1f} |"
