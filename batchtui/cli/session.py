"""From the options to an open engine, and from an event loop to an exit code."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from batchtui.cli import diagnostics, signals
from batchtui.cli.options import Options
from batchtui.cli.unfollowed import unfollowed
from batchtui.domain.failures import ExitCode, Interrupted, ReadOnly, Unreachable
from batchtui.domain.settings import Settings
from batchtui.engine.engine import Engine
from batchtui.wiring import Session, open_engine
from batchtui.workspace.locate import Location, locate
from batchtui.workspace.registry import Registry
from batchtui.workspace.settings.reading import load_settings

T = TypeVar("T")


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """Which folder, who named it, and what its settings file says."""

    location: Location
    settings: Settings

    @property
    def root(self) -> Path:
        return self.location.root


def find_workspace(options: Options) -> Workspace:
    """The workspace to use, which may not be there yet.

    Raises:
        SettingsBroken, UsageFailure
    """
    location = locate(options.workspace, environ=os.environ, here=Path.cwd())
    return Workspace(location=location, settings=load_settings(location.root))


def tell_settings(workspace: Workspace) -> None:
    """Say what in the settings cannot be followed but stops nothing; for commands that show what there is."""
    for one in unfollowed(workspace.settings, workspace.root):
        diagnostics.say(f"batchtui: {one.words}" + (f". {one.next}" if one.next else ""))


@asynccontextmanager
async def opened(
    options: Options, *, may_create: bool = False, makes_no_call: bool = False, workspace: Workspace | None = None
) -> AsyncIterator[Engine]:
    """An engine for the time of one command.

    Args:
        may_create: this command changes something, so the folder may be made.
        makes_no_call: the command is local; `--offline` then forbids it nothing.
    """
    found = workspace or find_workspace(options)
    only_looks = options.read_only or options.dry_run  # the engine itself refuses what a dry run must not do
    makes_folder = may_create and not only_looks
    session = Session(
        root=found.root,
        settings=found.settings,
        is_read_only=only_looks,
        is_offline=options.offline and not makes_no_call,
        may_create=makes_folder,
        remembers=True,
    )
    engine = open_engine(session)
    if makes_folder:
        Registry().remember(found.root, datetime.now(UTC))
    try:
        yield engine
    finally:
        await engine.close()


def needs_network(options: Options, verb: str) -> None:
    """Refuse `--offline` where there is nothing to do without the service.

    Raises:
        Unreachable: as when the network is down.
    """
    if options.offline:
        raise Unreachable(f"{verb} needs the service, and --offline forbids a call", next="leave --offline away")


def must_change(options: Options, verb: str) -> None:
    """Refuse `--read-only` where a command is about to change something; the engine refuses it too."""
    if options.read_only and not options.dry_run:
        raise ReadOnly(verb)


def run_stream(main: Coroutine[Any, Any, ExitCode]) -> ExitCode:
    """The same for what writes JSON Lines: what was told is whole, so an end from outside adds no line to it."""
    try:
        return run(main)
    except Interrupted as ending:
        return diagnostics.refuse(ending, as_json=False)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine, or a part of it that takes long.

    SIGTERM and SIGHUP end it as ctrl+c does: nothing is left half done.

    Raises:
        Interrupted: with the signal that ended it.
    """
    came: list[int] = []

    def end(number: int, task: asyncio.Task[Any]) -> None:
        came.append(number)
        task.cancel()

    async def guarded() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        for number in signals.ENDS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, end, number, task)
        return await main

    try:
        return asyncio.run(guarded())
    except signals.Signaled as signaled:
        came.append(signaled.number)
    except (asyncio.CancelledError, KeyboardInterrupt):
        came.append(signal.SIGINT)  # unless another came first
    raise Interrupted(signal.Signals(came[0]).name)


@asynccontextmanager
async def says_what_it_waits_for(engine: Engine) -> AsyncIterator[None]:
    """When interrupted with a request on the wire, say that its answer is awaited, and how to stop that too."""
    try:
        yield
    except asyncio.CancelledError:
        if engine.sender.is_waiting_for_an_answer:
            diagnostics.say("waiting for the answer to what was just sent; once more leaves that chunk unsure")
        raise


@contextmanager
def interruptible() -> Iterator[None]:
    """Let ctrl+c and SIGTERM interrupt a blocking read: the event loop's own handlers would wait for it to end.

    Raises:
        KeyboardInterrupt: also when one of them came just before.
    """

    with signals.raised((signal.SIGINT, *signals.ENDS)):
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise KeyboardInterrupt
        yield
