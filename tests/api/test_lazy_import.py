"""Importing the adapter costs nothing: the SDK comes with the first call."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

NOTHING_LOADED = """
import importlib, pkgutil, sys
import batchtui.api
for module in pkgutil.iter_modules(batchtui.api.__path__, "batchtui.api."):
    importlib.import_module(module.name)
from batchtui.api.client import SdkService
service = SdkService()
print(service.credentials().tail)
heavy = {"anthropic", "httpx2", "httpcore2", "h11", "anyio", "pydantic", "textual"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""

NO_KEY_NO_IMPORT = """
import asyncio, sys
from batchtui.api.client import SdkService
from batchtui.engine.ports import ServiceProblem
service = SdkService()
try:
    asyncio.run(service.list_batches(limit=1))
except ServiceProblem as problem:
    print(problem.kind)
assert "anthropic" not in sys.modules
"""

QUITTING_DOES_NOT_WAIT_FOR_THE_IMPORT = """
import asyncio, sys, time
from batchtui.api import client

def slowly(*_):
    time.sleep(30)

client.open_clients = slowly

async def main():
    service = client.SdkService()
    polling = asyncio.create_task(service.list_batches(limit=1))
    await asyncio.sleep(0.1)
    polling.cancel()
    await service.close()

asyncio.run(main())
"""

NOBODY_LOOKS_FOR_GARBAGE_IN_IT = """
import gc
from batchtui.api.quiet import import_sdk

searches = []
gc.callbacks.append(lambda phase, _: searches.append(phase))
import_sdk()
assert gc.isenabled() and len(searches) < 10, searches
frozen = gc.get_freeze_count()
assert frozen > 50_000, frozen
import_sdk()
assert gc.get_freeze_count() <= frozen
"""

QUITTING_DOES_NOT_WAIT_FOR_A_NAME = """
import asyncio, socket, time
from batchtui.api.client import SdkService
from batchtui.domain.settings import ApiSettings

looking_up = False

def slowly(*_):
    global looking_up
    looking_up = True
    time.sleep(30)

socket.getaddrinfo = slowly

async def main():
    service = SdkService(ApiSettings(base_url="http://api.example.invalid"))
    polling = asyncio.create_task(service.list_batches(limit=1))
    while not looking_up:
        await asyncio.sleep(0.02)
    polling.cancel()
    await service.close()

asyncio.run(main())
"""


def run(script: str, *, key: str = "sk-ant-api03-0123456789abcdWXYZ", seconds: float = 20) -> str:
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONPATH": str(ROOT)}
    if key:
        environment["ANTHROPIC_API_KEY"] = key
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, timeout=seconds, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()


def test_importing_the_adapter_and_asking_for_the_key_loads_no_sdk() -> None:
    assert run(NOTHING_LOADED) == "WXYZ"


def test_without_a_key_the_sdk_is_never_imported() -> None:
    assert run(NO_KEY_NO_IMPORT, key="") == "not_authorized"


def test_quitting_does_not_wait_for_the_import() -> None:
    run(QUITTING_DOES_NOT_WAIT_FOR_THE_IMPORT)


def test_quitting_does_not_wait_for_a_name_to_be_found() -> None:
    run(QUITTING_DOES_NOT_WAIT_FOR_A_NAME)


def test_nobody_looks_for_garbage_in_the_sdk() -> None:
    run(NOBODY_LOOKS_FOR_GARBAGE_IN_IT)
