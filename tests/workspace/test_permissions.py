"""Everything that is made is for its user alone, whatever the umask."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.domain.link import Link
from batchtui.workspace import folder
from batchtui.workspace.journal.file_journal import FileJournal
from batchtui.workspace.lock import EngineLock
from batchtui.workspace.store import FileStore
from tests.workspace.records import held
from tests.workspace.runs import BATCH, manifest


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277], ids=oct)
def _umask(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Set once `tmp_path` is made, which needs to be writable itself."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def fill(root: Path) -> None:
    """One of everything that is left in a workspace."""
    folder.create(root)
    EngineLock(root).try_acquire()
    journal, store = FileJournal(root), FileStore(root)
    with journal.transaction() as transaction:
        transaction.append([held(1)])
    with (root / "journal.jsonl").open("ab") as file:
        file.write(b"torn")
    with journal.transaction() as transaction:
        transaction.append([held(2)])
    staging = store.new_staging()
    store.accept(staging, manifest())
    partial = store.partial_path(BATCH, "evals")
    store.open_partial(partial).close()
    store.publish([(partial, store.results_path(BATCH, "evals"))])
    store.write_counts({}, Link())
    store.open_partial(store.partial_path(BATCH, None)).close()


@pytest.mark.usefixtures("_umask")
def test_files_are_0600_and_folders_0700(tmp_path: Path) -> None:
    root = tmp_path / "deep" / "space"
    fill(root)
    made = [root.parent, root, *root.rglob("*")]
    assert {"journal.jsonl", "journal.torn", "journal.lock", "engine.lock", "counts.json", "run.toml"} <= {
        path.name for path in made
    }
    wrong = {
        path: oct(path.stat().st_mode)
        for path in made
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    }
    assert wrong == {}
