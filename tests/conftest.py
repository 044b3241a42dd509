"""The order of the whole suite: what takes longest begins first, or one worker waits for the other at the end."""

from pathlib import Path

import pytest

LONGEST = ("reliability", "hostile", "journeys", "bench")
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stable, so that the tests of a file stay in their order."""
    items.sort(key=lambda item: _rank(item.path))


def _rank(path: Path) -> int:
    folder = path.relative_to(_HERE).parts[0] if path.is_relative_to(_HERE) else ""
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST)
