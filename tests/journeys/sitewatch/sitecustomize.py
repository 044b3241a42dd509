"""Loaded by every Python of a watched program: writes down each address it connects to or asks a name server for."""

import os
import sys

_LOG = os.environ.get("SITEWATCH_LOG")


def _told(event: str, args: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        place = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
        with open(str(_LOG), "a", encoding="utf-8") as log:
            log.write(f"{event} {place!r}\n")


if _LOG:
    sys.addaudithook(_told)
