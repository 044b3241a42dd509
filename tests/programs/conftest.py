"""Programs in three languages, and simulations for them to talk to."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from batchtui.workspace.programs import Language
from tests.programs.languages import Maker, install_packages
from tests.simulator.conftest import Starter

QUICK = 6000.0
"""Simulated seconds a second: a batch of twenty minutes takes 0.2 s."""


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_packages(tmp_path_factory.mktemp("npm"))


@pytest.fixture(params=list(Language), ids=str)
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@pytest.fixture
def make(language: Language, tmp_path: Path, request: pytest.FixtureRequest) -> Maker:
    """Only what needs Node waits for its packages."""
    needs_node = language is not Language.PYTHON
    return Maker(tmp_path, request.getfixturevalue("node_modules") if needs_node else None)


@pytest.fixture
def start() -> Iterator[Starter]:
    """Start a simulation with options of one's own."""
    with ExitStack() as stack:
        yield Starter(stack)
