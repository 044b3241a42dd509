"""The ways from screen to screen. Each screen is imported when it is first wanted, so that home is there at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from batchtui.domain.failures import Failure
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.verbs_batches import must_be_safe_here
from batchtui.present.export_choice import ExportWish
from batchtui.present.selection import Selection, owner
from batchtui.present.views import BatchView
from batchtui.tui.frame import DashboardFrame

if TYPE_CHECKING:
    from batchtui.tui.screens.help import Helped


class Ways(DashboardFrame):
    """Screens call these, never push a screen of another file themselves."""

    def open_run(self, run: str) -> None:
        """A run's chunks."""
        from batchtui.tui.screens.detail import DetailScreen

        self.push_screen(DetailScreen(run))

    def open_batch(self, view: BatchView) -> None:
        """A batch: its requests where they are known, else what is known of the batch."""
        from batchtui.tui.screens.batch import BatchScreen

        if view.run is not None and view.chunk is not None:
            self.open_chunk(view.run, view.chunk)
        else:
            self.push_screen(BatchScreen(view.batch_id))

    def open_chunk(self, run: str, chunk: str) -> None:
        """All requests of a chunk, each with its result."""
        from batchtui.tui.screens.members import ChunkRequestsScreen

        self.push_screen(ChunkRequestsScreen(run, chunk))

    def open_selected(self, selection: Selection) -> None:
        """Whatever a row stands for."""
        state = self.scene.state
        run = owner(state, selection)
        if selection.kind == "batch" and run is None:
            self.open_batch(self.scene.views.batch(state.batches[selection.id]))
        elif run is not None:
            self.open_run(run)

    def open_batches(self) -> None:
        """Every single batch."""
        from batchtui.tui.screens.batches import BatchesScreen

        self.push_screen(BatchesScreen())

    def open_output(self, words: Sequence[str]) -> None:
        """Run a command of the shell and show what it prints."""
        from batchtui.tui.screens.output import OutputScreen

        self.push_screen(OutputScreen(words))

    def open_errors(self, run: str) -> None:
        """What of a run (or of a batch from elsewhere) did not succeed, grouped."""
        from batchtui.tui.screens.errors import ErrorsScreen

        self.push_screen(ErrorsScreen(run))

    def open_export(self, wish: ExportWish) -> None:
        """Ask where results are to be written, and how."""
        from batchtui.tui.screens.export import ExportScreen

        self.push_screen(ExportScreen(wish))

    def open_submit(self, path: Path | None = None) -> None:
        """Ask for a request file and plan it."""
        from batchtui.tui.screens.submit import SubmitScreen

        self.push_screen(SubmitScreen() if path is None else SubmitScreen(path))

    def open_retry(self, run: str, policy: RetryPolicy) -> None:
        """Plan another attempt."""
        from batchtui.tui.screens.retry import RetryScreen

        self.push_screen(RetryScreen(run, policy))

    def open_retry_of_marked(self, marked: Sequence[Selection]) -> None:
        """Plan another attempt of each marked run."""
        from batchtui.present.plan.retry_marked import parted
        from batchtui.tui.screens.retry_marked import MarkedRetryScreen

        self.push_screen(MarkedRetryScreen(parted(self.scene, marked)))

    def open_lost(self, run: str) -> None:
        """Plan to send again what was sent and never showed up."""
        from batchtui.tui.screens.lost import LostSheet

        self.push_screen(LostSheet(run))

    def open_release(self, run: str) -> None:
        """Plan to let a held run go on."""
        from batchtui.tui.screens.release import ReleaseSheet

        self.push_screen(ReleaseSheet(run))

    async def open_pilot(self, run: str) -> None:
        """Show what went ahead of a run, and plan to let the rest go on."""
        from batchtui.tui.screens.lookups import or_failure
        from batchtui.tui.screens.pilot import PilotSheet

        found = await or_failure(self.bridge.call(lambda engine: engine.pilots.report(run)))
        self.push_screen(PilotSheet(run, None if isinstance(found, Failure) else found))

    def open_help(self, about: "Helped") -> None:
        """The keys of a page, or of a question that lies over one."""
        from batchtui.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(about))

    def open_alerts(self) -> None:
        """Everything that needs somebody."""
        from batchtui.tui.screens.alerts import AlertsScreen

        self.push_screen(AlertsScreen())

    def open_cancel(self, ids: Sequence[str]) -> None:
        """Ask whether to stop runs or batches."""
        from batchtui.tui.screens.cancel import CancelSheet

        self.push_screen(CancelSheet(ids))

    def open_delete(self, batch_id: str) -> None:
        """Ask whether to delete a batch on the server, once its results have been found to be whole here."""
        from batchtui.tui.screens.delete import DeleteSheet

        self.do(
            lambda engine: must_be_safe_here(engine, batch_id), lambda _whole: self.push_screen(DeleteSheet(batch_id))
        )

    def open_settle(self, selection: Selection) -> None:
        """Settle what has no answer, or adopt or hide what was not sent from here."""
        from batchtui.tui.screens.settle import SettleSheet, StrangerSheet

        is_stranger = selection.kind == "batch" and owner(self.scene.state, selection) is None
        self.push_screen(StrangerSheet(selection.id) if is_stranger else SettleSheet(selection))
