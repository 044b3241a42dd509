"""The row of what the service never took, beneath the groups of results on the page of errors."""

from batchtui.domain.never_accepted import NeverAccepted
from batchtui.present.cells import Row, cell
from batchtui.present.clean import clean
from batchtui.present.formats import count
from batchtui.present.glyphs import Glyphs

REFUSED_ID = "refused"
"""No group has this id: theirs are of two lines."""
WHY_NO_RESULTS = "the service never took these, so there is no result; R plans to send them"
WHY_PRUNED = "the service never took these, and what they were was pruned"


def refused_row(refused: NeverAccepted, glyphs: Glyphs) -> Row:
    """Like a group's row, without a share: these are no results."""
    return Row(
        id=REFUSED_ID,
        cells={
            "n": cell(count(refused.requests), "err", bold=True),
            "share": cell(""),
            "class": cell("refused"),
            "template": cell(clean(refused.why)),
            "retry": cell("R sends" if refused.can_go_again else "gone", "warn"),
            "state": cell("never taken", "dim"),
            "cost": cell(f"{glyphs.unknown} ", "dim"),
        },
    )


def why_no_results(refused: NeverAccepted) -> str:
    """Instead of members and samples."""
    return WHY_NO_RESULTS if refused.can_go_again else WHY_PRUNED
