"""Where the key is said to come from, what is said of it, and what happens without one."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from batchtui.api.client import SdkService
from batchtui.api.credentials import NO_KEY, find_credentials, normalised_base_url
from batchtui.domain.submission import NoConnection
from batchtui.engine.ports import Credentials, ServiceProblem
from tests.api.behaviours import BATCH_ID, answers, page
from tests.api.conftest import KEY, MakeService
from tests.api.fakes import SMALL, FakeBody, Recorder
from tests.api.profiles import write_profile
from tests.api.rawserver import RawServer

TOKEN = "token-0123456789-QRST"


def test_a_key_shows_its_last_four_characters_and_its_variable() -> None:
    found = find_credentials({"ANTHROPIC_API_KEY": KEY})
    assert found.credentials == Credentials(
        origin="ANTHROPIC_API_KEY", tail="WXYZ", base_url="https://api.anthropic.com"
    )
    assert found.problem is None
    assert KEY[:-4] not in repr(found)


@pytest.mark.parametrize(
    ("environ", "origin", "tail"),
    [
        ({"ANTHROPIC_AUTH_TOKEN": TOKEN}, "ANTHROPIC_AUTH_TOKEN", "QRST"),
        ({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_AUTH_TOKEN": TOKEN}, "ANTHROPIC_API_KEY", "WXYZ"),
        ({"ANTHROPIC_API_KEY": "", "ANTHROPIC_AUTH_TOKEN": TOKEN}, "ANTHROPIC_AUTH_TOKEN", "QRST"),
        ({"ANTHROPIC_API_KEY": "short-key"}, "ANTHROPIC_API_KEY", ""),
        ({"ANTHROPIC_AUTH_TOKEN": TOKEN, "ANTHROPIC_PROFILE": "work"}, "ANTHROPIC_AUTH_TOKEN", "QRST"),
        ({"ANTHROPIC_PROFILE": "work"}, "profile work", ""),
        ({"ANTHROPIC_CUSTOM_HEADERS": f"X-Api-Key: {KEY}"}, "ANTHROPIC_CUSTOM_HEADERS", "WXYZ"),
        ({"ANTHROPIC_CUSTOM_HEADERS": f"a: b\nAuthorization: Bearer {TOKEN}"}, "ANTHROPIC_CUSTOM_HEADERS", "QRST"),
        (
            {
                "ANTHROPIC_FEDERATION_RULE_ID": "fdrl_1",
                "ANTHROPIC_ORGANIZATION_ID": "org",
                "ANTHROPIC_IDENTITY_TOKEN": "jwt",
            },
            "workload identity",
            "",
        ),
        ({}, "none", ""),
        ({"ANTHROPIC_API_KEY": ""}, "none", ""),
    ],
)
def test_the_origin_follows_the_sdks_order(environ: dict[str, str], origin: str, tail: str) -> None:
    credentials = find_credentials(environ).credentials
    assert (credentials.origin, credentials.tail) == (origin, tail)


def test_profiles_are_found_by_their_files(environment: Path) -> None:
    write_profile(environment, "default", token=TOKEN)
    assert find_credentials({}).credentials.origin == "profile default"
    write_profile(environment, "work", token=TOKEN, base_url="https://Gateway.example.com/")
    (environment / ".config" / "anthropic" / "active_config").write_text("work\n")
    credentials = find_credentials({}).credentials
    assert (credentials.origin, credentials.base_url) == ("profile work", "https://gateway.example.com")
    assert find_credentials({"ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}).credentials.base_url == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("https://API.Anthropic.com/", "https://api.anthropic.com"),
        ("https://user:secret@gate.example.com:443/v2//", "https://gate.example.com/v2"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("http://user:secret@host:notaport/", "http://host:notaport"),
        ("localhost:8080/", "localhost:8080"),
    ],
)
def test_one_address_has_one_spelling_and_no_user(address: str, normal: str) -> None:
    assert normalised_base_url(address) == normal


async def every_call(service: SdkService) -> list[Callable[[], Awaitable[object]]]:
    async def download() -> None:
        async with service.results(BATCH_ID):
            pass

    return [
        lambda: service.list_batches(limit=1),
        lambda: service.retrieve(BATCH_ID),
        lambda: service.cancel(BATCH_ID),
        lambda: service.delete(BATCH_ID),
        service.models,
        download,
    ]


UNUSABLE = {
    "none": (None, NO_KEY),
    "empty": ("", NO_KEY),
    "a line end": (KEY + "\n", "the key in ANTHROPIC_API_KEY holds"),
    "two lines": (f"{KEY}\n{KEY}", "the key in ANTHROPIC_API_KEY holds"),
    "a header of its own": (f"{KEY}\r\nHost: evil", "the key in ANTHROPIC_API_KEY holds"),
    "a space": (f" {KEY}", "the key in ANTHROPIC_API_KEY holds"),
    "typographic": (KEY.replace("-", "\N{EN DASH}"), "the key in ANTHROPIC_API_KEY holds"),
    "an undecodable byte": (KEY + "\udcff", "the key in ANTHROPIC_API_KEY holds"),
}


@pytest.mark.parametrize(("key", "words"), UNUSABLE.values(), ids=UNUSABLE.keys())
async def test_without_a_usable_key_every_call_says_what_to_do_before_any_connection(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch, key: str | None, words: str
) -> None:
    if key is None:
        monkeypatch.delenv("ANTHROPIC_API_KEY")
    else:
        monkeypatch.setenv("ANTHROPIC_API_KEY", key)
    async with RawServer(answers(200, page())) as server:
        service = make_service(server.url)
        for call in await every_call(service):
            with pytest.raises(ServiceProblem) as raised:
                await call()
            assert raised.value.kind == "not_authorized"
            assert raised.value.message.startswith(words)
        recorder = Recorder()
        seen, _ = await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, NoConnection)
    assert recorder.events == []
    assert server.connections == 0
    assert KEY[5:-4] not in repr(raised.value) + repr(service.credentials())


async def test_a_key_that_is_set_later_is_used(make_service: MakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    async with RawServer(answers(200, page())) as server:
        service = make_service(server.url)
        with pytest.raises(ServiceProblem):
            await service.list_batches(limit=1)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        await service.list_batches(limit=1)
    assert server.heard[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_broken_profile_is_a_sentence_and_works_once_it_is_mended(
    make_service: MakeService, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("ANTHROPIC_PROFILE", "work")
    async with RawServer(answers(200, page())) as server:
        service = make_service(server.url)
        with pytest.raises(ServiceProblem, match="Config file not found") as raised:
            await service.list_batches(limit=1)
        assert raised.value.kind == "not_authorized"
        write_profile(environment, "work", token=TOKEN)
        await service.list_batches(limit=1)
    assert server.heard[0].headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_profile_without_its_secret_is_a_sentence_before_any_connection(
    make_service: MakeService, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    write_profile(environment, "default", token=TOKEN)
    (environment / ".config" / "anthropic" / "credentials" / "default.json").unlink()
    async with RawServer(answers(200, page())) as server:
        service = make_service(server.url)
        with pytest.raises(ServiceProblem, match="Credentials file not found") as raised:
            await service.list_batches(limit=1)
        recorder = Recorder()
        seen, _ = await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
    assert raised.value.kind == "not_authorized"
    assert isinstance(seen, NoConnection)
    assert server.heard == []


async def test_a_proxy_variable_that_is_no_address_is_a_sentence(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://user:proxysecret@127.0.0.1:1")
    with pytest.raises(ServiceProblem, match="check base URL, profile and proxy") as raised:
        await make_service("http://127.0.0.1:1").list_batches(limit=1)
    assert "proxysecret" not in repr(raised.value)


def test_credentials_are_told_without_the_sdk_having_to_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anthropic", None)
    assert SdkService().credentials().origin == "ANTHROPIC_API_KEY"
