"""A look at results while they are downloaded, for the page of errors: read in a thread, as far as they are there."""

from typing import TYPE_CHECKING

from batchtui.engine.engine import Engine
from batchtui.engine.verbs_groups import triage_rules
from batchtui.present.errors.arriving import Arriving, arriving
from batchtui.present.errors.triage_facts import downloads_of
from batchtui.present.scene import Scene
from batchtui.tui.screens.lookups import in_thread
from batchtui.workspace.results.glimpse import Glimpse

if TYPE_CHECKING:
    from batchtui.tui.screens.errors import ErrorsScreen


class Arrivals:
    """What is read so far of each download of a run. One look at a time."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._glimpses: dict[str, Glimpse] = {}
        self._moved: tuple[object, ...] = ()
        """How far downloads were at the last look."""
        self._is_looking = False
        self.newest = Arriving()
        """What the page shows."""

    def follow(self, scene: Scene, page: "ErrorsScreen") -> None:
        """Look again where more has arrived, then paint the page."""
        moved = downloads_of(scene, self._run)
        if moved == self._moved or self._is_looking:
            return
        self._moved, self._is_looking = moved, True

        def take(found: Arriving) -> None:
            self._is_looking = False
            if found.of or not page.is_gathering:  # else its groups come in a moment, verified
                self.newest = found
            page.repaint()

        page.dashboard.do(self._look, take)

    def settle(self, scene: Scene) -> None:
        """Verified groups are there: nothing of what they were read from is shown twice."""
        if not downloads_of(scene, self._run):
            self.newest = Arriving()

    def forget(self) -> None:
        """Groups are others now: read from the start."""
        self._glimpses, self._moved = {}, ()

    async def _look(self, engine: Engine) -> Arriving:
        """Read on in every download that is under way; one that began anew is read from its start."""
        how, batches = triage_rules(engine, self._run), _batches(engine, self._run)
        paths = {batch: path for batch in batches if (path := engine.collector.partial_of(batch)) is not None}
        kept = self._glimpses
        self._glimpses = {
            batch: kept[batch] if batch in kept and kept[batch].path == path else Glimpse(path, how)
            for batch, path in paths.items()
        }
        glimpses, before = list(self._glimpses.values()), self.newest

        def read() -> Arriving:
            for glimpse in glimpses:
                glimpse.read_on()
            parts = [(each.counts, each.samples, each.lines) for each in glimpses]
            return arriving(parts, before, how, sum(batches[batch] for batch in paths))

        return await in_thread(read)


def _batches(engine: Engine, name: str) -> dict[str, int]:
    """The batches of a run and its later attempts, or one from elsewhere, with how many results each has."""
    state = engine.state
    if name in state.batches:
        return {name: state.batches[name].batch.request_counts.total}
    runs = state.lineage(name) if name in state.runs else ()
    chunks = [chunk for run in runs for chunk in state.runs[run].live_chunks]
    return {chunk.batch_id: chunk.requests for chunk in chunks if chunk.batch_id is not None}
