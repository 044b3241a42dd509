"""Runs and results appear whole or not at all; names from outside never become other paths; nothing is left over."""

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.batch import RequestCounts
from batchtui.domain.cost import CostRange
from batchtui.domain.failures import BadInput, WorkspaceDamaged
from batchtui.domain.link import Link, LinkState
from batchtui.domain.run import ChunkPlan, InputFile, Manifest, Retried
from batchtui.workspace import layout
from batchtui.workspace import manifest as toml
from batchtui.workspace.bodies import index
from batchtui.workspace.store import FileStore
from tests.workspace.records import AT
from tests.workspace.runs import BATCH, build, manifest


@pytest.fixture
def store(root: Path) -> FileStore:
    return FileStore(root)


def accept(store: FileStore, run: str = "evals") -> None:
    staging = store.new_staging()
    build(staging)
    store.accept(staging, manifest(run))


def test_an_accepted_run_is_where_a_person_looks_for_it(store: FileStore) -> None:
    accept(store)
    files = {str(path.relative_to(store.root)) for path in (store.root / "runs").rglob("*") if path.is_file()}
    assert files == {"runs/evals/run.toml", "runs/evals/chunks/0001.json.gz", "runs/evals/chunks/0001.index"}
    assert store.manifest("evals") == manifest()


def test_a_name_is_taken_once(store: FileStore) -> None:
    accept(store)
    staging = store.new_staging()
    build(staging)
    with pytest.raises(BadInput, match="a run named evals already"):
        store.accept(staging, manifest())
    assert staging.exists()


def test_a_folder_of_that_name_is_not_taken_over_though_it_is_empty(store: FileStore) -> None:
    """A rename would replace it without a word."""
    layout.run(store.root, "evals").mkdir(parents=True)
    staging = store.new_staging()
    build(staging)
    with pytest.raises(BadInput, match="a run named evals already"):
        store.accept(staging, manifest())


def test_a_name_taken_between_look_and_rename_is_not_replaced(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(store)
    before = (store.root / "runs/evals/run.toml").read_bytes()
    staging = store.new_staging()
    monkeypatch.setattr(Path, "exists", lambda _: False)
    with pytest.raises(BadInput, match="already"):
        store.accept(staging, msgspec.structs.replace(manifest(), requests=99))
    assert (store.root / "runs/evals/run.toml").read_bytes() == before


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "../up", "A", "a\n", "a" * 65, "/etc", "-x"])
def test_a_name_that_is_no_run_name_never_becomes_a_path(store: FileStore, name: str) -> None:
    for call in (store.manifest, store.remove_unrecorded):
        with pytest.raises(BadInput):
            call(name)
    with pytest.raises(BadInput):
        store.results_path(BATCH, name)


@pytest.mark.parametrize("batch_id", ["..", "msgbatch_", "msgbatch_../../x", "msgbatch_a/b", "msgbatch_a\n", "x"])
def test_an_id_that_is_no_batch_id_never_becomes_a_path(store: FileStore, batch_id: str) -> None:
    for call in (store.results_path, store.issues_path, store.partial_path):
        with pytest.raises(BadInput):
            call(batch_id, None)


@pytest.mark.parametrize("label", ["..", "1", "0001/../..", "0001c", "", "0001\n"])
def test_a_label_that_is_none_never_becomes_a_path(store: FileStore, label: str) -> None:
    with pytest.raises(BadInput):
        store.body_path("evals", label)


def test_results_are_where_the_specification_says(store: FileStore) -> None:
    where = [
        store.results_path(BATCH, "evals"),
        store.issues_path(BATCH, "evals"),
        store.results_path(BATCH, None),
        store.issues_path(BATCH, None),
        store.body_path("evals", "0007a"),
    ]
    assert [str(path.relative_to(store.root)) for path in where] == [
        f"runs/evals/results/{BATCH}.jsonl",
        f"runs/evals/results/{BATCH}.issues.jsonl",
        f"batches/{BATCH}/results.jsonl",
        f"batches/{BATCH}/issues.jsonl",
        "runs/evals/chunks/0007a.json.gz",
    ]


