"""What holds for the whole suite: the order of its files, the signals and the environment its children inherit."""

import os
import signal
import sys
from pathlib import Path

import pytest

# What takes longest begins first, or one worker waits for the others at the end.
LONGEST = ("reliability", "hostile", "programs", "journeys", "bench", "tui")
_HERE = Path(__file__).parent


# A shell that starts the suite in the background, or nohup, hands down ignored signals, which the programs under test
# rightly leave ignored: tests that send them want the defaults.
for _number, _default in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _default)

# Hundreds of tests start the program: where the machine forbids to keep bytecode, each would compile all of it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stable, so that the tests of a file stay in their order."""
    items.sort(key=lambda item: _rank(item.path))


def _rank(path: Path) -> int:
    folder = path.relative_to(_HERE).parts[0] if path.is_relative_to(_HERE) else ""
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST)
