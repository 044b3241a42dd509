"""What the disk refuses, in words a person can act on."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batchtui.domain.failures import WorkspaceDamaged

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ESTALE})


@contextmanager
def reported(verb: str, path: Path) -> Iterator[None]:
    """Turn an OSError of the block into WorkspaceDamaged: what could not be done, and what to do.

    Args:
        verb: as in "cannot VERB path".
    """
    try:
        yield
    except OSError as error:
        raise WorkspaceDamaged(f"cannot {verb} {path}: {_why(error)}", next=_advice(error)) from error


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _advice(error: OSError) -> str:
    if error.errno in _FULL:
        return "free some space on that disk; what was recorded before is safe"
    if error.errno in _FORBIDDEN:
        return "make the folder writable for this user, or look only with --read-only"
    if error.errno in _GONE:
        return "the folder or its disk is gone; bring it back, or name another with --workspace"
    return "check that disk; `batchtui doctor` looks closer"
