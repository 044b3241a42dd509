"""Builds an Engine from settings: the only place that knows all adapters."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec

from batchtui.api.client import SdkService
from batchtui.api.connection import Timeouts
from batchtui.api.webhook import Webhook
from batchtui.domain.settings import AlertSettings, Settings
from batchtui.engine.calls import CallLog
from batchtui.engine.engine import Engine
from batchtui.engine.ports import Alarm, Clock, Journal
from batchtui.workspace import folder
from batchtui.workspace.alarm_command import AlarmCommand
from batchtui.workspace.jobs import ChildJobs, LocalJobs
from batchtui.workspace.journal.file_journal import FileJournal
from batchtui.workspace.journal.readonly import ReadOnlyJournal
from batchtui.workspace.library import FileLibrary
from batchtui.workspace.lock import EngineLock
from batchtui.workspace.prices import load_prices
from batchtui.workspace.store import FileStore
from batchtui.workspace.witness import FileWitness

TICKING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A clock that nobody sets and that goes on while a laptop sleeps (on macOS CLOCK_MONOTONIC does)."""


class SystemClock:
    """The machine's time at the start in UTC, carried on by a clock that nobody sets.

    A step by NTP or by hand would make waits end too soon or hours too late; that the machine's time was wrong shows
    as skew against the service's.
    """

    def __init__(self) -> None:
        self._started = datetime.now(UTC)
        self._ticks = time.clock_gettime(TICKING)

    def now(self) -> datetime:
        return self._started + timedelta(seconds=time.clock_gettime(TICKING) - self._ticks)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What a face asks for."""

    root: Path
    settings: Settings
    is_read_only: bool = False
    is_offline: bool = False
    may_create: bool = False
    """Only commands that change something may make the workspace's folder."""
    remembers: bool = False
    """Note among the user's own files what was sent, which tells a folder that was brought back from a backup."""
    uses_children: bool = False
    """A screen needs heavy work in a child process; commands without one do it in place."""


def open_engine(session: Session, *, clock: Clock | None = None, timeouts: Timeouts | None = None) -> Engine:
    """An engine on a workspace, its state read from disk. Nothing is polled or sent yet.

    Raises:
        WorkspaceDamaged: the folder cannot be read, or made where that is allowed.
    """
    if session.may_create and not session.is_read_only:
        folder.create(session.root)
    # A workspace that is not there is looked at without making it: what is polled stays in memory.
    is_memory_only = session.is_read_only or session.is_offline or not folder.exists(session.root)
    journal: Journal = ReadOnlyJournal(session.root) if is_memory_only else FileJournal(session.root)
    calls = CallLog()
    engine = Engine(
        service=SdkService(session.settings.api, timeouts=timeouts, calls=calls.add),
        calls=calls,
        journal=journal,
        store=FileStore(session.root),
        jobs=ChildJobs() if session.uses_children else LocalJobs(),
        library=FileLibrary(),
        leadership=EngineLock(session.root),
        clock=clock or SystemClock(),
        settings=session.settings,
        prices=partial(load_prices, session.settings.prices),
        alarms=alarms(session.settings.alerts),
        witness=FileWitness(session.root) if session.remembers and not is_memory_only else None,
        is_read_only=is_memory_only,
        is_offline=session.is_offline,
    )
    engine.open()
    return engine


def alarms(settings: AlertSettings) -> tuple[Alarm, ...]:
    """Where alerts go beyond the screen."""
    command = AlarmCommand(settings.command) if settings.command else None
    webhook = Webhook(settings.webhook) if settings.webhook else None
    return tuple(alarm for alarm in (command, webhook) if alarm is not None)
