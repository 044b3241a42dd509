"""Imports the SDK so that it never writes to stderr, which is the dashboard's terminal.

With ANTHROPIC_LOG=debug it would print every answer's headers and many bodies there; warnings come without asking.
"""

import gc
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LOGGERS = ("anthropic", "httpx2", "httpcore2")
_ABOVE_ALL = logging.CRITICAL + 1


def import_sdk() -> None:
    """Import anthropic with all it needs, its loggers off and the root logger as it was."""
    root = logging.getLogger()
    handlers = list(root.handlers)
    _silence()
    with _unsearched():
        import anthropic  # noqa: F401

    # The SDK calls logging.basicConfig and sets its levels while it is imported.
    for handler in [each for each in root.handlers if each not in handlers]:
        root.removeHandler(handler)
    _silence()


@contextmanager
def _unsearched() -> Iterator[None]:
    """Nobody looks for garbage in a module that is being loaded, nor ever after: it is 150,000 objects, and a key
    would wait a tenth of a second each time."""
    if "anthropic" in sys.modules:
        yield
        return
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()


def _silence() -> None:
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(_ABOVE_ALL)
        logger.propagate = False
