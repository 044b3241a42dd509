"""Where the program starts; `--version` is answered before anything else is imported."""

import gc
import sys

from batchtui import __version__

SELDOM = (200_000, 20, 100)
"""Objects made before garbage is looked for: Python's own 700 cost a fifth of every start, for none found."""


def main() -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        print(f"batchtui {__version__}")
        return 0
    gc.set_threshold(*SELDOM)
    from batchtui.cli.main import run  # everything else costs time to import

    code = run(arguments)
    gc.freeze()  # at its end the interpreter looks for garbage in everything: a tenth of a listing's time
    return code


if __name__ == "__main__":
    raise SystemExit(main())
