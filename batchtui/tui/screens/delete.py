"""Delete a batch on the server, once its results are here."""

from collections.abc import Sequence

from batchtui.engine import verbs_batches
from batchtui.present.cells import Cell
from batchtui.present.delete import delete_lines
from batchtui.present.plan.consent import Consent, last_of
from batchtui.tui.screens.sheet import Sheet


class DeleteSheet(Sheet):
    """About one batch."""

    def __init__(self, batch_id: str) -> None:
        super().__init__()
        self._batch_id = batch_id

    def title_words(self) -> str:
        return f"delete {self._batch_id}"

    def lines(self) -> Sequence[Cell]:
        scene = self.dashboard.scene
        known = scene.state.batches[self._batch_id]
        assert known.collected is not None, "offered only once its results are here"
        return tuple(delete_lines(scene, known, known.collected, self.command()))

    def consent(self) -> Consent:
        return last_of(self._batch_id)

    def yes_words(self) -> str:
        return "delete it there"

    def note_words(self) -> str:
        return "nothing deleted yet"

    def command(self) -> str:
        return f"batchtui delete {self._batch_id}"

    def agreed(self) -> None:
        batch_id = self._batch_id
        self.dashboard.say(f"deleting {batch_id}")
        self.dashboard.do(lambda engine: verbs_batches.delete(engine, batch_id), said=f"{batch_id} is deleted there")
