"""A workspace on a server, and an operator at a terminal of 80x24 whose keys are counted."""

import base64
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batchtui.cli.main import run
from tests.tui.driver import KEYS, PtyApp

SETTINGS = "[poll]\nafter_action = 0.05\nrunning = 0.2\nidle = 0.2\n[submit]\nlost_look_seconds = 0\n"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where an operator works."""

    base: Path
    base_url: str

    @property
    def workspace(self) -> Path:
        return self.base / "evals" / ".batchtui"

    def lay(self, settings: str = "") -> "Desk":
        """Make the folder and its settings."""
        self.workspace.mkdir(parents=True, mode=0o700)
        (self.workspace / "batchtui.toml").write_text(SETTINGS + settings)
        return self

    def write(self, requests: Sequence[dict[str, Any]], name: str = "nightly.jsonl") -> Path:
        path = self.base / "evals" / name
        path.write_text("".join(json.dumps(request, ensure_ascii=False) + "\n" for request in requests))
        return path

    def command(self, *arguments: str) -> int:
        """Run a command in this process."""
        earlier = dict(os.environ)
        os.environ.update(self.environ())
        try:
            return run(arguments)
        finally:
            os.environ.clear()
            os.environ.update(earlier)

    def environ(self) -> dict[str, str]:
        names = ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        return {
            **dict.fromkeys(names, str(self.base)),
            "ANTHROPIC_API_KEY": "sk-ant-api03-operator-a91F",
            "ANTHROPIC_BASE_URL": self.base_url,
            "NO_PROXY": "127.0.0.1",
            "BATCHTUI_WORKSPACE": str(self.workspace),
        }

    @contextmanager
    def operator(self, *, keys: int, **env: str) -> Iterator["Operator"]:
        """The dashboard at home; in the end no more keys were pressed than the task may take."""
        command = [sys.executable, "-m", "batchtui"]
        with PtyApp(command, env=self.environ() | env, cwd=self.base / "evals") as app:
            operator = Operator(app)
            yield operator
            assert len(operator.keys) <= keys, operator.keys


class Operator:
    """Presses keys one by one, each after what it is about has been drawn.

    The keys are counted where they enter the terminal: what was sent but not declared as text is a key.
    """

    def __init__(self, app: PtyApp) -> None:
        self.app = app
        self._typed: list[str] = []

    @property
    def keys(self) -> list[str]:
        """Every key so far, without typed text."""
        pressed = list(self.app.sent)
        for text in self._typed:
            pressed.remove(text)
        return [key for sent in pressed for key in ([sent] if sent in KEYS else sent)]

    def sees(self, pattern: str, timeout: float = 40) -> str:
        """Wait until something is on the screen; how it stands there."""
        self.app.wait_for(lambda text: re.search(pattern, text) is not None, timeout)
        self.app.settle(0.25, timeout)
        found = re.search(pattern, self.app.text())
        return found[0] if found else ""

    def press(self, *keys: str) -> "Operator":
        """Keys that count."""
        self.app.send(*keys)
        return self

    def types(self, text: str) -> "Operator":
        """Text that is not counted: a path, a count, words to look for."""
        self._typed.append(text)
        self.app.send(text)
        return self

    def copied(self) -> str:
        """What the terminal's clipboard was given last."""
        given = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)", bytes(self.app.raw))
        return base64.b64decode(given[-1]).decode() if given else ""
