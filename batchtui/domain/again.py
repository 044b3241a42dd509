"""When a run is sent again by itself, and when not: `[retry]` of the settings as rules over state."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from batchtui.domain.outstanding import outstanding
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.settings import RetrySettings
from batchtui.domain.state import AppState, KnownBatch, Run
from batchtui.domain.status import is_run_settled
from batchtui.domain.submission import ChunkState

STILL_NEWS = timedelta(days=1)
"""Older failures are the past: switching `automatic` on does not wake them."""


def wait_before(settings: RetrySettings, attempts: int) -> timedelta:
    """The delay before another attempt of what was sent so many times."""
    factor = {"exponential": 2 ** (attempts - 1), "linear": attempts, "fixed": 1}[settings.backoff]
    return timedelta(seconds=min(settings.delay * factor, STILL_NEWS.total_seconds()))


def policy_of(settings: RetrySettings) -> RetryPolicy:
    """Whom an automatic retry chooses."""
    return RetryPolicy(classes=frozenset(settings.classes), max_attempts=settings.max_attempts, is_by_itself=True)


def to_order(state: AppState, settings: RetrySettings, now: datetime) -> Iterator[Run]:
    """First runs whose attempts are all over, with something outstanding that nobody has decided about."""
    if not settings.automatic:
        return
    for family in _families(state):
        if not _is_decided(family) and _may_go_on(state, family, now):
            yield family[0]


def due(state: AppState, settings: RetrySettings, now: datetime) -> Iterator[Run]:
    """First runs whose ordered retry is to be sent now; not while somebody holds any of the family."""
    for family in _families(state) if settings.automatic else ():
        order = family[0].retry_order
        if order is not None and _is_pending(family) and order.is_due(now) and not _why_over(state, family, now):
            yield family[0]


def overtaken(state: AppState, settings: RetrySettings, now: datetime) -> Iterator[tuple[Run, str]]:
    """First runs whose ordered retry is not to be made any more, and why: what it rested on holds no longer."""
    for family in _families(state) if settings.automatic else ():
        why = _why_over(state, family, now) if _is_pending(family) else ""
        if why:
            yield family[0], why


def waits_for_retry(state: AppState, settings: RetrySettings, name: str, now: datetime) -> bool:
    """Whether a run's family will be sent again by itself, as far as can be seen."""
    if not settings.automatic:
        return False
    family = [state.runs[each] for each in state.lineage(state.root_of(name))]
    return _is_pending(family) or (not _is_decided(family) and _may_go_on(state, family, now))


def may_come(state: AppState, settings: RetrySettings, name: str, now: datetime) -> bool:
    """Whether a run's family would be sent again by itself as it stands, or once its results are here."""
    family = [state.runs[each] for each in state.lineage(state.root_of(name))]
    if is_ordered(state, family[0]):
        return True
    if not settings.automatic or _is_decided(family) or _why_stopped(state, family):
        return False
    if not all(is_run_settled(state, run, now) for run in family):
        return True
    return _is_still_news(state, family, now) and bool(outstanding(state, family[0]))


class Standing(StrEnum):
    """Where the retry that the program would make of a family by itself is."""

    EXPECTED = "expected"
    ORDERED = "ordered"
    DECLINED = "declined"
    """It was planned or counted, and left to a person."""
    STOPPED = "stopped"


def standing(state: AppState, settings: RetrySettings, name: str, now: datetime) -> tuple[Standing, str] | None:
    """Where a run's next attempt by itself is and why it is not made; None where none is to be expected."""
    family = [state.runs[each] for each in state.lineage(state.root_of(name))]
    order, why = family[0].retry_order, _why_stopped(state, family)
    if is_ordered(state, family[0]) and not why:
        return Standing.ORDERED, "" if settings.automatic else "[retry] automatic is off"
    if not settings.automatic or outstanding(state, family[0]) == 0:
        return None
    if why:
        return Standing.STOPPED, why
    if order is not None and order.declined and order.attempts == len(family):
        return Standing.DECLINED, order.declined
    return (Standing.EXPECTED, "") if may_come(state, settings, name, now) else None


