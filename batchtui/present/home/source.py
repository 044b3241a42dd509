"""What the first page lists: runs and batches from elsewhere by time, and after each run what of it is unsure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from batchtui.domain.per_run import is_finished
from batchtui.domain.state import Run
from batchtui.domain.submission import Submission
from batchtui.present.cells import Row
from batchtui.present.home.rows import elsewhere_row, run_row, shown_status, unsure_row
from batchtui.present.listing import Facts
from batchtui.present.ordering import Sorting
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection, from_row, of_batch, of_run, of_unsure
from batchtui.present.signs import needs
from batchtui.present.status_words import status_word
from batchtui.present.views import BatchView, RunView

View = RunView | BatchView | Submission


class HomeSource:
    """Fulfils `listing.Source`."""

    fields = ("status", "run", "id", "model", "parent", "is")
    sortings = (
        Sorting("newest", "newest first", "oldest first"),
        Sorting("name", "by name", "by name, z to a", lambda view: _name(view)),
        Sorting("status", "by status", "by status, z to a", lambda view: _status(view)),
        Sorting("bad", "most bad first", "fewest bad first", lambda view: -_bad(view)),
        Sorting("left", "least time left first", "most time left first", lambda view: _until(view)),
        Sorting("size", "largest first", "smallest first", lambda view: -_size(view)),
    )

    def ids(self, scene: Scene) -> list[str]:
        """Newest first, by the service's clock."""
        return scene.memory.get("home ids", scene.state, scene.skew, lambda: self._ids(scene))

    def _ids(self, scene: Scene) -> list[str]:
        state = scene.state
        unsure: dict[str, list[str]] = {}
        for submission in state.unknown_submissions():
            unsure.setdefault(submission.run, []).append(of_unsure(submission.id).row_id)
        dated: list[tuple[datetime, str, str]] = [
            (run.created_at + scene.skew, name, "run") for name, run in state.runs.items()
        ]
        dated += [
            (known.batch.created_at, known.batch.id, "batch") for known in state.elsewhere() if not known.is_hidden
        ]
        ids: list[str] = []
        for _, name, kind in sorted(dated, reverse=True):
            ids.append(of_run(name).row_id if kind == "run" else of_batch(name).row_id)
            ids += unsure.get(name, ())
        return ids

    def view(self, scene: Scene, row_id: str) -> View:
        """What is known of a row's run, batch or submission."""
        selection, state = _selected(row_id), scene.state
        match selection.kind:
            case "run" | "chunk":
                return scene.views.run(state.runs[selection.id])
            case "batch":
                return scene.views.batch(state.batches[selection.id])
            case "unsure":
                return state.submissions[selection.id]

    def row(self, scene: Scene, row_id: str) -> Row:
        """The row as it is drawn."""
        needs_you = row_id in self.needing(scene)
        selection = _selected(row_id)
        if selection.kind == "run":
            return _row_of_run(scene, scene.state.runs[selection.id], needs_you=needs_you)
        match self.view(scene, row_id):
            case RunView() as view:
                return run_row(scene, view, needs_you=needs_you)
            case BatchView() as view:
                return elsewhere_row(scene, view, needs_you=needs_you)
            case Submission() as submission:
                return unsure_row(scene, submission)

    def facts(self, scene: Scene, row_id: str) -> Facts:
        """What a filter looks at, in lower case."""
        is_needing = "alert" if row_id in self.needing(scene) else ""
        match self.view(scene, row_id):
            case RunView() as view:
                return {
                    "status": f"{status_word(shown_status(view))} {view.status}",
                    "run": view.run,
                    "model": " ".join(view.models).lower(),
                    "parent": view.parent or "",
                    "is": " ".join((is_needing, "collected" if view.is_collected else "", "run")),
                }
            case BatchView() as view:
                words = f"elsewhere {status_word(view.status)} {view.status}"
                return {"status": words, "id": view.batch_id.lower(), "is": f"{is_needing} elsewhere"}
            case Submission() as submission:
                return {"status": "unsure unknown", "run": submission.run, "id": submission.id, "is": "alert unsure"}

    def needing(self, scene: Scene) -> Iterable[str]:
        """Rows with a mark."""
        found = scene.alerts
        return scene.memory.get("home rows that need somebody", found, None, lambda: needs(found))

    def counted(self, ids: Sequence[str]) -> int:
        """A submission without an answer is of a run that has a row of its own."""
        prefix = of_unsure("").row_id
        return sum(not row_id.startswith(prefix) for row_id in ids)


def _row_of_run(scene: Scene, run: Run, *, needs_you: bool) -> Row:
    """Rows of runs that are over stay as they are for a minute: most of the page, several times a second."""
    views = scene.views
    return scene.memory.rows_of_runs(f"home {needs_you}", (scene.this_minute, scene.is_stale)).value(
        scene.state,
        run,
        lambda each: run_row(scene, views.run(each), needs_you=needs_you),
        lasts=lambda state, each: is_finished(state, each) and not views.retries(each.name),
    )


def _selected(row_id: str) -> Selection:
    selection = from_row(row_id)
    assert selection is not None, f"{row_id} is no row of home"
    return selection


def _name(view: View) -> str:
    return view.batch_id if isinstance(view, BatchView) else view.run


def _status(view: View) -> str:
    return "unsure" if isinstance(view, Submission) else status_word(view.status)


def _bad(view: View) -> int:
    return 0 if isinstance(view, Submission) else view.counts.bad


def _size(view: View) -> int:
    return view.counts.total if isinstance(view, BatchView) else view.requests


def _until(view: View) -> float | None:
    """When time runs out: the expiry of what is open, else the end of retention of what is not here."""
    if isinstance(view, Submission):
        return 0.0
    if not view.status.is_over:
        return view.expires_at.timestamp() if view.expires_at else None
    return None if view.is_collected or view.results_until is None else view.results_until.timestamp()
