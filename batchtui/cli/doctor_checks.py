"""The checks of `doctor`: each says what it found, and what to do where that is not well."""

import locale
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from batchtui.cli import link
from batchtui.cli.unfollowed import unfollowed
from batchtui.domain.link import LinkState
from batchtui.domain.words import several
from batchtui.engine.engine import Engine
from batchtui.engine.ports import ServiceProblem
from batchtui.present import formats
from batchtui.present.beside import size_beside

SKEW_SECONDS = 30
FREE_BYTES = 1_000_000_000
SMALLEST = (60, 16)
"""Columns and lines below which the dashboard shows one sentence."""

NETWORK_FILESYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "ncpfs"}
)
"""Where locks and fsync may lie; FUSE ones are judged by what follows the dot."""

_NETWORK_FUSE: Final = frozenset({"sshfs", "glusterfs", "s3fs", "gcsfuse", "rclone", "davfs"})


class Verdict(StrEnum):
    """How a check of `doctor` went."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found, and what to do about it."""

    check: str
    verdict: Verdict
    message: str
    next: str = ""
    needs_service: bool = False


def local_findings(engine: Engine, root: Path) -> Iterator[Finding]:
    """What can be checked without a call."""
    yield from _settings(engine, root)
    yield from _folder(root)
    yield _space(engine)
    yield _journal(engine)
    yield _key(engine)
    yield _prices(engine)
    yield _terminal()


async def service_findings(engine: Engine) -> list[Finding]:
    """What the service says: whether it is there, whose account it is, what time it has."""
    failure = await link.look(engine)
    found = engine.core.live.link
    if failure is not None:
        return [_finding("account", Verdict.FAIL, failure.what, next=failure.next, needs_service=True)]
    if found.state is not LinkState.LIVE:
        message = f"{found.state}: {found.why or link.why_cached(engine)}"
        verdict = Verdict.WARN if found.state is LinkState.CACHED else Verdict.FAIL
        return [_finding("service", verdict, message, needs_service=True)]
    return [_account(engine), _clock(found.skew_seconds), await _models(engine)]


def _finding(check: str, verdict: Verdict, message: str, *, next: str = "", needs_service: bool = False) -> Finding:
    return Finding(check=check, verdict=verdict, message=message, next=next, needs_service=needs_service)


def _settings(engine: Engine, root: Path) -> Iterator[Finding]:
    """A broken file never gets here: it is refused with its line as soon as it is read."""
    if engine.settings.retry.automatic:
        hint = "`batchtui retry`, or R in the dashboard, sends again what deserves it"
        words = "[retry] automatic: what deserves it is sent again without a question"
        yield _finding("settings", Verdict.WARN, words, next=hint)
        return
    wrong = list(unfollowed(engine.settings, root))
    yield from (_finding("settings", Verdict.WARN, one.words, next=one.next) for one in wrong)
    if not wrong:
        has_file = (root / "batchtui.toml").exists()
        yield _finding("settings", Verdict.OK, "read without a problem" if has_file else "no file: defaults")


def _folder(root: Path) -> Iterator[Finding]:
    if not root.is_dir():
        yield _finding("folder", Verdict.OK, f"{root} is not made yet")
        return
    mode = stat.S_IMODE(root.stat().st_mode)
    if mode & 0o077:
        fix = f"chmod 700 {root}"
        yield _finding("folder", Verdict.WARN, f"others may read it (mode {mode:o}): prompts are in it", next=fix)
    elif not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        yield _finding("folder", Verdict.FAIL, f"{root} can't be written", next="mend its owner or its mode")
    else:
        yield _finding("folder", Verdict.OK, f"{root}, private and writable")
    kind = filesystem_of(root)
    if kind is not None and is_network(kind):
        hint = "keep the workspace on a local disk: locks and fsync may lie here"
        yield _finding("disk", Verdict.WARN, f"{root} is on a network filesystem ({kind})", next=hint)


