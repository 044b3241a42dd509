"""The five journeys against two servers that share no code: our simulator, and one written from the protocol alone."""

import json
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from batchtui.domain.settings import PollSettings, Settings, SubmitSettings
from batchtui.simulator.app import Options
from batchtui.simulator.server import running
from batchtui.wiring import Session
from tests.otherserver import OtherServer

SETTINGS = Settings(
    submit=SubmitSettings(chunk_requests=20, lost_look_seconds=0.5),
    poll=PollSettings(after_action=0.1, running=0.2, idle=0.5),
)


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A server of the protocol, and its own account of what it accepted."""

    name: str
    base_url: str
    accepted: Callable[[], list[list[str]]]
    lose_next_create: Callable[[], None]

    def attempts(self) -> Counter[str]:
        """How often each custom_id was accepted."""
        return Counter(custom_id for batch in self.accepted() for custom_id in batch)


@contextmanager
def _simulator() -> Iterator[Server]:
    with running(Options(speed=3600, seed=7)) as url:

        def accepted() -> list[list[str]]:
            with urllib.request.urlopen(f"{url}/_sim/ledger?ids=1") as answer:
                return [batch["custom_ids"] for batch in json.load(answer)["batches"]]

        def lose() -> None:
            body = json.dumps({"faults": ["create:lost@1"]}).encode()
            urllib.request.urlopen(urllib.request.Request(f"{url}/_sim/faults", data=body)).close()

        yield Server(name="simulator", base_url=url, accepted=accepted, lose_next_create=lose)


@contextmanager
def _other() -> Iterator[Server]:
    with OtherServer(seconds=0.5) as server:
        yield Server(
            name="other",
            base_url=server.base_url,
            accepted=lambda: [list(entry.custom_ids) for entry in server.ledger],
            lose_next_create=server.lose_next_create,
        )


@pytest.fixture(params=["simulator", "other"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with _simulator() if request.param == "simulator" else _other() as made:
        for name in ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE", "ANTHROPIC_CUSTOM_HEADERS"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", made.base_url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-test-key-a91F")
        yield made


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(root=tmp_path / "workspace", settings=SETTINGS, may_create=True)
