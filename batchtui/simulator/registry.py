"""Every batch of the service, in the order of their creation."""

from bisect import bisect_left, insort
from typing import NamedTuple

from batchtui.simulator.batch import Batch
from batchtui.simulator.problems import invalid_request, not_found


class Page(NamedTuple):
    """Part of the list, newest first."""

    batches: list[Batch]
    has_more: bool


class Registry:
    """Batches by id and by age."""

    def __init__(self) -> None:
        self._by_id: dict[str, Batch] = {}
        self._by_age: list[tuple[float, int, str]] = []
        """Oldest first."""

    def put(self, batch: Batch) -> None:
        """Add a batch, or replace what was known of it."""
        self.remove(batch.id)
        self._by_id[batch.id] = batch
        insort(self._by_age, _age(batch))

    def remove(self, batch_id: str) -> None:
        """Forget a batch."""
        known = self._by_id.pop(batch_id, None)
        if known is not None:
            del self._by_age[self._position(known)]

    def get(self, batch_id: str) -> Batch:
        """The batch of that id, or the service's 404."""
        try:
            return self._by_id[batch_id]
        except KeyError:
            raise not_found(f"Message Batch not found: {batch_id}") from None

    def page(self, *, limit: int, after_id: str | None, before_id: str | None) -> Page:
        """The newest batches, those just older than one or those just newer than one."""
        if after_id and before_id:
            raise invalid_request("after_id and before_id cannot be used together")
        if before_id:
            return self._newer(self._cursor("before_id", before_id), limit)
        end = self._cursor("after_id", after_id) if after_id else len(self._by_age)
        start = max(0, end - limit)
        return Page(self._batches(start, end), has_more=start > 0)

    def _newer(self, position: int, limit: int) -> Page:
        start = position + 1
        end = min(len(self._by_age), start + limit)
        return Page(self._batches(start, end), has_more=end < len(self._by_age))

    def _cursor(self, name: str, batch_id: str) -> int:
        known = self._by_id.get(batch_id)
        if known is None:
            raise invalid_request(f"{name}: Message Batch not found: {batch_id}")
        return self._position(known)

    def _position(self, batch: Batch) -> int:
        return bisect_left(self._by_age, _age(batch))

    def _batches(self, start: int, end: int) -> list[Batch]:
        return [self._by_id[batch_id] for _, _, batch_id in reversed(self._by_age[start:end])]


def _age(batch: Batch) -> tuple[float, int, str]:
    return batch.created_at, batch.number, batch.id
