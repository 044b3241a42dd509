"""What two screens, a `watch`, the journal and the server's ledger must agree on."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from batchtui.domain.state import AppState
from batchtui.domain.status import is_run_settled, run_counts, run_status
from batchtui.present.status_words import status_word
from tests.reliability.ground import Ground
from tests.reliability.two_processes import of_ledger
from tests.tui.driver import PtyApp

ROW = re.compile(r"\s(\w+)\s+(run-\d{3}[a-z0-9.-]*)\s.*?(\d[\d,]*|–)\s+(\d[\d,]*|–)\s+\S+\s+\S+\s+(\d+/\d+)")
"""STATUS, RUN, PROGRESS, OK, BAD, AGE, LEFT, CHUNKS"""


def is_at_rest(state: AppState) -> bool:
    """No run has anything left to do, and no order waits."""
    now = datetime.now(UTC)
    batches = state.batches.values()  # an order to collect what is here already is none
    has_orders = any(each.wants_cancel or (each.collect_ordered and each.wants_download) for each in batches)
    return not has_orders and all(is_run_settled(state, run, now) for run in state.runs.values())


def wrong_of(place: Ground, apps: Sequence[PtyApp], watch: int | None, events: Path) -> Iterator[str]:
    """Everything that one of them has otherwise."""
    state = place.state()
    for number, app in enumerate(apps):
        yield from _of_screen(f"dashboard {number}", app, state)
    yield from _of_watch(state, watch, events)
    yield from of_ledger(place)
    yield from _of_requests(place, state)


def _of_screen(name: str, app: PtyApp, state: AppState) -> Iterator[str]:
    if app.process.poll() is not None:
        yield f"{name} ended with {app.process.returncode}"
        return
    shown = {match[2]: (match[1], match[3], match[4], match[5]) for match in map(ROW.search, app.lines()) if match}
    held = {run: _row(state, run) for run in state.runs}
    for run in held.keys() | shown.keys():
        if shown.get(run) != held.get(run):
            yield f"{name} shows {run} as {shown.get(run)}, the journal says {held.get(run)}"


def _row(state: AppState, name: str) -> tuple[str, str, str, str]:
    run, now = state.runs[name], datetime.now(UTC)
    counts = run_counts(state, run)  # at rest: no count is still to come
    ended = sum(1 for chunk in run.live_chunks if (known := state.batch_of(chunk)) and known.batch.is_ended)
    chunks = f"{ended}/{len(run.live_chunks)}"
    return status_word(run_status(state, run, now)), f"{counts.succeeded:,}", f"{counts.bad:,}", chunks


def _of_watch(state: AppState, code: int | None, events: Path) -> Iterator[str]:
    if code is not None:
        yield f"watch ended with {code}"
    told = [json.loads(line) for line in events.read_text().splitlines() if line.endswith("}")]
    for event, key in (("collected", "batch_id"), ("batch_ended", "batch_id")):
        times = Counter(entry[key] for entry in told if entry["event"] == event)
        yield from (f"watch told {event} of {name} {count} times" for name, count in times.items() if count > 1)
        yield from (f"watch told {event} of {name}, nobody knows it" for name in times if name not in state.batches)
    sent = Counter((entry["run"], entry["chunk"]) for entry in told if entry["event"] == "chunk_sent")
    yield from (f"watch told {run}/{chunk} as sent {count} times" for (run, chunk), count in sent.items() if count > 1)


def _of_requests(place: Ground, state: AppState) -> Iterator[str]:
    """No request twice in one run: a run is one attempt."""
    seen: Counter[tuple[str, str]] = Counter()
    for batch_id, ids in zip(place.accepted_batches(), place.accepted(), strict=True):
        owner = state.batches[batch_id].run if batch_id in state.batches else None
        seen.update((owner or "nobody", custom_id) for custom_id in ids)
    yield from (
        f"{custom_id} of {run} was accepted {times} times" for (run, custom_id), times in seen.items() if times > 1
    )
