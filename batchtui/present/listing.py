"""Which rows a list shows and in which order: sorted, filtered, or only those that need somebody."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from batchtui.domain.state import AppState
from batchtui.present.cells import Row
from batchtui.present.filtering import completed, matches, parse_filter
from batchtui.present.ordering import OWN_ORDER, KeptOrder, Order, Sorting, in_order, sorting_of
from batchtui.present.scene import Scene

Facts = Mapping[str, str]


class Source(Protocol):
    """What a list is made of: ids newest first, and for each its row, its facts to filter by, its view to sort by."""

    @property
    def fields(self) -> tuple[str, ...]: ...
    @property
    def sortings(self) -> tuple[Sorting, ...]: ...

    def ids(self, scene: Scene) -> Sequence[str]: ...
    def row(self, scene: Scene, row_id: str) -> Row: ...
    def facts(self, scene: Scene, row_id: str) -> Facts: ...
    def view(self, scene: Scene, row_id: str) -> object: ...
    def needing(self, scene: Scene) -> Iterable[str]: ...
    def counted(self, ids: Sequence[str]) -> int:
        """How many things those rows are: some are about what another row stands for."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What the operator asked a list to show."""

    query: str = ""
    order: Order = OWN_ORDER
    only_needing: bool = False


class Listing:
    """A list's rows for one scene after another; facts and views are kept as long as the state is the same."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.wanted = Wanted()
        self.total = self.counted = 0
        self.kept_order = KeptOrder()
        self._state: AppState | None = None
        self._facts: dict[str, Facts] = {}
        self._views: dict[str, object] = {}

    @property
    def is_narrowed(self) -> bool:
        """Whether rows are left out."""
        return bool(self.wanted.query.strip()) or self.wanted.only_needing

    def ids(self, scene: Scene) -> list[str]:
        """The ids of the rows to show, in order."""
        if scene.state is not self._state:
            self._state = scene.state
            self._facts.clear()
            self._views.clear()
        ids = list(self.source.ids(scene))
        self.total, self.counted = len(ids), self.source.counted(ids)
        if self.wanted.only_needing:
            needing = set(self.source.needing(scene))
            ids = [row_id for row_id in ids if row_id in needing]
        terms = parse_filter(self.wanted.query, self.source.fields)
        if terms:
            ids = [row_id for row_id in ids if matches(terms, self._facts_of(scene, row_id))]
        found = in_order(ids, self.source.sortings, self.wanted.order, lambda row_id: self._view_of(scene, row_id))
        by_value = sorting_of(self.source.sortings, self.wanted.order).key is not None
        return self.kept_order.of(self.wanted, found, scene.now) if by_value else found

    def completed(self, scene: Scene, text: str) -> str:
        """What is typed as a filter, completed by names of fields and by what stands in them."""
        fields = self.source.fields
        facts = [self._facts_of(scene, row_id) for row_id in self.source.ids(scene)]
        values = {field: [fact[field] for fact in facts if field in fact] for field in fields}
        return completed(text, fields, values)

    def _facts_of(self, scene: Scene, row_id: str) -> Facts:
        found = self._facts.get(row_id)
        if found is None:
            found = self._facts[row_id] = self.source.facts(scene, row_id)
        return found

    def _view_of(self, scene: Scene, row_id: str) -> object:
        found = self._views.get(row_id)
        if found is None:
            found = self._views[row_id] = self.source.view(scene, row_id)
        return found
