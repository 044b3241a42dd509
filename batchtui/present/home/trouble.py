"""What stands between us and the service, in home's first footer row: both accounts, or the reason whole."""

import re
from typing import Final

from batchtui.domain.link import LinkState
from batchtui.present.cells import Cell, Span, cell, cell_width, cut_cell
from batchtui.present.clean import clean
from batchtui.present.facts import FactLine
from batchtui.present.scene import Scene
from batchtui.present.width import cut, text_width

GAP: Final = 3
_ACCOUNTS = re.compile(r"this workspace belongs to (.+) (\S+), the key to \1 (\S+)")
_SHORTER: Final = ("this workspace belongs to {} {}, the key to {}", "workspace of {} {}, key of {}")
_ENOUGH: Final = 11
"""Cells of an id that tell it from another: its last four above all."""
_TAIL: Final = 4
_OLD_JOURNAL: Final = "the journal is older than what was sent: the list is read twice first"


def trouble_line(scene: Scene, width: int) -> FactLine | None:
    """What stands between us and the service, for a row of so many cells; None when nothing does."""
    live = scene.live
    if live.account_note:
        return FactLine(left=(cell(both_accounts(clean(live.account_note), width, scene.glyphs.cut), "alert"),))
    if live.leader and scene.is_late:
        return _silent_leader(scene)
    match live.link.state:
        case LinkState.NOT_AUTHORIZED:
            why = live.link.why or "the service does not accept the key"
            return FactLine(left=(cell(why, "alert"), cell("i says where the key comes from", "dim")))
        case LinkState.OFFLINE:
            return _offline_line(scene, width)
        case LinkState.OTHER_ACCOUNT if live.leader:
            return FactLine(
                left=(cell(f"{live.leader} polls with another account's key", "alert"), cell("i tells more", "dim"))
            )
        case LinkState.LIVE if live.is_journal_old:
            return FactLine(left=(cell(_OLD_JOURNAL, "alert"),))
        case (
            LinkState.STARTING
            | LinkState.LIVE
            | LinkState.LIMITED
            | LinkState.OTHER_ACCOUNT
            | LinkState.PAUSED
            | LinkState.CACHED
        ):
            return None


def both_accounts(note: str, width: int, mark: str) -> str:
    """The sentence that names two accounts, with both of them in sight however narrow the row is."""
    found = _ACCOUNTS.fullmatch(note)
    if found is None or text_width(note) <= width:
        return note
    kind, *accounts = found.groups()
    for words in _SHORTER:
        room = (width - text_width(words.format(kind, "", ""))) // 2
        if room >= _ENOUGH:
            break
    return words.format(kind, *(cut(account, room, "middle", mark=mark, tail=_TAIL) for account in accounts))


def _silent_leader(scene: Scene) -> FactLine:
    """Another process should poll and has said nothing: whether it sends or not nobody here knows."""
    said_at, leader = scene.live.link.said_at, scene.live.leader
    since = f"has said nothing since {scene.moment(said_at)}" if said_at else "has said nothing yet"
    return FactLine(left=(_as_last_known(scene), cell(f"{leader} leads and {since}", "warn")), gap=GAP)


def _offline_line(scene: Scene, width: int) -> FactLine:
    """What holds while nobody answers: the reason first of all, then that nothing is sent."""
    link = scene.live.link
    host = scene.live.credentials.base_url.partition("//")[2] if scene.live.credentials else ""
    why: Cell = cell(link.why, "dim") if link.why else (Span("no answer from ", "dim"), Span(host or "the API"))
    waits = cell("sending waits", "dim")
    room = width - cell_width(waits) - GAP
    known = _as_last_known(scene)
    if cell_width(known) + GAP + cell_width(why) <= room:
        return FactLine(left=(known, why, waits), gap=GAP)
    return FactLine(left=(cut_cell(why, room, mark=scene.glyphs.cut), waits), gap=GAP)


def _as_last_known(scene: Scene) -> Cell:
    return (Span(scene.glyphs.stale), Span(" as last known", "dim"))
