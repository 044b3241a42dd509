"""A home, a workspace and a server in which everything that can be chosen from outside is hostile."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batchtui.cli.main import run
from tests.hostile.corpus import MARKUP, TEXTS, mixed, sequence
from tests.otherserver import OtherServer
from tests.otherserver.judge import JsonObject, errored, succeeded
from tests.tui.driver import PtyApp

KEY = "sk-ant-api03-hostile-tests-a91F"
FILE_NAME = "evil\x1b[31;6661m[@click=app.quit]\u202e%s.jsonl"
FOLDER_NAME = "work\x1b]0;owned 6661\x07[nope]\u202e"
SETTINGS = """
[submit]
lost_look_seconds = 0
[poll]
after_action = 0.05
running = 0.2
idle = 0.2
"""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where one test, or one module of tests, lives."""

    base: Path
    base_url: str
    key: str = KEY
    folder: str = FOLDER_NAME

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def workspace(self) -> Path:
        return self.base / self.folder / ".batchtui"

    @property
    def requests_file(self) -> Path:
        return self.base / self.folder / FILE_NAME

    def environ(self) -> dict[str, str]:
        """Nothing of the machine's, and temporary files where they can be looked at."""
        names = ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        return {
            **dict.fromkeys(names, str(self.home)),
            "TMPDIR": str(self.base / "tmp"),
            "ANTHROPIC_API_KEY": self.key,
            "ANTHROPIC_BASE_URL": self.base_url,
            "ANTHROPIC_CONFIG_DIR": str(self.home / "none"),
            "NO_PROXY": "127.0.0.1",
            "BATCHTUI_WORKSPACE": str(self.workspace),
        }

    def lay(self) -> None:
        """Make the folders and the settings."""
        for folder in (self.home, self.base / "tmp", self.base / self.folder):
            folder.mkdir(parents=True)
        self.workspace.mkdir(mode=0o700)
        (self.workspace / "batchtui.toml").write_text(SETTINGS)

    def command(self, *arguments: str) -> int:
        """Run a command in this process; what it prints goes where pytest puts it."""
        with self.entered():
            return run(arguments)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This process as if it had been started here."""
        earlier, here = dict(os.environ), Path.cwd()
        os.environ.update(self.environ())
        os.chdir(self.base / self.folder)
        try:
            yield
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(earlier)

    def dashboard(
        self, *arguments: str, size: tuple[int, int] = (80, 24), env: Mapping[str, str] | None = None
    ) -> PtyApp:
        """The real program in a terminal of its own."""
        command = (sys.executable, "-m", "batchtui", *arguments)
        return PtyApp(command, size=size, env=self.environ() | dict(env or {}), cwd=self.base / self.folder)


def hostile_requests() -> list[JsonObject]:
    """A request for each text of the corpus, as prompt, as system and as metadata, and some for other models."""
    texts = [*TEXTS, *(mixed(number) for number in range(12))]
    return [
        {
            "custom_id": f"doc-{number:03d}",
            "params": {
                "model": sequence(number) if number % 10 == 7 else "claude-haiku-4-5",
                "max_tokens": 64,
                "system": text or "empty",
                "metadata": {"user_id": text},
                "messages": [{"role": "user", "content": f"prompt {text}"}],
            },
        }
        for number, text in enumerate(texts)
    ]


def hostile_judge(custom_id: str, params: JsonObject, attempt: int) -> JsonObject:
    """Errors of all types and with all messages, answers and stop reasons; every third request succeeds."""
    number = int(custom_id.rpartition("-")[2])
    text = str(params["messages"][0]["content"])
    match number % 6:
        case 0 | 3:
            return succeeded({**params, "model": sequence(number), "messages": []}, text=f"answer {text}")
        case 1:
            return errored("overloaded_error", f"busy {text}", request_id=f"req_{sequence(number)}")
        case 2:
            return errored(sequence(number), f"strange {text}", request_id=mixed(number))
        case 4:
            return succeeded({"model": "claude-haiku-4-5"}, text=f"answer {text}", stop_reason=sequence(number))
    return {"type": f"kind{sequence(number)}", "detail": text}


def elsewhere_requests() -> list[JsonObject]:
    """Their custom_ids are nobody's to check."""
    params: dict[str, Any] = {"model": MARKUP[1], "messages": [{"role": "user", "content": "hello"}]}
    ids = [*(text for text in TEXTS if text.strip())]
    return [{"custom_id": f"{text}-{number}", "params": params} for number, text in enumerate(ids)]


def write_requests(path: Path, requests: list[JsonObject]) -> Path:
    """A request file; lone surrogates are escapes in it."""
    path.write_text("".join(json.dumps(request) + "\n" for request in requests))
    return path


def hostile_server(*, seconds: float = 0.05) -> OtherServer:
    """Its batches end at once; its headers and models are as bad as HTTP lets them be."""
    return OtherServer(
        seconds=seconds,
        judge=hostile_judge,
        organization_id="org\x1b[6661;31m\x9b6661H[/nope]",
        models=("claude-haiku-4-5", *(sequence(number) for number in range(3))),
    )
