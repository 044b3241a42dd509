"""From a wish to send again to a plan: what it is chosen from, what is to be built, and what came of it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from batchtui.domain.failures import BadInput, NotFound
from batchtui.domain.ids import next_retry_name
from batchtui.domain.prices import PriceTable
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.state import AppState
from batchtui.engine.core import Core
from batchtui.engine.costing import costing
from batchtui.engine.furnishing import is_bare
from batchtui.engine.jobs import Edit, RetryPrepared, RetryTask
from batchtui.engine.lineage import attempts, earlier_attempts
from batchtui.engine.plans import Plan
from batchtui.engine.ports import Store
from batchtui.engine.retry_basis import retry_basis, smaller_chunks
from batchtui.engine.retry_policy import in_full
from batchtui.engine.submit_options import SubmitOptions


class RetryWish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to have sent again, and how."""

    run: str
    policy: RetryPolicy
    edits: Sequence[Edit] = ()
    edited: Path | None = None
    """A file of edited requests."""
    options: SubmitOptions


class RetryPlanning:
    """One wish on its way to a plan. What it is chosen from is looked up here, before anything is built."""

    def __init__(self, core: Core, store: Store, wish: RetryWish) -> None:
        must_have_requests(core.state, wish.run)
        self._core = core
        self._store = store
        self._wish = wish
        self._usual = wish.options.chunk_requests or core.settings.submit.chunk_requests
        self._lineage = core.state.lineage(wish.run)
        self._basis = retry_basis(core.state, self._lineage)
        self._smaller = smaller_chunks(core.state, self._lineage, wish.policy, self._usual)

    def task(self, staging: Path | None) -> RetryTask:
        """What is to be built, where."""
        core, wish = self._core, self._wish
        server_now = core.live.link.server_now(core.clock.now())
        return RetryTask(
            lineage=attempts(core.state, self._store, wish.run, server_now),
            earlier=earlier_attempts(core.state, self._store, wish.run, server_now),
            policy=in_full(wish.policy, core, self._store, is_edited=wish.edited is not None),
            edits=tuple(wish.edits),
            edited=str(wish.edited) if wish.edited else None,
            rules=wish.options.rules,
            chunk_requests=wish.options.chunk_requests or self._smaller or self._usual,
            chunk_bytes=wish.options.chunk_bytes or core.settings.submit.chunk_bytes,
            staging=str(staging) if staging else None,
        )

    def plan(self, prepared: RetryPrepared, staging: Path | None, prices: PriceTable) -> Plan:
        """What came of it.

        Raises:
            NotFound: a request that was named has no unsuccessful result.
        """
        wish = self._wish
        _must_have_found(prepared, wish.run)
        expected = costing(self._core, prices, prepared.report)
        is_smaller = wish.options.chunk_requests is None and "expired" in prepared.classes
        return Plan(
            run=next_retry_name(wish.run, set(self._core.state.runs)),
            created_at=self._core.clock.now(),
            report=prepared.report,
            chunks=prepared.chunks,
            cost=expected.cost,
            inputs=self._store.manifest(wish.run).inputs,  # the indexes of a retry count files as its first run does
            staging=staging,
            parent=wish.run,
            lineage=self._lineage,
            priority=wish.options.priority,
            exceeds=expected.exceeds,
            included=prepared.included,
            skipped=prepared.skipped,
            classes=prepared.classes,
            edits=tuple(f"{edit.key}={bytes(edit.value).decode()}" for edit in wish.edits),
            not_included_running=prepared.not_included_running,
            attempts=prepared.attempts,
            basis=self._basis,
            smaller_chunks=self._smaller if is_smaller else None,
            forecast=expected.forecast,
        )


def must_have_requests(state: AppState, run: str) -> None:
    """Refuse to send again what is not here to be sent.

    Raises:
        NotFound, BadInput
    """
    parent = state.runs.get(run)
    if parent is None:
        raise NotFound(f"no run named {run}")
    if is_bare(parent):
        batch = next((chunk.batch_id for chunk in parent.live_chunks if chunk.batch_id), "BATCH")
        raise BadInput(
            f"the requests of {run} are not here: it was adopted without its request file",
            next=f"`batchtui adopt {batch} --input FILE` gives it one",
        )
    if parent.is_pruned:
        raise BadInput(f"the bodies of {run} were pruned", next="submit its request file again under another name")


def _must_have_found(prepared: RetryPrepared, run: str) -> None:
    if prepared.missing:
        ids = ", ".join(repr(custom_id) for custom_id in prepared.missing[:5])
        hint = f"`batchtui errors {run} --members` lists them"
        raise NotFound(f"no unsuccessful result of {run} for {ids}", next=hint)
