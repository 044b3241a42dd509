"""What deleting a batch on the server takes away, and what stays here."""

from collections.abc import Iterator

from batchtui.domain.state import Collection, KnownBatch
from batchtui.domain.words import several
from batchtui.present.cells import Cell, cell
from batchtui.present.formats import exact, size
from batchtui.present.preview.preview_facts import when
from batchtui.present.scene import Scene
from batchtui.present.sheet_lines import amount_line, said, word_line


def delete_lines(scene: Scene, known: KnownBatch, collected: Collection, command: str) -> Iterator[Cell]:
    """The sheet's lines."""
    requests = several(known.batch.request_counts.total, "request")
    yield amount_line("deletes", "1", said("batch at the API", f", {requests}"))
    yield amount_line("stays here", exact(collected.results), said("results", f", {size(collected.bytes)}, verified"))
    yield word_line("", cell(f"without this the service keeps them until {when(scene, known.results_until)}", "dim"))
    yield ()
    yield word_line("cannot be undone", cell("nobody of this API Workspace can read it then", "dim"), bold=True)
    yield word_line("command", cell(command))
