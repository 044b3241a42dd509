"""Which rows need a person, and the mark in their gutter."""

from collections.abc import Iterable
from typing import Final

from batchtui.domain.alert import Alert, AlertKind
from batchtui.present.cells import Span
from batchtui.present.glyphs import Glyphs
from batchtui.present.selection import of_batch, of_run, of_unsure

_OF_NO_ROW: Final = (AlertKind.LINK, AlertKind.BUDGET, AlertKind.LIMITED)


def row_of(alert: Alert) -> str | None:
    """The home row an alert is about; None for those of the link, of a limit or the budget."""
    if alert.kind in _OF_NO_ROW:
        return None
    if alert.submission is not None:
        return of_unsure(alert.submission).row_id
    if alert.run is not None:
        return of_run(alert.run).row_id
    return of_batch(alert.batch_id or "").row_id


def batch_row_of(alert: Alert) -> str | None:
    """The row of an alert where every batch has its own."""
    if alert.submission is not None:
        return of_unsure(alert.submission).row_id
    return of_batch(alert.batch_id).row_id if alert.batch_id is not None else None


def needs(alerts: Iterable[Alert]) -> dict[str, list[Alert]]:
    """Alerts by home row."""
    found: dict[str, list[Alert]] = {}
    for alert in alerts:
        row_id = row_of(alert)
        if row_id is not None:
            found.setdefault(row_id, []).append(alert)
    return found


def alert_count(alerts: Iterable[Alert]) -> int:
    """Marked rows, and what has no row."""
    known = list(alerts)
    return len(needs(known)) + sum(row_of(alert) is None for alert in known)


def sign(glyphs: Glyphs, *, needs_you: bool, is_unsure: bool = False, is_stale: bool = False) -> Span | None:
    """What the gutter shows; an alert wins over stale."""
    if is_unsure:
        return Span(glyphs.unsure, "alert", True)
    if needs_you:
        return Span(glyphs.alert, "alert", True)
    return Span(glyphs.stale, "dim") if is_stale else None
