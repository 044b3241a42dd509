"""Unfinished work: runs being built, downloads under way. Swept when its owner is gone."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from batchtui.workspace import atomic, layout, syscalls
from batchtui.workspace.owner import Owner, live_tokens, token_of

PARTIAL_SUFFIX = ".partial"
CLAIM_SUFFIX = ".claim"
TEMPORARY_MAX_AGE_SECONDS = 3600.0


class Staging:
    """Where this process puts what is not finished yet."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = layout.staging(root)
        self._owner = Owner(root)

    def new_folder(self) -> Path:
        """An empty folder for a run that is being built."""
        folder = self._folder / self._owner.new_name()
        atomic.make_folder(folder)
        return folder

    def new_partial(self, target: Path) -> Path:
        """A name beside the target that nobody else uses; its folder is there."""
        return target.with_name(f"{target.name}.{self._owner.new_name()}{PARTIAL_SUFFIX}")

    def claim_run(self, run: str) -> None:
        """Say that a run of that name is about to appear: until its record is written it is nobody's left-over."""
        claim = self._folder / f"{self._owner.new_name()}{CLAIM_SUFFIX}"
        atomic.write_file(claim, run.encode(), is_durable=False)

    def claimed_runs(self) -> frozenset[str]:
        """Runs that a living process may be about to record."""
        live = live_tokens(self._root)
        return frozenset(self._read_claims(live))

    def remove_tree(self, path: Path) -> None:
        """Remove a folder; first out of sight in one step, so that no half of it is ever found."""
        doomed = self._folder / self._owner.new_name()
        with suppress(FileNotFoundError):
            syscalls.replace(path, doomed)
            atomic.sync_folder(path.parent)
            syscalls.remove_tree(doomed)

    def release(self) -> None:
        """Leave nothing that only says this process is there."""
        if self._owner.release():
            for claim in [*self._folder.glob(f"{self._owner.token}-*{CLAIM_SUFFIX}")]:
                _remove(claim)

    def sweep(self) -> int:
        """Remove what dead owners left; how many files and folders."""
        live = live_tokens(self._root)
        swept = 0
        for path in [*self._owned_files()]:
            token = token_of(path.name)
            if token is not None and token not in live:
                swept += _remove(path)
        return swept + sum(_remove(path) for path in [*self._old_temporaries()])

    def _read_claims(self, live: frozenset[str]) -> Iterator[str]:
        for claim in self._folder.glob(f"*{CLAIM_SUFFIX}"):
            if token_of(claim.name) in live:
                with suppress(FileNotFoundError):
                    yield claim.read_text()

    def _owned_files(self) -> Iterator[Path]:
        if self._folder.is_dir():
            yield from self._folder.iterdir()
        yield from self._root.glob(f"runs/*/results/*{PARTIAL_SUFFIX}")
        yield from self._root.glob(f"batches/*/*{PARTIAL_SUFFIX}")

    def _old_temporaries(self) -> Iterator[Path]:
        """Temporary files of replaced ones; they live for milliseconds, so an old one has no owner."""
        oldest = time.time() - TEMPORARY_MAX_AGE_SECONDS
        for path in self._root.glob(f"*{atomic.TEMPORARY_SUFFIX}"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    yield path


def _remove(path: Path) -> bool:
    """Whether it was there to be removed."""
    try:
        if path.is_dir() and not path.is_symlink():
            syscalls.remove_tree(path)
        else:
            syscalls.remove(path)
    except FileNotFoundError:
        return False
    return True
