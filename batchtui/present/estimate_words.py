"""Estimates, and what goes or went ahead of a run, in words."""

from collections.abc import Iterator

from batchtui.domain.forecasting.token_forecast import TokenForecast
from batchtui.domain.money import ZERO, limit_words
from batchtui.domain.pilot import PilotKind
from batchtui.domain.pilot_report import PilotReport
from batchtui.domain.words import several, share_words
from batchtui.engine.plans import CachePlan, Plan
from batchtui.present import formats
from batchtui.present.clean import clean


def tokens_words(found: TokenForecast | None) -> str:
    """`~102k in (98k to 107k), ~31k out (12k to 60k, at most 400k)`."""
    if found is None:
        return ""
    into, out = found.input, found.output
    words = f"~{formats.count(round(into.likely))} in ({formats.count(round(into.low))} to "
    words += f"{formats.count(round(into.high))}{'' if found.is_bounded else ', or more'}), "
    if not found.has_output_history:
        return f"{words}{formats.count(found.max_tokens)} out at most"
    spread = f"{formats.count(round(out.low))} to {formats.count(round(out.high))}"
    return f"{words}~{formats.count(round(out.likely))} out ({spread}, at most {formats.count(found.max_tokens)})"


def basis_words(found: TokenForecast | None) -> str:
    """What the figures rest on, by the model most requests are for."""
    if found is None or not found.models:
        return ""
    most = max(found.models, key=lambda entry: entry.requests)
    words = f"in: {clean(most.input_basis.words)}; out: {clean(most.output_basis.words)}"
    parts = ((most.images, "image"), (most.documents, "document"))
    media = " and ".join(several(number, word) for number, word in parts if number)
    if media:
        words += f"; {media} only guessed"
    return f"{words}; {several(most.unseen, 'link')} not seen at all" if most.unseen else words


def pilot_words(plan: Plan) -> str:
    """What goes ahead, and when the rest follows."""
    ahead = plan.pilot
    if ahead is None:
        return ""
    what = f"{ahead.kind}: {several(ahead.requests, 'request')} first; the rest"
    if ahead.kind is PilotKind.WARM:
        return f"{what} follows once it has ended"
    limits = []
    if ahead.max_errors is not None:
        limits.append(f"at most {share_words(ahead.max_errors, 1)} are bad")
    if ahead.max_usd is not None:
        limits.append(f"the run costs at most {limit_words(ahead.max_usd)} by it")
    return f"{what} follows if {' and '.join(limits)}" if limits else f"{what} waits for your yes"


def report_facts(found: PilotReport) -> Iterator[tuple[str, str]]:
    """What went ahead came to, and the run by it: labels and words."""
    p10, p50, p90 = found.output_tokens
    bad = "".join(f", {number:,} {clean(kind)}" for kind, number in found.bad.items())
    share = found.errors
    yield "went ahead", f"{several(found.requests, 'request')}: {found.succeeded:,} succeeded{bad}"
    seen, low, high = (share_words(each, 1) for each in (share.seen, share.low, share.high))
    yield "bad", f"{seen} of them; of all {low} to {high} (95 %)"
    yield "output", f"{p50:,} tokens a request, {p10:,} to {p90:,} for eight of ten"
    if found.run_usd is None or found.cost_usd is None:
        yield "measured", "not known: a price is missing"
    else:
        ends = (found.run_low_usd, found.run_usd, found.run_high_usd)
        low, likely, high = (formats.money(amount or ZERO) for amount in ends)
        spread = f", {low} to {high} (95 %)" if low != high else ""
        yield "measured", f"{formats.money(found.cost_usd)}; the run ~{likely}{spread}"
    if found.cache_writes or found.cache_reads:
        yield "cache", f"{found.cache_reads:,} read it, {found.cache_writes:,} wrote it"


def cache_words(found: CachePlan) -> tuple[str, ...]:
    """What is shared, and what it may save; hits are best effort, and this was never tried with a live key."""
    shared = f"~{formats.count(round(found.prefix_tokens))} tokens begin {several(found.requests, 'request')}"
    if not found.ttl:
        return (f"{shared}, unmarked: nothing is cached",)
    added = f", cache_control added to {found.marked:,}" if found.marked else ""
    saves, loses = formats.money(found.saves_usd), formats.money(found.loses_usd)
    outcome = f"saves ~{saves} if all hit, costs ~{loses} more if none (unverified)"
    return f"{shared}, kept {found.ttl}{added}", outcome


def smaller_words(plan: Plan) -> str:
    """Why a retry has more chunks than usual; "" where it has not."""
    most = plan.smaller_chunks
    if most is None or plan.included <= most:
        return ""
    return f"at most {several(most, 'request')} each, since some expired in larger ones"
