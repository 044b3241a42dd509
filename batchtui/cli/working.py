"""The engine at work for a command: its loops, its notices, its progress, and how ctrl+c ends them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from batchtui.cli.awaiting import says_whom_it_waits_for
from batchtui.cli.notices import Teller, Telling, telling
from batchtui.cli.progress import watching_work
from batchtui.cli.session import says_what_it_waits_for
from batchtui.engine.engine import Duty, Engine


@asynccontextmanager
async def working(engine: Engine, duties: Duty, tell: Teller) -> AsyncIterator[Telling]:
    """Run these duties while the body of this does; on leaving nothing is left half done."""
    async with (
        telling(engine, tell) as told,
        watching_work(engine),
        engine.running(duties),
        says_whom_it_waits_for(engine),
        says_what_it_waits_for(engine),
    ):
        yield told
