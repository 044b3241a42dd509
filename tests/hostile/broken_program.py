"""The program with one page that fails while it holds a prompt and the key in its variables."""

import os
import sys

from batchtui.cli.main import run
from batchtui.tui.screens.info import InfoScreen


def fail(*_: object) -> None:
    prompt = os.environ["MARKED_PROMPT"]
    key = os.environ["ANTHROPIC_API_KEY"]
    raise RuntimeError(f"while handling {prompt} with {key}")


InfoScreen.paint = fail  # type: ignore[method-assign, assignment]  # it breaks

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
