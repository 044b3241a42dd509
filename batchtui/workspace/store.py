"""The immutable files of a workspace: manifests, bodies, results. Fulfils ports.Store."""

import errno
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from batchtui.domain.batch import RequestCounts
from batchtui.domain.failures import BadInput, WorkspaceDamaged
from batchtui.domain.ids import is_batch_id, is_run_name
from batchtui.domain.issues.grouping import Grouping
from batchtui.domain.link import Link
from batchtui.domain.models import ModelList
from batchtui.domain.run import Manifest
from batchtui.workspace import atomic, layout, small_files, syscalls
from batchtui.workspace import manifest as run_toml
from batchtui.workspace.bodies import index
from batchtui.workspace.sink import FileSink
from batchtui.workspace.staging import Staging
from batchtui.workspace.trouble import reported

if TYPE_CHECKING:
    from batchtui.workspace.bodies.body import GzipBody

_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR})


class FileStore:
    """Files under one root. Reading makes nothing; what writes needs the folder to be there (`folder.create`)."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staging = Staging(root)

    @property
    def root(self) -> Path:
        return self._root

    # Runs

    def new_staging(self) -> Path:
        """An empty private folder to build a run in."""
        with reported("write", layout.staging(self._root)):
            return self._staging.new_folder()

    def discard(self, staging: Path) -> None:
        """Remove a staging folder; harmless when it is gone."""
        with reported("remove", staging), suppress(FileNotFoundError):
            syscalls.remove_tree(staging)

    def sweep(self) -> int:
        """Remove staging folders and partial files whose owners are gone; how many."""
        with reported("tidy", self._root):
            return self._staging.sweep()

    def release(self) -> None:
        """At the end of this process: what only says that it is there is removed."""
        with reported("tidy", self._root):
            self._staging.release()

    def accept(self, staging: Path, manifest: Manifest) -> None:
        """Turn a staging folder into the run `runs/NAME`. Commit point: the rename, then the sync of `runs/`.

        A crash before it leaves a staging folder that is swept; after it a run that no record knows, which
        `unrecorded` lists once this process is gone. Nothing of a run is sent before its record.
        """
        target = layout.run(self._root, manifest.run)
        if target.exists():
            raise _taken(manifest.run)
        with reported("write", target):
            atomic.make_folder(layout.runs(self._root))
            atomic.write_file(layout.manifest(staging), run_toml.dump(manifest), is_durable=False)
            _sync_tree(staging)
            self._staging.claim_run(manifest.run)
            _rename_new(staging, target)
            atomic.sync_folder(target.parent)

    def furnish(self, staging: Path, manifest: Manifest) -> None:
        """Move bodies and indexes from a staging folder into the run, then replace its manifest.

        A crash in between leaves bodies of a run that its record says has none: they are replaced the next time.
        """
        target = layout.run(self._root, manifest.run)
        chunks = layout.chunks(target)
        with reported("write", target):
            _sync_tree(staging)
            atomic.make_folder(chunks)
            for path in sorted(layout.chunks(staging).iterdir()):
                syscalls.replace(path, chunks / path.name)
            atomic.sync_folder(chunks)
            atomic.write_file(layout.manifest(target), run_toml.dump(manifest))

    def unrecorded(self, known: set[str]) -> tuple[str, ...]:
        """Runs on disk that no record knows and no living process is about to record."""
        with reported("read", layout.runs(self._root)):
            found = [name for name in self._run_names() if name not in known]
            claimed = self._staging.claimed_runs() if found else frozenset()
        return tuple(name for name in found if name not in claimed)

    def was_collected(self, run: str) -> bool:
        """Whether anything of it was ever collected."""
        path = layout.run(self._root, run) / "results"
        with reported("read", path):
            return path.is_dir() and any(path.iterdir())

    def results_of(self, run: str) -> frozenset[str]:
        """Ids of the batches whose results are in a run's folder."""
        path = layout.run(self._root, run) / "results"
        with reported("read", path), suppress(FileNotFoundError):
            names = (entry.name.removesuffix(".jsonl") for entry in path.iterdir() if entry.name.endswith(".jsonl"))
            return frozenset(name for name in names if is_batch_id(name))
        return frozenset()

    def set_aside(self, run: str) -> Path:
        """Move a run that no record knows out of `runs/`, whole: the name is free again, and nothing is lost."""
        path = layout.run(self._root, run)
        with reported("move", path):
            atomic.make_folder(layout.aside(self._root))
            target = _free_name(layout.aside(self._root) / run)
            syscalls.replace(path, target)
            for folder in (target.parent, path.parent):
                atomic.sync_folder(folder)
        return target

    def remove_unrecorded(self, run: str) -> None:
        """Remove a run that this process has just put there and could not record."""
        path = layout.run(self._root, run)
        with reported("remove", path):
            self._staging.remove_tree(path)

    def manifest(self, run: str) -> Manifest:
        path = layout.manifest(layout.run(self._root, run))
        with reported("read", path):
            data = path.read_bytes()
        try:
            return run_toml.load(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise WorkspaceDamaged(f"{path} is damaged: {error}", next="bring it back from a backup") from error

    def body(self, run: str, label: str) -> "GzipBody":
        """A chunk's body as it is POSTed."""
        index_path = self.index_path(run, label)
        with reported("read", index_path):
            header = index.read_header(index_path)
        from batchtui.workspace.bodies.body import GzipBody  # with it comes what inflates it

        return GzipBody(self.body_path(run, label), header.bytes)

    def body_path(self, run: str, label: str) -> Path:
        return layout.body(layout.run(self._root, run), label)

    def index_path(self, run: str, label: str) -> Path:
        return layout.index(layout.run(self._root, run), label)

    def has_prunable(self, run: str, *, results: bool) -> bool:
        return any(self._prunable(run, results=results))

    def prune(self, run: str, *, results: bool) -> int:
        """Remove bodies, and with `results` the results too; bytes freed.

        The manifest and the indexes stay: which requests were sent, and which results would be theirs, is still known.
        """
        with reported("remove", layout.run(self._root, run)):
            return sum(_remove(path) for path in list(self._prunable(run, results=results)))

    def _prunable(self, run: str, *, results: bool) -> Iterator[Path]:
        folder = layout.run(self._root, run)
        yield from layout.chunks(folder).glob("*.json.gz")
        if results:
            yield from (folder / "results").glob("*")

    # Results

    def results_path(self, batch_id: str, run: str | None) -> Path:
        return layout.results(self._root, batch_id, run)

    def issues_path(self, batch_id: str, run: str | None) -> Path:
        return layout.issues(self._root, batch_id, run)

    def is_unchanged(self, path: Path, *, sha256: str) -> bool:
        """Whether a file is there with these very bytes; reads all of it."""
        with reported("read", path), suppress(FileNotFoundError), path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        return False

    def partial_path(self, batch_id: str, run: str | None) -> Path:
        """A unique temporary name beside the results; their folder is made."""
        target = layout.results(self._root, batch_id, run)
        with reported("write", target.parent):
            self._make_folders(target.parent)
            return self._staging.new_partial(target)

    def open_partial(self, path: Path) -> FileSink:
        return FileSink(path)

    def forget(self, path: Path) -> None:
        """Remove a partial file if it is there."""
        with reported("remove", path), suppress(FileNotFoundError):
            syscalls.remove(path)

    def publish(self, pairs: Sequence[tuple[Path, Path]]) -> None:
        """Sync finished files and rename them into place, in this order. Commit point: the last sync.

        A crash before it leaves partial files, or results that no record calls collected: they are fetched again.
        """
        for temporary, target in pairs:
            with reported("write", target):
                if not target.parent.is_dir():  # a contested batch turns out to be a run's own only here
                    self._make_folders(target.parent)
                atomic.publish(temporary, target)
        for folder in dict.fromkeys(target.parent for _, target in pairs):
            with reported("write", folder):
                atomic.sync_folder(folder)

    # Counts and space

    def write_counts(self, counts: dict[str, RequestCounts], link: Link) -> None:
        with reported("write", layout.counts(self._root)):
            small_files.write_counts(self._root, counts, link)

    def read_counts(self) -> tuple[dict[str, RequestCounts], Link | None]:
        return small_files.read_counts(self._root)

    def read_grouping(self) -> Grouping:
        return small_files.read_grouping(self._root)

    def write_grouping(self, grouping: Grouping) -> None:
        with reported("write", layout.grouping(self._root)):
            small_files.write_grouping(self._root, grouping)

    def write_models(self, models: ModelList) -> None:
        with reported("write", layout.models(self._root)):
            small_files.write_models(self._root, models)

    def read_models(self) -> ModelList | None:
        return small_files.read_models(self._root)

    def free_bytes(self) -> int:
        """Space on the disk that the workspace is, or would be, on."""
        there = next(folder for folder in (self._root, *self._root.absolute().parents) if folder.exists())
        found = os.statvfs(there)
        return found.f_bavail * found.f_frsize

    def _run_names(self) -> Iterator[str]:
        with suppress(FileNotFoundError):
            for entry in sorted(layout.runs(self._root).iterdir()):
                if is_run_name(entry.name) and entry.is_dir():
                    yield entry.name

    def _make_folders(self, folder: Path) -> None:
        """Each folder between the root and this one; the root itself must be there."""
        if folder == self._root:
            return
        self._make_folders(folder.parent)
        atomic.make_folder(folder)


def _taken(run: str) -> BadInput:
    return BadInput(f"there is a run named {run} already", next="choose another with --name")


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.{number}") for number in count(2))
    return next(free for free in chain([path], names) if not free.exists())


def _rename_new(staging: Path, target: Path) -> None:
    """Rename a folder to a name that is free: a folder that holds something is never replaced."""
    try:
        syscalls.replace(staging, target)
    except OSError as error:
        if error.errno in _TAKEN:
            raise _taken(target.name) from error
        raise


def _sync_tree(folder: Path) -> None:
    """Make every file of a folder durable, then the folders."""
    for here, _, files in os.walk(folder, topdown=False):
        for name in files:
            atomic.sync_file(Path(here, name))
        atomic.sync_folder(Path(here))


def _remove(path: Path) -> int:
    """Remove a file; its size."""
    size_bytes = path.stat().st_size
    syscalls.remove(path)
    return size_bytes