def filesystem_of(path: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """The type of the filesystem a path is on; None where the system does not say."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    best, kind = -1, None
    for line in lines:
        _, point, type_, *_ = line.split(" ")
        folder = Path(point.replace("\\040", " ").replace("\\011", "\t"))
        if path.resolve().is_relative_to(folder) and len(folder.parts) >= best:
            best, kind = len(folder.parts), type_
    return kind


def is_network(kind: str) -> bool:
    """Whether a filesystem of this type is on another machine."""
    return kind in NETWORK_FILESYSTEMS or (kind.startswith("fuse.") and kind[5:] in _NETWORK_FUSE)


def _space(engine: Engine) -> Finding:
    free = engine.store.free_bytes()
    if free < FREE_BYTES:
        return _finding("space", Verdict.WARN, f"{formats.size(free)} free", next="`batchtui prune` drops old bodies")
    return _finding("space", Verdict.OK, f"{formats.size(free)} free")


def _journal(engine: Engine) -> Finding:
    warnings = engine.core.journal.warnings
    if warnings:
        more = f" (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
        hint = "nothing is sent until it is mended: bring journal.jsonl back from a backup"
        return _finding("journal", Verdict.FAIL, warnings[0] + more, next=hint)
    state = engine.state
    return _finding(
        "journal",
        Verdict.OK,
        f"whole: {several(len(state.runs), 'run')}, {several(len(state.batches), 'batch', 'batches')}",
    )


def _key(engine: Engine) -> Finding:
    found = engine.service.credentials()
    if found.origin == "none":
        hint = "set ANTHROPIC_API_KEY, or log in to a profile"
        return _finding("key", Verdict.FAIL, "no API key was found", next=hint, needs_service=True)
    tail = f" …{found.tail}" if found.tail else ""
    return _finding("key", Verdict.OK, f"from {found.origin}{tail}, for {found.base_url}")


def _prices(engine: Engine) -> Finding:
    prices, today = engine.prices, engine.core.clock.now().date()
    words = f"of {prices.as_of}, {several(prices.age_days(today), 'day')} old"
    if prices.is_stale(today):
        hint = 'compare them with the service\'s; [prices."model-id"] in the settings goes over them'
        return _finding("prices", Verdict.WARN, words, next=hint)
    return _finding("prices", Verdict.OK, words)


def _terminal() -> Finding:
    term = os.environ.get("TERM", "")
    if size_beside(os.environ) is not None:
        return _finding("terminal", Verdict.OK, f"{term}, {_encoding()}: the dashboard is open in it")
    if not sys.stdout.isatty():
        return _finding("terminal", Verdict.OK, "not looked at: stdout is a pipe or a file, not a terminal")
    if term in ("", "dumb"):
        hint = "set TERM, or use the commands"
        return _finding("terminal", Verdict.WARN, f"TERM is {term or 'not set'}: no dashboard here", next=hint)
    columns, lines = shutil.get_terminal_size()
    words = f"{term}, {columns}x{lines}, {_encoding()}"
    if columns < SMALLEST[0] or lines < SMALLEST[1]:
        return _finding("terminal", Verdict.WARN, words, next="the dashboard wants at least 60x16")
    return _finding("terminal", Verdict.OK, words)


def _encoding() -> str:
    return locale.getpreferredencoding(False)


def _account(engine: Engine) -> Finding:
    binding = engine.state.binding
    if binding is None:
        return _finding("account", Verdict.OK, "answers, and names no account")
    parts = (binding.organization_id, binding.api_workspace_id)
    words = ", ".join(part for part in parts if part) or "not named in answers"
    return _finding("account", Verdict.OK, f"{words} at {binding.base_url}")


def _clock(skew_seconds: float) -> Finding:
    if abs(skew_seconds) > SKEW_SECONDS:
        words = f"{abs(skew_seconds):.0f} s {'behind' if skew_seconds > 0 else 'ahead of'} the service's"
        return _finding("clock", Verdict.WARN, words, next="corrected for here; better let the system set its clock")
    return _finding("clock", Verdict.OK, "in step with the service's")


async def _models(engine: Engine) -> Finding:
    try:
        found = (await engine.models.read()).models
    except ServiceProblem as problem:
        return _finding("models", Verdict.WARN, link.as_failure(problem).what, needs_service=True)
    usable = [model for model in found if model.supports_batch]
    unpriced = [model.id for model in usable if engine.prices.find(model.id) is None]
    words = f"{len(usable):,} can be used in batches"
    if unpriced:
        hint = 'give them a price in [prices."model-id"], else their cost is unknown'
        return _finding("models", Verdict.WARN, f"{words}; no price for {', '.join(unpriced[:5])}", next=hint)
    return _finding("models", Verdict.OK, words)
