"""What `retry` was asked for, and which runs and requests its ids name."""

from pathlib import Path

import msgspec

from batchtui.cli.sending import Wish
from batchtui.domain.lookup import BatchRef, ChunkRef, RequestRef, RunRef, resolve, resolve_run, whole_run
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import Edit
from batchtui.engine.retry_several import Wanted
from batchtui.engine.submit_options import SubmitOptions


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """All that was asked for on the command line."""

    ids: tuple[str, ...]
    classes: frozenset[str]
    custom_ids: frozenset[str]
    edits: tuple[Edit, ...]
    edited: Path | None
    submit: SubmitOptions
    over_budget: bool
    wish: Wish

    def policy(self, named: frozenset[str]) -> RetryPolicy:
        """What to choose; `named` are single requests that the ids themselves name."""
        return RetryPolicy(
            classes=self.classes,
            custom_ids=self.custom_ids | named,
            has_edits=bool(self.edits or self.edited),
        )


def named_of(engine: Engine, id_: str) -> tuple[str, str | None]:
    """The run, and the single request where the id names one."""
    ref = resolve(engine.state, id_)
    match ref:
        case RunRef(run=run):
            return run, None
        case RequestRef(custom_id=custom_id):
            return resolve_run(engine.state, id_.partition("/")[0]), custom_id
        case ChunkRef() | BatchRef():
            return whole_run(engine.state, id_), None


def wanted_of(engine: Engine, asked: Retry) -> tuple[Wanted, ...]:
    """Each run once, in the order named: whole where it is named itself, else the requests named of it."""
    named: dict[str, set[str]] = {}
    whole: set[str] = set()
    for id_ in asked.ids:
        run, custom_id = named_of(engine, id_)
        requests = named.setdefault(run, set())
        if custom_id is None:
            whole.add(run)
        else:
            requests.add(custom_id)
    return tuple(
        Wanted(run=run, policy=asked.policy(frozenset() if run in whole else frozenset(requests)))
        for run, requests in named.items()
    )