def is_ordered(state: AppState, run: Run) -> bool:
    """A retry of this first run's family was ordered and is not made yet, held or not."""
    order = run.retry_order
    return order is not None and not order.declined and order.attempts == len(state.lineage(run.name))


def declined(state: AppState, run: Run) -> str:
    """Why this first run's family is not sent again by itself, while nobody has retried it since."""
    order = run.retry_order
    if order is None or order.is_quiet or order.attempts != len(state.lineage(run.name)):
        return ""
    return order.declined


Family = Sequence[Run]
"""A first run and all its attempts, oldest first."""


def _families(state: AppState) -> Iterable[Family]:
    """In one pass: a run stands behind the one it was made from."""
    families: dict[str, list[Run]] = {}
    roots: dict[str, str] = {}
    for run in state.runs.values():
        root = roots[run.name] = roots.get(run.parent or "", run.name)
        families.setdefault(root, []).append(run)
    return families.values()


def _is_decided(family: Family) -> bool:
    order = family[0].retry_order
    return order is not None and order.attempts >= len(family)


def _is_pending(family: Family) -> bool:
    """Ordered and not made yet; a family that somebody holds waits for that person, not for its time."""
    order = family[0].retry_order
    if order is None or order.declined or any(run.held_reason for run in family):
        return False
    return order.attempts == len(family)


def _why_over(state: AppState, family: Family, now: datetime) -> str:
    order = family[0].retry_order
    if order is not None and now - order.due_at > STILL_NEWS:
        return "its time is long past"
    return _why_stopped(state, family)


def _why_stopped(state: AppState, family: Family) -> str:
    """Why nothing more of a family is sent by itself, whatever is outstanding."""
    if family[0].is_pruned:
        return "its bodies were pruned"
    if not family[0].bytes:
        return "its requests are not here"
    if any(run.canceled_at is not None for run in family):
        return "somebody canceled it"
    chunks = [chunk for run in family for chunk in run.live_chunks]
    is_given_up = any(chunk.state is ChunkState.ABANDONED for chunk in chunks)
    is_canceled = any(_was_canceled(known) for known in _batches(state, family))
    if is_given_up or is_canceled:
        return "somebody stopped it"
    return _why_later_ones_end_it(state, family[1:])


def _why_later_ones_end_it(state: AppState, later: Family) -> str:
    """Attempts that tell nothing of their requests, and are none that `max_attempts` counts."""
    if any(chunk.state is ChunkState.REFUSED for run in later for chunk in run.live_chunks):
        return "the service refused what was sent again"
    if any(_is_gone_untold(known) for known in _batches(state, later)):
        return "the service let go of an attempt before its results were here"
    return ""


def _is_gone_untold(known: KnownBatch) -> bool:
    """It may have succeeded, and have cost something."""
    return known.collected is None and (known.is_let_go or known.batch.archived_at is not None)


def _batches(state: AppState, family: Family) -> Iterator[KnownBatch]:
    chunks = (chunk for run in family for chunk in run.live_chunks)
    return (found for chunk in chunks if (found := state.batch_of(chunk)) is not None)


def _may_go_on(state: AppState, family: Family, now: datetime) -> bool:
    if not _is_still_news(state, family, now):
        return False
    if any(run.held_reason for run in family) or _why_stopped(state, family):
        return False
    return bool(outstanding(state, family[0])) and all(is_run_settled(state, run, now) for run in family)


def _is_still_news(state: AppState, family: Family, now: datetime) -> bool:
    collected = (known.collected for known in _batches(state, family))
    return any(entry is not None and now - entry.at < STILL_NEWS for entry in collected)


def _was_canceled(known: KnownBatch) -> bool:
    return known.cancel_intended_at is not None or bool(known.batch.request_counts.canceled)
