"""`python -m tests.reliability.victim ARGS…`: the real command line, armed to be killed by SIGKILL.

BATCHTUI_KILL_AT=N        before the N-th call that changes the disk, or the N-th moment of a POST (counted together)
BATCHTUI_FULL_AT=N        the disk is full from that call on: whatever would take space there fails
BATCHTUI_KILL_TRACE=FILE  one line for each such call, so that kill points are found by tracing, not by hand
"""

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from batchtui.__main__ import main
from batchtui.workspace import syscalls

TRACED = ("open_file", "make_folder", "write", "truncate", "fsync", "replace", "remove")
TAKES_SPACE = frozenset({"make_folder", "write"})


class Trap:
    """Counts calls and kills this process, or fills its disk, before the chosen one."""

    def __init__(self, *, at: int | None, full_at: int | None, trace: str | None) -> None:
        self._at = at
        self._full_at = full_at
        self._count = 0
        self._trace = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if trace else None
        self._names: dict[int, str] = {}

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def trapped(*args: Any, **kwargs: Any) -> Any:
            about = self._about(args)
            self.step(f"{name} {about}".strip())
            if name in TAKES_SPACE and self._full_at is not None and self._count >= self._full_at:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            answer = call(*args, **kwargs)
            if name == "open_file":
                self._names[answer] = about
            return answer

        return trapped

    def _about(self, args: tuple[Any, ...]) -> str:
        """The name of the file or folder that a call changes."""
        paths = [arg.name for arg in args if isinstance(arg, Path)]
        return paths[-1] if paths else self._names.get(args[0], "") if args and isinstance(args[0], int) else ""

    def step(self, words: str) -> None:
        self._count += 1
        if self._trace is not None:
            os.write(self._trace, f"{words}\n".encode())
        if self._count == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def arm() -> None:
    """Put the trap around every call that changes the disk, and around the handing over of each block of a POST."""
    trap = Trap(
        at=_number("BATCHTUI_KILL_AT"),
        full_at=_number("BATCHTUI_FULL_AT"),
        trace=os.environ.pop("BATCHTUI_KILL_TRACE", None),
    )
    for name in TRACED:
        setattr(syscalls, name, trap.around(name, getattr(syscalls, name)))
    from batchtui.engine.checked_body import CheckedBody
    from batchtui.engine.sender import Sender

    blocks = CheckedBody.blocks

    async def trapped_blocks(self: CheckedBody) -> Any:
        async for block in blocks(self):
            trap.step("block")
            yield block

    CheckedBody.blocks = trapped_blocks  # type: ignore[method-assign]  # that is the trap
    Sender._conclude = trap.around("answer", Sender._conclude)  # type: ignore[method-assign]  # likewise


def _number(name: str) -> int | None:
    text = os.environ.pop(name, None)
    return int(text) if text else None


if __name__ == "__main__":
    arm()
    raise SystemExit(main())
