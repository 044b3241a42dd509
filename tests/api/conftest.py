"""An environment with nothing in it but one marked key, and a service that is closed again."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from batchtui.api.client import SdkService
from batchtui.api.connection import Timeouts
from batchtui.domain.settings import ApiSettings
from tests.api.certificate import certificate

KEY = "sk-ant-api03-MARKEDKEY0123456789abcdefWXYZ"

PATIENT = Timeouts(connect=10, read=10, write=10, answer=10, call=20)
"""For a busy machine: no test waits for these."""

HASTY = Timeouts(connect=0.3, read=0.3, write=0.3, answer=0.3)
"""For the tests in which a server says nothing."""

MakeService = Callable[..., SdkService]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable, profile or proxy of this machine; returns the empty home."""
    for name in list(os.environ):
        if name.upper().startswith("ANTHROPIC") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    # Also quick to load: the certificates of a whole machine take 40 ms for each service.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate()))
    return tmp_path


@pytest.fixture
async def make_service() -> AsyncIterator[MakeService]:
    made: list[SdkService] = []

    def make(url: str, *, timeouts: Timeouts = PATIENT, **settings: object) -> SdkService:
        service = SdkService(ApiSettings(base_url=url, **settings), timeouts=timeouts)  # type: ignore[arg-type]
        made.append(service)
        return service

    yield make
    for service in made:
        await service.close()
