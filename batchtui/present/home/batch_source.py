"""What the page of single batches lists."""

from collections.abc import Iterable, Sequence

from batchtui.domain.alert import Alert
from batchtui.domain.alerts_of_runs import needs_triage
from batchtui.domain.state import AppState
from batchtui.domain.status import run_status
from batchtui.present.cells import Row
from batchtui.present.home.batch_rows import batch_row, time_out
from batchtui.present.listing import Facts
from batchtui.present.ordering import Sorting
from batchtui.present.scene import Scene
from batchtui.present.selection import of_batch
from batchtui.present.signs import batch_row_of
from batchtui.present.status_words import status_word
from batchtui.present.views import BatchView


class BatchSource:
    """Fulfils `listing.Source`."""

    fields = ("status", "run", "id", "chunk", "is")
    sortings: tuple[Sorting, ...] = (
        Sorting("newest", "newest first", "oldest first"),
        Sorting("run", "by run", "by run, z to a", lambda view: (view.run, view.chunk or "") if view.run else None),
        Sorting("status", "by status", "by status, z to a", lambda view: status_word(view.status)),
        Sorting("bad", "most bad first", "fewest bad first", lambda view: -view.counts.bad),
        Sorting("left", "least time left first", "most time left first", time_out),
        Sorting("size", "largest first", "smallest first", lambda view: -view.counts.total),
    )

    def ids(self, scene: Scene) -> Sequence[str]:
        """Newest first, hidden ones included: this page hides nothing."""
        return scene.memory.get("batch ids", scene.state, None, lambda: _ids(scene.state))

    def view(self, scene: Scene, row_id: str) -> BatchView:
        """The batch of a row."""
        return scene.views.batch(scene.state.batches[row_id.partition(":")[2]])

    def row(self, scene: Scene, row_id: str) -> Row:
        """The row as it is drawn."""
        view = self.view(scene, row_id)
        return batch_row(
            scene, view, needs_you=row_id in self.needing(scene), is_unsettled=self._is_unsettled(scene, view)
        )

    def _is_unsettled(self, scene: Scene, view: BatchView) -> bool:
        run = scene.state.runs.get(view.run or "")
        if run is None:
            return False
        status = run_status(scene.state, run, scene.server_now)
        return not status.is_over or needs_triage(
            scene.state, run, status, is_retried=bool(scene.state.retries_of(run.name))
        )

    def facts(self, scene: Scene, row_id: str) -> Facts:
        """What a filter looks at, in lower case."""
        view = self.view(scene, row_id)
        flags = ("collected" if view.is_collected else "", "elsewhere" if view.run is None else "")
        return {
            "status": f"{status_word(view.status)} {view.status}",
            "run": view.run or "elsewhere",
            "id": view.batch_id.lower(),
            "chunk": view.chunk or "",
            "is": " ".join((*flags, "hidden" if view.is_hidden else "")),
        }

    def needing(self, scene: Scene) -> Iterable[str]:
        """Batches an alert is about."""
        found = scene.alerts
        return scene.memory.get("batch rows that need somebody", found, None, lambda: _needing(found))

    def counted(self, ids: Sequence[str]) -> int:
        """Each row is a batch."""
        return len(ids)


def _ids(state: AppState) -> list[str]:
    newest = sorted(state.batches.values(), key=lambda entry: (entry.batch.created_at, entry.batch.id), reverse=True)
    return [of_batch(entry.batch.id).row_id for entry in newest]


def _needing(alerts: Iterable[Alert]) -> set[str]:
    return {row_id for alert in alerts if (row_id := batch_row_of(alert)) is not None}