def test_partial_names_are_unique_and_publish_replaces_what_was_there(store: FileStore) -> None:
    first, second = store.partial_path(BATCH, None), store.partial_path(BATCH, None)
    assert first != second
    target = store.results_path(BATCH, None)
    target.write_bytes(b"old")
    sink = store.open_partial(first)
    sink.write(b"ne")
    sink.write(b"w")
    sink.close()
    sink.close()
    store.publish([(first, target)])
    assert target.read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == ["results.jsonl"]
    store.forget(second)


def test_a_body_knows_its_size_from_its_index(store: FileStore) -> None:
    staging = store.new_staging()
    layout.chunks(staging).mkdir()
    layout.body(staging, "0001").write_bytes(gzip.compress(b"x" * 120))
    header = index.Header(requests=1, bytes=120, sha256="0" * 64)
    layout.index(staging, "0001").write_bytes(msgspec.json.encode(header) + b"\n")
    store.accept(staging, manifest())
    assert store.body("evals", "0001").size_bytes == 120


def test_a_missing_or_damaged_manifest_says_which_file(store: FileStore) -> None:
    with pytest.raises(WorkspaceDamaged, match=r"runs/evals/run.toml"):
        store.manifest("evals")
    accept(store)
    layout.manifest(layout.run(store.root, "evals")).write_bytes(b"run = 7\n")
    with pytest.raises(WorkspaceDamaged, match=r"runs/evals/run.toml is damaged"):
        store.manifest("evals")


def test_a_run_that_is_about_to_be_recorded_is_not_called_unrecorded(root: Path) -> None:
    leader, submitter = FileStore(root), FileStore(root)
    accept(submitter)
    assert leader.unrecorded(set()) == ()


