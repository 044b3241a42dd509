"""Where a table gets its rows: a protocol and two providers that serve most tables."""

from collections.abc import Callable, Sequence
from typing import Protocol

from batchtui.present.cells import Row


class RowProvider(Protocol):
    """Rows in their order; a table asks only for those it shows."""

    def __len__(self) -> int: ...

    def row(self, index: int) -> Row:
        """The row at a place."""
        ...

    def id_at(self, index: int) -> str:
        """The id of the row at a place, without building the row."""
        ...

    def index_of(self, row_id: str) -> int | None:
        """Where a row is now, or None when it is gone or filtered out."""
        ...


class LazyRows:
    """Rows built from their ids when they come into view: for any number of rows."""

    def __init__(self, ids: Sequence[str], build: Callable[[str], Row]) -> None:
        self._ids = ids
        self._build = build
        self._places: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self._ids)

    def row(self, index: int) -> Row:
        """Build the row at a place."""
        return self._build(self._ids[index])

    def id_at(self, index: int) -> str:
        """The id at a place."""
        return self._ids[index]

    def index_of(self, row_id: str) -> int | None:
        """Where an id is; the index is made at the first question."""
        if self._places is None:
            self._places = {each: index for index, each in enumerate(self._ids)}
        return self._places.get(row_id)


class ListRows:
    """Rows that are all there already; of two with one id, the first is the one to be found."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self._rows = tuple(rows)
        self._places: dict[str, int] = {}
        for index, row in enumerate(self._rows):
            self._places.setdefault(row.id, index)

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, index: int) -> Row:
        """The row at a place."""
        return self._rows[index]

    def id_at(self, index: int) -> str:
        """Its id."""
        return self._rows[index].id

    def index_of(self, row_id: str) -> int | None:
        """Where an id is."""
        return self._places.get(row_id)
