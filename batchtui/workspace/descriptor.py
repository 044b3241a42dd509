"""An open file descriptor that is closed with its holder, if not before."""

import os
import weakref


class Descriptor:
    """Holds one descriptor. A long-lived process that opens many workspaces must not run out of them."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._finalizer = weakref.finalize(self, os.close, fd)
        # At exit the system closes it, after everything that may still write.
        self._finalizer.atexit = False

    def close(self) -> None:
        """Close it; twice is harmless."""
        self._finalizer()