_ACCEPT_AND_DIE = """
import os, signal, sys
from pathlib import Path
from batchtui.workspace.store import FileStore
from tests.workspace.runs import BATCH, build, manifest
store = FileStore(Path(sys.argv[1]))
staging = store.new_staging()
build(staging)
store.accept(staging, manifest())
build(store.new_staging())
store.open_partial(store.partial_path(BATCH, None))
store.open_partial(store.partial_path(BATCH, "evals"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_dead_process_left_is_swept_and_what_a_living_one_has_is_not(root: Path) -> None:
    store = FileStore(root)
    ours, partial = store.new_staging(), store.partial_path(BATCH, None)
    partial.write_bytes(b"coming")
    assert subprocess.run([sys.executable, "-c", _ACCEPT_AND_DIE, str(root)]).returncode == -signal.SIGKILL
    store.results_path(BATCH, None).write_bytes(b"kept")
    assert FileStore(root).sweep() == 4, "its staging folder, its claim, and two partial files"
    assert ours.exists()
    assert partial.exists()
    assert store.results_path(BATCH, None).exists()
    assert store.sweep() == 0
    assert store.unrecorded({"other"}) == ("evals",)
    assert store.unrecorded({"evals"}) == ()
    store.remove_unrecorded("evals")
    store.remove_unrecorded("evals")
    assert store.unrecorded(set()) == ()
    assert [path.name for path in (root / "runs").iterdir()] == []


def test_old_temporary_files_are_swept_and_fresh_ones_are_not(root: Path) -> None:
    old, fresh = root / "counts.json.0a0b0c0d.tmp", root / "counts.json.1a1b1c1d.tmp"
    old.touch()
    fresh.touch()
    os.utime(old, (time.time() - 7200,) * 2)
    assert FileStore(root).sweep() == 1
    assert fresh.exists()


def test_a_store_that_only_looks_makes_nothing(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "nowhere")
    assert store.unrecorded(set()) == ()
    assert store.read_counts() == ({}, None)
    assert store.free_bytes() > 0
    assert store.sweep() == 0
    assert list(tmp_path.iterdir()) == []


def test_a_discarded_staging_folder_is_gone(store: FileStore) -> None:
    staging = store.new_staging()
    build(staging)
    store.discard(staging)
    store.discard(staging)
    assert not staging.exists()


def test_pruning_drops_bodies_first_and_results_only_when_asked(store: FileStore) -> None:
    accept(store)
    partial = store.partial_path(BATCH, "evals")
    partial.write_bytes(b"results")
    store.publish([(partial, store.results_path(BATCH, "evals"))])
    assert store.prune("evals", results=False) == len(b"a body")
    assert store.index_path("evals", "0001").exists()
    assert store.results_path(BATCH, "evals").exists()
    assert store.prune("evals", results=True) == len(b"results")
    assert store.index_path("evals", "0001").exists()
    assert store.prune("evals", results=True) == 0
    assert store.manifest("evals") == manifest()


def test_counts_come_back_with_the_link(store: FileStore) -> None:
    counts = {BATCH: RequestCounts(processing=7, succeeded=3)}
    link = Link(state=LinkState.OFFLINE, as_of=AT, why="connection refused")
    store.write_counts(counts, link)
    assert store.read_counts() == (counts, link)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"link":{},"batches":{"x":{"processing":-1}}}'])
def test_damaged_counts_are_as_good_as_none(store: FileStore, content: bytes) -> None:
    layout.counts(store.root).write_bytes(content)
    assert store.read_counts() == ({}, None)


_NUMBERS = st.integers(0, 2**53)
_TEXTS = st.text(max_size=30)
_AMOUNTS = st.decimals(0, 10**9, places=15)
_MANIFESTS = st.builds(
    Manifest,
    run=_TEXTS,
    created_at=st.datetimes(timezones=st.just(AT.tzinfo)),
    requests=_NUMBERS,
    bytes=_NUMBERS,
    models=st.dictionaries(_TEXTS, _NUMBERS, max_size=3),
    content_sha256=_TEXTS,
    inputs=st.lists(st.builds(InputFile, path=_TEXTS, bytes=_NUMBERS, sha256=_TEXTS), max_size=2).map(tuple),
    chunks=st.lists(
        st.builds(ChunkPlan, label=_TEXTS, requests=_NUMBERS, bytes=_NUMBERS, sha256=_TEXTS), max_size=3
    ).map(tuple),
    cost=st.builds(
        CostRange,
        low_usd=_AMOUNTS,
        high_usd=_AMOUNTS,
        priced_at=_TEXTS,
        unknown_models=st.lists(_TEXTS, max_size=2).map(tuple),
    ),
    priority=st.integers(-9, 9),
    retry=st.none()
    | st.builds(
        Retried,
        parent=_TEXTS,
        classes=st.lists(_TEXTS, max_size=2).map(tuple),
        skipped=st.dictionaries(_TEXTS, _NUMBERS, max_size=2),
    ),
)


@given(_MANIFESTS)
def test_a_manifest_comes_back_from_toml_exactly(original: Manifest) -> None:
    assert toml.load(toml.dump(original)) == original


def test_a_manifest_reads_well() -> None:
    text = toml.dump(manifest()).decode()
    assert text.startswith('run = "evals"\ncreated_at = 2026-11-21 14:02:00.123456+00:00\nrequests = 2\n')
    assert '[[chunks]]\nlabel = "0001"\nrequests = 2\nbytes = 120\n' in text


def test_a_process_that_ends_well_leaves_no_claim_and_a_killed_ones_is_swept_by_the_next(root: Path) -> None:
    def claims() -> list[str]:
        return sorted(path.name for path in (root / "staging").iterdir() if path.name != "gate.lock")

    first, second = FileStore(root), FileStore(root)
    accept(first)
    assert len(claims()) == 2, "its lock, and the run it is about to record"
    first.release()
    assert claims() == []
    first.release()
    second.new_staging()
    second._staging._owner._lock.close()  # type: ignore[union-attr]  # as the system does when it is killed
    assert len(claims()) == 2
    assert FileStore(root).sweep() == 1
    assert claims() == []
