"""Groups of results that are still arriving, apart from those that are verified: nothing of them is certain."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from batchtui.domain.issues.grouping import GroupKey
from batchtui.domain.issues.triage import Group, TriageRules, groups_of
from batchtui.domain.results import Issue
from batchtui.present.cells import Cell, Row, Span, cell
from batchtui.present.errors.gathered import Gathered
from batchtui.present.errors.issue_words import class_word, template_words, verdict_cell
from batchtui.present.errors.refused_row import REFUSED_ID, refused_row
from batchtui.present.errors.rows import SHARE_WIDTH, STATE_WIDTH, Triage, row_of
from batchtui.present.formats import count, exact
from batchtui.present.glyphs import Glyphs


class Arriving(Struct, frozen=True, kw_only=True):
    """What was read so far of downloads that are not verified."""

    groups: tuple[Group, ...] = ()
    """In the order in which they first showed, so that none moves."""
    results: int = 0
    of: int = 0
    """How many results these batches have."""

    @property
    def bad(self) -> int:
        """Results that did not simply succeed."""
        return sum(group.requests for group in self.groups)


def id_of(group: Group) -> str:
    """The same as that of the group once it is verified: a cursor on it stays."""
    return f"{group.cls}\n{group.template}"


def arriving(
    parts: Iterable[tuple[Mapping[GroupKey, int], Mapping[GroupKey, Issue], int]],
    before: Arriving,
    rules: TriageRules,
    of: int,
) -> Arriving:
    """Several downloads as one; groups that were shown before keep their places."""
    counts: Counter[GroupKey] = Counter()
    samples: dict[GroupKey, Issue] = {}
    results = 0
    for part, found, lines in parts:
        counts.update(part)
        samples = {**found, **samples}
        results += lines
    places = {id_of(group): number for number, group in enumerate(before.groups)}
    groups = sorted(groups_of(counts, samples, rules), key=lambda group: places.get(id_of(group), len(places)))
    return Arriving(groups=tuple(groups), results=results, of=of)


def rows_of(
    order: Sequence[str], verified: Mapping[str, Gathered], found: Arriving, triage: Triage, glyphs: Glyphs
) -> tuple[list[str], Callable[[str], Row]]:
    """Ids of all rows, verified groups first, then what was never accepted, and how to build one."""
    coming = {id_of(group): group for group in found.groups}
    sizes = [len(entry.members) for entry in verified.values()] + [group.requests for group in found.groups]
    most = max(sizes, default=0)

    refused = triage.refused

    def build(row_id: str) -> Row:
        if refused is not None and row_id == REFUSED_ID:
            return refused_row(refused, glyphs)
        group = coming.get(row_id)
        if row_id in verified:
            row = row_of(verified[row_id], triage, glyphs, most)
            return _with_more(row, group.requests) if group is not None else row
        return _arriving_row(coming[row_id], glyphs, most)

    never = [REFUSED_ID] if refused is not None else []
    return [*order, *never, *(row_id for row_id in coming if row_id not in verified)], build


def _arriving_row(group: Group, glyphs: Glyphs, most: int) -> Row:
    """Like a group's row, but all of it dim: it may yet turn out otherwise."""
    share = glyphs.estimated * max(1, round(SHARE_WIDTH * group.requests / most))
    return Row(
        id=id_of(group),
        cells={
            "n": cell(count(group.requests), "dim"),
            "share": cell(share, "dim"),
            "class": cell(class_word(group.cls, 17), "dim"),
            "template": cell(template_words(group), "dim"),
            "retry": verdict_cell(group.verdict, is_dim=True),
            "state": cell("so far", "warn"),
            "cost": cell(f"{glyphs.unknown} ", "dim"),
        },
    )


def _with_more(row: Row, more: int) -> Row:
    """A verified group's row that says what of it is arriving beside."""
    words = f"+{count(more)} so far"
    state = cell(words if len(words) <= STATE_WIDTH else f"+{count(more)}", "warn")
    return replace(row, cells={**row.cells, "state": state})


def arriving_facts(found: Arriving) -> Sequence[Cell]:
    """How much has arrived, and that nobody has verified it."""
    if not found.of:
        return ()
    words = (Span("arriving ", "dim"), Span(exact(found.results), "warn", True), Span(f" of {exact(found.of)}", "dim"))
    return ((*words, Span(f", {exact(found.bad)} bad, not verified", "dim")),)
