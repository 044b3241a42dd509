"""What a cancel stops, what may still finish and be billed, what stays: the sheet before it."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from batchtui.domain.budget import chunk_commitment
from batchtui.domain.money import ZERO, Usd, total
from batchtui.domain.state import AppState, KnownBatch
from batchtui.domain.words import several
from batchtui.engine.verbs_cancel import CancelPlan
from batchtui.present.cells import Cell, cell
from batchtui.present.clean import clean
from batchtui.present.formats import exact, money
from batchtui.present.sheet_lines import amount_line, said, word_line

MOST_IDS = 3
"""So many ids fit in a line or two; how many more there are is said."""


class CancelFigures(Struct, frozen=True, kw_only=True):
    """Money around a cancel; None where no price is known."""

    open_high_usd: Usd | None
    done_usd: Usd | None


def figures(state: AppState, plan: CancelPlan) -> CancelFigures:
    """What may still be billed, and what has been."""
    open_high, is_known = ZERO, bool(plan.batches)
    for known in plan.batches:
        run = state.runs.get(known.run or "")
        if run is None or known.chunk not in run.chunks:
            is_known = False
            continue
        open_high += chunk_commitment(state, run, run.chunks[known.chunk])
    costs = [
        there.collected.cost_usd
        for name in plan.runs
        for chunk in state.runs[name].live_chunks
        if (there := state.batch_of(chunk)) is not None and there.collected is not None
    ]
    done = total(cost for cost in costs if cost is not None)
    return CancelFigures(
        open_high_usd=open_high if is_known else None,
        done_usd=done if costs and None not in costs else None,
    )


def cancel_command(ids: Sequence[str], most: int | None = None) -> str:
    """The command that does the same; with `most`, as a line that says how many more ids it has."""
    shown = ids if most is None else ids[:most]
    rest = f" and {len(ids) - len(shown):,} more" if len(shown) < len(ids) else ""
    return f"batchtui cancel {' '.join(shown)}{rest}"


def cancel_lines(plan: CancelPlan, money_of: CancelFigures, command: str) -> Iterator[Cell]:
    """The sheet's lines; a line about nothing is left out."""
    if plan.batches:
        yield amount_line("stops", exact(len(plan.batches)), _batches(plan))
        yield from _not_ours(plan)
        yield amount_line("may still", "?", _may_still(money_of, many=len(plan.batches) > 1), "warn")
    if plan.ended_chunks:
        yield amount_line("already done", exact(plan.ended_chunks), _done(plan, money_of))
    if plan.held_chunks:
        words = said(
            _plural(plan.held_chunks, "held chunk"), f", {several(plan.held_requests, 'request')}: will not be sent"
        )
        yield amount_line("never sent", exact(plan.held_chunks), words)
    if plan.unknown_chunks:
        rest = f", {several(plan.unknown_requests, 'request')}: not resent, A settles it"
        words = said(_plural(plan.unknown_chunks, "unsure chunk"), rest)
        yield amount_line("no answer", exact(plan.unknown_chunks), words, "alert")
    for name in plan.alone:
        yield word_line("left alone", cell(f"{clean(name)} has no batch: C on its run drops what waits", "alert"))
    for root in plan.retries:
        yield word_line("never sent", said("its retry", f": {clean(root)} is not sent again by itself"))
    for name in plan.later:
        yield word_line("goes on", cell(f"{clean(name)}, made from it: C on it stops it", "alert"))
    yield ()
    yield word_line("cannot be undone", cell("the service cancels whole batches only", "dim"), bold=True)
    yield word_line("command", cell(command))


def _batches(plan: CancelPlan) -> Cell:
    word = "batch at the API" if len(plan.batches) == 1 else "batches at the API"
    return said(word, f", {several(plan.requests, 'request')}")


def _not_ours(plan: CancelPlan) -> Iterator[Cell]:
    if plan.elsewhere:
        words = said(
            "not sent from here" + (", all of them" if _all(plan, plan.elsewhere) else ""), _ids(plan.elsewhere)
        )
        yield amount_line("elsewhere", exact(len(plan.elsewhere)), words, "alert")
    if plan.unproved:
        words = said("not proved to be what was sent from here", _ids(plan.unproved))
        yield amount_line("unproved", exact(len(plan.unproved)), words, "alert")


def _all(plan: CancelPlan, some: Sequence[KnownBatch]) -> bool:
    return 1 < len(some) == len(plan.batches)


def _ids(batches: Sequence[KnownBatch]) -> str:
    named = ", ".join(clean(known.batch.id) for known in batches[:MOST_IDS])
    return f": {named}" + (f" and {len(batches) - MOST_IDS:,} more" if len(batches) > MOST_IDS else "")


def _may_still(money_of: CancelFigures, *, many: bool) -> Cell:
    first = f"finish before {'they stop' if many else 'it stops'}"
    if money_of.open_high_usd is None:
        return said(first, ", billed if so")
    return said(first, f", billed if so, up to {money(money_of.open_high_usd, is_estimate=True)}")


def _done(plan: CancelPlan, money_of: CancelFigures) -> Cell:
    cost = f"{money(money_of.done_usd)} measured, " if money_of.done_usd is not None else ""
    chunks = "chunk" if plan.ended_chunks == 1 else "chunks"
    return said(f"{chunks}, {several(plan.ended_requests, 'request')}", f", {cost}results stay")


def _plural(amount: int, words: str) -> str:
    return words if amount == 1 else f"{words}s"


def cancel_title(ids: Sequence[str], stopped: Sequence[str]) -> str:
    """What a cancel is of, and how much of it there is to stop."""
    if len(ids) == 1:
        return f"cancel {ids[0]}"
    return f"cancel {len(ids):,} at once" if len(stopped) == len(ids) else f"cancel {len(stopped):,} of {len(ids):,}"


def cancel_words(plan: CancelPlan) -> str:
    """What `y` does, for the footer."""
    if not plan.batches:
        if not plan.drops:
            return "keep it from being sent again by itself"
        dropped = (plan.held_chunks, "held chunk") if plan.held_chunks else (plan.unknown_chunks, "unsure chunk")
        return f"drop {_count(*dropped)}"
    return f"cancel {_count(len(plan.batches), 'batch')}"


def _count(amount: int, word: str) -> str:
    plural = f"{word}es" if word.endswith("ch") else f"{word}s"
    return f"{amount:,} {word if amount == 1 else plural}"


def same_plan(one: CancelPlan, other: CancelPlan) -> bool:
    """Whether a plan would still do what it said."""
    return (
        [known.batch.id for known in one.batches] == [known.batch.id for known in other.batches]
        and one.held_chunks == other.held_chunks
        and one.held_requests == other.held_requests
        and one.drops == other.drops
        and one.retries == other.retries
        and one.later == other.later
    )
