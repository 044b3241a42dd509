"""What can be done to runs, batches and submissions, the same on every page that lists them."""

from collections.abc import Sequence

from batchtui.domain.pilot import asks
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.words import several
from batchtui.engine import verbs_batches, verbs_runs
from batchtui.engine.engine import Engine
from batchtui.engine.verbs_runs import HELD_BY_HAND, plan_release
from batchtui.present.export_choice import ExportWish
from batchtui.present.reasons import alerts_about, collectable
from batchtui.present.selection import Selection, batch_of, owner
from batchtui.tui.screens.aside import put_aside
from batchtui.tui.screens.asking import AskingScreen


class Deeds(AskingScreen):
    """Base of a page that says what is selected; nothing here decides whether it may be done."""

    def targets(self, action_id: str) -> tuple[Selection, ...]:
        """What an action is about: marked rows, else the one under the cursor."""
        raise NotImplementedError

    def subject_ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.targets("copy_id"))

    def do_errors(self) -> None:
        (one, *_) = self.targets("errors")
        self.dashboard.open_errors(owner(self.scene.state, one) or one.id)

    def do_submit(self) -> None:
        self.dashboard.open_submit()

    async def do_retry(self) -> None:
        """One row has a plan of its own kind; the retries of several runs are one plan."""
        targets = self.targets("retry")
        if len({owner(self.scene.state, one) or one.id for one in targets}) > 1:
            self.dashboard.open_retry_of_marked(targets)
        else:
            await self._retry_one(targets[0])

    async def _retry_one(self, one: Selection) -> None:
        run = owner(self.scene.state, one) or ""
        if one.kind == "unsure":
            self.dashboard.open_lost(run)
        elif run and plan_release(self.scene.state, run) is not None:
            self.dashboard.open_release(run)
        elif run and asks(self.scene.state, self.scene.state.runs[run]):
            await self.dashboard.open_pilot(run)
        else:
            self.dashboard.open_retry(owner(self.scene.state, one) or one.id, RetryPolicy())

    def do_hold(self) -> None:
        """Send nothing more of a run; only a plan lets it go on, so there is nothing to undo by a key."""
        run = owner(self.scene.state, self.targets("hold")[0]) or ""
        words = f"{run} is held; R plans what is unsent"
        self.dashboard.do(lambda engine: verbs_runs.hold(engine, run, HELD_BY_HAND), said=words)

    def do_mute(self) -> None:
        """Put aside what needs somebody about these rows."""
        put_aside(self.dashboard, alerts_about(self.scene, self.targets("mute")))

    def do_cancel(self) -> None:
        """Ask whether to stop what is selected."""
        ids = [one.id for one in self.targets("cancel") if one.kind != "unsure"]
        self.dashboard.open_cancel(ids)

    def do_delete(self) -> None:
        """Ask whether to delete a batch there."""
        batch_id = batch_of(self.scene.state, self.targets("delete")[0])
        if batch_id is not None:
            self.dashboard.open_delete(batch_id)

    def do_settle(self) -> None:
        """Settle what is unsure of a run, or adopt or hide a batch from elsewhere."""
        (one, *_) = self.targets("settle")
        self.dashboard.open_settle(one)

    def do_collect(self) -> None:
        """Download and verify what has ended."""
        ids = [batch_id for one in self.targets("collect") for batch_id in collectable(self.scene, one)]
        self.dashboard.say(f"collecting {len(ids):,} batch{'es' if len(ids) != 1 else ''}")
        self.dashboard.do(lambda engine: _collect(engine, ids), self._collected)

    def _collected(self, words: str) -> None:
        self.dashboard.say(words)

    def do_export(self) -> None:
        """Write effective results to a new file."""
        (one, *_) = self.targets("export")
        self.dashboard.open_export(ExportWish(name=owner(self.scene.state, one) or one.id))


async def _collect(engine: Engine, batch_ids: Sequence[str]) -> str:
    """Collect, and say what came of it."""
    known = await verbs_batches.collect(engine, batch_ids, again=True)
    here = [each for each in known if each.are_results_here]
    missing = [each.collect_why for each in known if not each.are_results_here and each.collect_why]
    results = sum(each.collected.results for each in here if each.collected is not None)
    words = f"{len(here):,} of {len(known):,} collected, {several(results, 'result')} verified"
    return f"{words}; {missing[0]}" if missing else words
