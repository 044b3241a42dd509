"""All that stands beside home's list: facts, what went wrong, and with the rows that are left the picture."""

from collections.abc import Sequence

from batchtui.domain.issues.triage import Group
from batchtui.domain.submission import Submission
from batchtui.present.cells import Cell
from batchtui.present.preview.picture import picture_lines
from batchtui.present.preview.preview import preview_lines
from batchtui.present.preview.went_wrong import went_wrong_lines
from batchtui.present.scene import Scene
from batchtui.present.views import BatchView, RunView


def home_preview(
    scene: Scene,
    view: RunView | BatchView | Submission | None,
    width: int,
    rows: int,
    groups: Sequence[Group] = (),
) -> list[Cell]:
    """The pane's lines.

    Args:
        rows: how many the pane shows; facts may be more, the picture fits into what they leave.
        groups: what went wrong, as far as it was looked up.
    """
    lines = list(preview_lines(scene, view, width))
    if isinstance(view, RunView):
        lines += went_wrong_lines(groups, width, is_over=view.status.is_over)
        lines += picture_lines(scene, view, width, rows - len(lines))
    return lines
