"""What is true only now and survives no restart: link, moving counts, work under way."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from batchtui.domain.batch import RequestCounts
from batchtui.domain.link import Link
from batchtui.domain.state import AppState
from batchtui.engine.jobs import Progress
from batchtui.engine.ports import Credentials


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of this session alone."""

    link: Link = Link()
    credentials: Credentials | None = None
    is_leader: bool = False
    leader: str = ""
    """Words about another process, which polls and sends while this one follows; its link is shown, not ours."""
    is_read_only: bool = False
    is_sending_paused: bool = False
    is_polling_paused: bool = False
    """Somebody stopped the polling of this process; while another one leads, that one polls all the same."""
    moving: Mapping[str, RequestCounts] = {}
    """Newest counts of open batches, by id."""
    work: Mapping[str, Progress] = {}
    """Heavy work and transfers under way, by what they are about: `send RUN/CHUNK`, `collect BATCH`."""
    grouping_revision: int = 0
    """Of the last change of groups that was made here: pages that show groups read them again."""
    damage: str = ""
    """What is wrong with the folder: as long as it is, nothing is sent and nothing is removed."""
    is_journal_old: bool = False
    """More was sent from here than the journal knows of: nothing is sent before the list was read twice."""
    send_trouble: str = ""
    """Why the last try to send came to nothing on our side, such as a full disk; it is tried again."""
    has_met_account: bool = False
    """Some answer of this session came from the account that the workspace belongs to."""
    account_note: str = ""
    """Why this session may not change anything, when the key belongs to another account."""

    @property
    def may_send(self) -> bool:
        """Nothing here keeps from sending. Whether a chunk's turn has come is the state's to say."""
        return not (self.is_sending_paused or self.account_note or self.damage)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One consistent picture for a face to paint."""

    state: AppState
    live: Live
    version: int
    as_of: datetime


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event, told once: for the log, alerts and `watch --json`."""

    seq: int
    at: datetime
    event: str
    """polled, chunk_sent, chunk_held, chunk_refused, chunk_unknown, batch_ended, collected, retry_planned, alert,
    run_settled, connection; and for the log alone canceling, deleted, adopted, hidden, planned …"""
    text: str
    run: str | None = None
    chunk: str | None = None
    batch_id: str | None = None
    requests: int | None = None
    actor: str = ""
    """Who did it: `you` by a key or a command of this process, its `engine`, or `another` process."""
    details: dict[str, str | int | float | None] = {}
