"""Scenes for tests of presenters, made from the records of tests/tui/world.py."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from batchtui.domain.fold.apply import apply
from batchtui.domain.link import Link
from batchtui.domain.records import Record
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from batchtui.engine.live import Live, Snapshot
from batchtui.engine.ports import Credentials
from batchtui.present.glyphs import UNICODE, Glyphs
from batchtui.present.scene import Scene
from tests.tui.still import NOW, live_link

KEY = Credentials(origin="ANTHROPIC_API_KEY", tail="a91F", base_url="https://api.anthropic.com")


def scene_of(
    records: Sequence[Record],
    *,
    link: Link | None = None,
    settings: Settings | None = None,
    now: datetime = NOW,
    glyphs: Glyphs = UNICODE,
    is_read_only: bool = False,
    account_note: str = "",
    is_journal_old: bool = False,
    leader: str = "",
    is_demo: bool = False,
    credentials: Credentials = KEY,
    zone: tzinfo | None = None,
) -> Scene:
    """What a dashboard would know after these records."""
    live = Live(
        link=link or live_link(),
        credentials=credentials,
        is_read_only=is_read_only,
        account_note=account_note,
        is_journal_old=is_journal_old,
        leader=leader,
    )
    snapshot = Snapshot(state=apply(AppState(), records), live=live, version=1, as_of=now)
    return Scene(snapshot, settings or Settings(), now, glyphs, workspace="prod-evals", is_demo=is_demo, zone=zone)
