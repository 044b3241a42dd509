"""Requests in $EDITOR before they are sent again: private copies, gone when the plan is left.

They lie in a staging folder of the workspace: should this process die, the next one sweeps it.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from batchtui.domain.failures import BadInput
from batchtui.domain.requests import Problem
from batchtui.domain.results import Issue
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.engine import Engine
from batchtui.present.edit_summary import EditSummary, summarise_edits
from batchtui.present.formats import exact
from batchtui.present.retry_choice import policy_for_members
from batchtui.tui.screens.lookups import find_requests
from batchtui.tui.screens.outside import run_outside

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard

MOST_EDITED: Final = 1_000
COMMENT: Final = b"#"
HEADER: Final = (
    "# One request a line. Lines that start with # are no requests; a line taken out is not sent.",
    "# custom_ids may not be added or changed. The originals stay as they are.",
)


class EditedRequests(Struct, frozen=True, kw_only=True):
    """What an editor has, or had: the file it sees, the lines without comments, and what they were."""

    folder: Path
    originals: tuple[bytes, ...]
    policy: RetryPolicy
    summary: EditSummary = EditSummary(requests=0)

    @property
    def draft(self) -> Path:
        """What the editor sees, comments included."""
        return self.folder / "requests.jsonl"

    @property
    def file(self) -> Path:
        """What is planned from."""
        return self.folder / "edited.jsonl"


def edit_and_retry(dashboard: "Dashboard", run: str, issues: Sequence[Issue]) -> None:
    """Open the requests of these issues in $EDITOR, then show the plan of sending what came back."""
    if not issues:
        dashboard.say("there is no request to edit")
        return
    if len(issues) > MOST_EDITED:
        how = f"batchtui retry {run} --class {issues[0].cls} --set KEY=VALUE changes all of them"
        dashboard.say(f"{exact(len(issues))} are too many for an editor; {how}", "warn")
        return
    ids = [issue.custom_id for issue in issues]
    dashboard.say(f"reading {exact(len(ids))} request{'' if len(ids) == 1 else 's'} for the editor")
    policy = policy_for_members((issue.cls for issue in issues), ids, has_edits=True)
    dashboard.do(lambda engine: _prepare(engine, run, ids, policy), partial(_edit_first, dashboard, run))


def edit_again(dashboard: "Dashboard", edited: EditedRequests, problems: Sequence[Problem]) -> EditedRequests | None:
    """Back to the editor, with what is wrong as comments; None when nothing can be planned from what came back."""
    notes = [f"# request {problem.line:,}, {problem.custom_id or '?'}: {problem.message}" for problem in problems]
    return _in_editor(dashboard, edited, notes, edited.file.read_bytes().splitlines())


def forget(dashboard: "Dashboard", edited: EditedRequests) -> None:
    """Remove the copies."""
    dashboard.do(lambda engine: engine.store.discard(edited.folder))


async def _prepare(engine: Engine, run: str, ids: Sequence[str], policy: RetryPolicy) -> EditedRequests:
    engine.core.must_be_allowed("retry")
    lines = await find_requests(engine, run, ids)
    if not lines:
        raise BadInput("their requests are not here", next="`batchtui adopt BATCH --input FILE` takes a batch in")
    return EditedRequests(
        folder=await asyncio.to_thread(engine.store.new_staging), originals=tuple(lines), policy=policy
    )


def _edit_first(dashboard: "Dashboard", run: str, edited: EditedRequests) -> None:
    from batchtui.tui.screens.retry import RetryScreen  # which opens this module's editor again

    found = _in_editor(dashboard, edited, (), edited.originals)
    if found is None:
        forget(dashboard, edited)
    else:
        dashboard.push_screen(RetryScreen(run, found.policy, found))


def _in_editor(
    dashboard: "Dashboard", edited: EditedRequests, notes: Sequence[str], lines: Sequence[bytes]
) -> EditedRequests | None:
    """Let a person edit; synchronous, since the terminal belongs to the editor meanwhile."""
    head = "\n".join((*HEADER, *notes, "")).encode()
    _write_private(edited.draft, head + b"".join(line + b"\n" for line in lines))
    if not run_outside(dashboard, "EDITOR", edited.draft):
        return None
    kept = requests_in(edited.draft.read_bytes())
    summary = summarise_edits(edited.originals, kept)
    if summary.is_nothing:
        dashboard.say("nothing was changed, so no retry is planned")
        return None
    _write_private(edited.file, b"".join(line + b"\n" for line in kept))
    return structs.replace(edited, summary=summary)


def requests_in(text: bytes) -> list[bytes]:
    """The lines that are meant as requests: neither comments nor empty."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(COMMENT)]


def _write_private(path: Path, text: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(text)
