"""Where the program starts; `--version` is answered before anything else is imported."""

import gc
import os
import sys

from batchtui import __version__

SELDOM = (200_000, 20, 100)
"""Objects made before garbage is looked for: Python's own 700 cost a fifth of every start, for none found."""

_INTERRUPTED = 130


def ensure_streams() -> None:
    """Put the null device where a standard stream is missing.

    The next file that is opened would take its number otherwise, and whatever a process writes to its stderr would be
    written into the journal.
    """
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            os.set_inheritable(descriptor, True)
            setattr(sys, name, open(descriptor, mode, closefd=False))  # noqa: SIM115  # it lives as long as the process


def _tell_version() -> bool:
    """False where stdout takes nothing: the command line says why."""
    try:
        os.write(1, f"batchtui {__version__}\n".encode())
    except OSError:
        return False
    return True


def main() -> int:
    """Run the command line and return its exit code."""
    ensure_streams()
    arguments = sys.argv[1:]
    if arguments == ["--version"] and _tell_version():
        return 0
    gc.set_threshold(*SELDOM)
    try:
        from batchtui.cli.main import run  # everything else costs time to import
    except KeyboardInterrupt:
        print("batchtui: interrupted", file=sys.stderr)
        return _INTERRUPTED
    code = run(arguments)
    gc.freeze()  # at its end the interpreter looks for garbage in everything: a tenth of a listing's time
    return code


if __name__ == "__main__":
    raise SystemExit(main())
