"""A workspace folder in a temporary place."""

from pathlib import Path

import pytest

from batchtui.workspace import folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "space"
    folder.create(path)
    return path
