"""Requests in $EDITOR before they are sent again: private copies, gone when the plan is left.

They lie in a staging folder of the workspace: should this process die, the next one sweeps it. Files are written and
compared beside the screen; only the editor itself has the terminal.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from batchtui.domain.failures import BadInput
from batchtui.domain.requests import Problem
from batchtui.domain.results import Issue
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import ExportFormat, ExportTask
from batchtui.present.clean import clean
from batchtui.present.errors.retry_choice import policy_for_members
from batchtui.present.formats import exact
from batchtui.present.plan.edit_summary import EditSummary, summarise_edits
from batchtui.tui.screens.lookups import in_thread, lineage_of
from batchtui.tui.screens.outside import run_outside
from batchtui.workspace.retry.draft import RequestLines, requests_in, take_requests, write_draft

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard

HEADER: Final = (
    "# One request a line. Lines that start with # are no requests; a line taken out is not sent.",
    "# custom_ids may not be added or changed. The originals stay as they are.",
)


class EditedRequests(Struct, frozen=True, kw_only=True):
    """What an editor has, or had: the file it sees, the lines without comments, and what they were."""

    folder: Path
    policy: RetryPolicy
    summary: EditSummary = EditSummary(requests=0)

    @property
    def originals(self) -> Path:
        """The requests as they were sent."""
        return self.folder / "originals.jsonl"

    @property
    def draft(self) -> Path:
        """What the editor sees, comments included."""
        return self.folder / "requests.jsonl"

    @property
    def file(self) -> Path:
        """What is planned from."""
        return self.folder / "edited.jsonl"


Then = Callable[[EditedRequests | None], object]
"""What is done with what came back; None when nothing can be planned from it."""


def edit_and_retry(dashboard: "Dashboard", run: str, issues: Sequence[Issue]) -> None:
    """Open the requests of these issues in $EDITOR, then show the plan of sending what came back."""
    if not issues:
        dashboard.say("there is no request to edit")
        return
    ids = [issue.custom_id for issue in issues]
    dashboard.say(f"reading {exact(len(ids))} request{'' if len(ids) == 1 else 's'} for the editor", stays=True)
    policy = policy_for_members((issue.cls for issue in issues), ids, has_edits=True)
    dashboard.do(
        lambda engine: _prepare(engine, run, policy),
        lambda edited: _edit(dashboard, edited, partial(_plan_first, dashboard, run, edited)),
    )


def edit_again(dashboard: "Dashboard", edited: EditedRequests, problems: Sequence[Problem], then: Then) -> None:
    """Back to the editor, with what is wrong as comments."""
    notes = [
        clean(f"# request {problem.line:,}, {problem.custom_id or '?'}: {problem.message}") for problem in problems
    ]
    dashboard.do(
        lambda engine: in_thread(lambda: write_draft(edited.draft, (*HEADER, *notes), edited.file)),
        lambda _: _edit(dashboard, edited, then),
    )


def forget(dashboard: "Dashboard", edited: EditedRequests) -> None:
    """Remove the copies."""
    dashboard.tidy(lambda engine: engine.store.discard(edited.folder))


async def _prepare(engine: Engine, run: str, policy: RetryPolicy) -> EditedRequests:
    """Write the requests as they were sent, and what the editor is going to see."""
    engine.core.must_be_allowed("retry")
    edited = EditedRequests(folder=await asyncio.to_thread(engine.store.new_staging), policy=policy)
    try:
        task = ExportTask(
            lineage=lineage_of(engine, run),
            target=str(edited.originals),
            format=ExportFormat.REQUESTS,
            custom_ids=policy.custom_ids,
        )
        written = await engine.jobs.export(task, lambda _: None)
        if not written.requests:
            raise BadInput("their requests are not here", next="`batchtui adopt BATCH --input FILE` takes a batch in")
        await in_thread(lambda: write_draft(edited.draft, HEADER, edited.originals))
    except BaseException:
        engine.store.discard(edited.folder)
        raise
    return edited


def _edit(dashboard: "Dashboard", edited: EditedRequests, then: Then) -> None:
    """Let a person edit; synchronous, since the terminal belongs to the editor meanwhile."""
    dashboard.hush()
    if not run_outside(dashboard, "EDITOR", edited.draft):
        then(None)
        return
    dashboard.do(lambda engine: in_thread(lambda: _compare(edited)), partial(_take, dashboard, then))


def _compare(edited: EditedRequests) -> EditedRequests:
    take_requests(edited.draft, edited.file)
    with closing(RequestLines(edited.originals)) as before, edited.file.open("rb") as after:
        return structs.replace(edited, summary=summarise_edits(before, requests_in(after)))


def _take(dashboard: "Dashboard", then: Then, edited: EditedRequests) -> None:
    if edited.summary.is_nothing:
        dashboard.say("nothing was changed, so no retry is planned")
        then(None)
    else:
        then(edited)


def _plan_first(dashboard: "Dashboard", run: str, begun: EditedRequests, found: EditedRequests | None) -> None:
    from batchtui.tui.screens.retry import RetryScreen  # which opens this module's editor again

    if found is None:
        forget(dashboard, begun)
    else:
        dashboard.push_screen(RetryScreen(run, found.policy, found))
