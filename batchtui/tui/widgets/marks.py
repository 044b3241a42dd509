"""Which rows are marked, one by one or as a range that follows the cursor. Values only, no drawing."""

from collections.abc import Iterable

from msgspec import Struct, structs


class Marks(Struct, frozen=True, kw_only=True):
    """Marked row ids, and the row a range was begun at."""

    ids: frozenset[str] = frozenset()
    anchor: str | None = None
    last: str | None = None
    """The row marked last by itself."""

    def toggled(self, row_id: str) -> "Marks":
        """With one row marked, or no longer."""
        ids = self.ids ^ {row_id}
        return Marks(ids=ids, last=row_id if row_id in ids else None)

    def begun_at(self, row_id: str) -> "Marks":
        """With a range begun at the row marked last, else here, which the cursor will extend."""
        return structs.replace(self, anchor=self.last or row_id)

    def ended_with(self, row_ids: Iterable[str]) -> "Marks":
        """With the range's rows marked for good."""
        return Marks(ids=self.ids | frozenset(row_ids))

    def added(self, row_ids: Iterable[str]) -> "Marks":
        """With more rows marked."""
        return structs.replace(self, ids=self.ids | frozenset(row_ids))
