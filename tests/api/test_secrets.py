"""No key and no prompt reaches stderr, a message or a traceback, whatever the environment asks for."""

import asyncio
import logging
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from batchtui.api.connection import open_clients
from batchtui.domain.settings import ApiSettings
from batchtui.engine.ports import ServiceProblem
from tests.api.behaviours import BATCH, BATCH_ID, answers, ends, envelope, stays_silent
from tests.api.conftest import HASTY, KEY, MakeService
from tests.api.fakes import SMALL, FakeBody, Recorder
from tests.api.rawserver import Behaviour, RawServer

ROOT = Path(__file__).parents[2]

A_SESSION = """
import asyncio, logging, sys
from batchtui.api.client import SdkService
from batchtui.engine.ports import ServiceProblem

class Body:
    size_bytes = 12
    async def blocks(self):
        yield b"MARKEDPROMPT"

async def main():
    service = SdkService()
    async def release():
        return
    for _ in range(2):
        print(await service.submit(Body(), release=release, sent=lambda total: None))
        try:
            print(await service.list_batches(limit=1))
        except ServiceProblem as problem:
            print(problem.kind)
    await service.close()

asyncio.run(main())
logging.getLogger("ours").warning("still heard")
assert not logging.getLogger().handlers
"""


async def test_the_sdk_prints_nothing_even_when_it_is_asked_to() -> None:
    async with RawServer(answers(200, BATCH), answers(500, envelope("api_error", "oops")), ends("reset")) as server:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "PYTHONPATH": str(ROOT),
            "ANTHROPIC_LOG": "debug",
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_AUTH_TOKEN": "so that the SDK warns of two",
            "ANTHROPIC_BASE_URL": server.url,
        }
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-W", "default", "-c", A_SESSION],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "still heard\n"
    assert "MARKED" not in done.stdout
    assert server.posts[0].body == b"MARKEDPROMPT"


FAILURES: dict[str, Behaviour] = {
    "401": answers(401, envelope("authentication_error", "invalid key")),
    "500": answers(500, b"<html>"),
    "garbage": answers(200, b"{}"),
    "reset": ends("reset"),
    "silence": stays_silent(),
}


@pytest.mark.parametrize("behaviour", FAILURES.values(), ids=FAILURES.keys())
async def test_a_problem_carries_no_key_in_its_words_its_traceback_or_its_past(
    make_service: MakeService, behaviour: Behaviour
) -> None:
    async with RawServer(behaviour) as server:
        service = make_service(server.url, timeouts=HASTY)
        with pytest.raises(ServiceProblem) as raised:
            await service.retrieve(BATCH_ID)
        recorder = Recorder()
        seen = await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
    problem = raised.value
    assert (problem.__cause__, problem.__context__) == (None, None)
    shown = traceback.TracebackException.from_exception(problem, capture_locals=True)
    assert KEY[5:-4] not in "".join(shown.format())
    assert KEY[5:-4] not in repr(seen)


async def test_nothing_is_logged_in_this_process_either(
    make_service: MakeService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with RawServer(answers(200, BATCH)) as server:
        await make_service(server.url).retrieve(BATCH_ID)
    assert [record.name for record in caplog.records if not record.name.startswith("asyncio")] == []


def test_no_call_becomes_a_span_that_could_hold_a_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE", "content")
    clients = open_clients(ApiSettings(), HASTY)
    for client in (clients.asking, clients.sending):
        assert client.open_telemetry["traces"]["enabled"] is False
        assert client.open_telemetry["propagation"] is False
