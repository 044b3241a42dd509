"""Names are resolved in daemon threads: asyncio does it in its executor, and asyncio.run waits for that one.

On a dead line a look-up lasts many seconds (measured: quitting waited 8 s for a look-up of 8 s).
"""

import asyncio
import socket
from typing import Any

from batchtui.api.loading import Loading


def resolve_in_daemon_threads(loop: asyncio.AbstractEventLoop) -> None:
    """Make a loop's look-ups such that nothing has to wait for them; a second time changes nothing."""
    if loop.getaddrinfo is not _getaddrinfo:
        loop.getaddrinfo = _getaddrinfo  # type: ignore[method-assign]  # asyncio has no hook for it


async def _getaddrinfo(host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:
    looking_up = Loading(
        lambda: socket.getaddrinfo(host, port, family, type, proto, flags), name="resolve the service's name"
    )
    return await looking_up.result()
