"""Orders of a list of requests. What sorts in an instant is offered for any number of rows, the rest for fewer."""

from typing import Final

from msgspec import structs

from batchtui.present.ordering import Order, Sorting, in_order
from batchtui.present.request.requests_list import RequestList

MOST_SORTED: Final = 20_000
"""Comparing the texts of so many rows is not noticed; of 100,000 it keeps keys waiting for a tenth of a second."""


def sortings_of(requests: RequestList | None, columns: tuple[str, ...]) -> tuple[Sorting, ...]:
    """The orders of a list: those by a column it has, which of them is off and why."""
    own = Sorting("sent", "in the order sent", "last sent first")
    if requests is None:
        return (own,)
    chunks, attempts = requests.chunks, requests.attempts
    unread = "" if requests.is_collected else "no results on disk yet"
    many = f"{len(requests.custom_ids):,} texts take too long to compare"
    long = many if len(requests.custom_ids) > MOST_SORTED else ""
    found = (
        Sorting("id", "by custom_id", "by custom_id, z to a", lambda each: each, long),
        Sorting("class", "by result", "by result, z to a", lambda each: _cls(requests, each), unread),
        Sorting("chunk", "by chunk", "last chunk first", lambda each: chunks.get(each, requests.chunk)),
        Sorting("attempt", "most tried first", "least tried first", lambda each: -attempts.get(each, 1)),
        Sorting("message", "by message", "by message, z to a", lambda each: _message(requests, each), unread or long),
    )
    return (own, *(each for each in found if each.name in columns))


def arranged(requests: RequestList, sortings: tuple[Sorting, ...], order: Order) -> RequestList:
    """The same list in another order."""
    return structs.replace(requests, custom_ids=in_order(requests.custom_ids, sortings, order, lambda each: each))


def _cls(requests: RequestList, custom_id: str) -> str | None:
    """What succeeded has no class, and stands last."""
    issue = requests.issues.get(custom_id)
    return issue.cls if issue is not None else None


def _message(requests: RequestList, custom_id: str) -> str | None:
    issue = requests.issues.get(custom_id)
    return issue.message if issue is not None else None
