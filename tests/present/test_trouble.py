"""What stands between us and the service is said in the row there is."""

import pytest
from msgspec.structs import replace

from batchtui.domain.link import LinkState
from batchtui.domain.state import Binding
from batchtui.engine.account import mismatch
from batchtui.engine.ports import Account
from batchtui.present.cells import plain
from batchtui.present.facts import lay_facts
from batchtui.present.home.trouble import trouble_line
from batchtui.present.scene import Scene
from tests.present.scenes import scene_of
from tests.tui.still import live_link
from tests.tui.world import pictured

OURS = Account(
    base_url="https://api.anthropic.com",
    organization_id="7f3a0011-22aa-4bcd-8e9f-001122334455",
    api_workspace_id="wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ",
)
THEIRS = {
    "base_url": "https://gateway.example.com/anthropic",
    "organization_id": "9b1c77aa-22aa-4bcd-8e9f-99887766abcd",
    "api_workspace_id": "wrkspc_01ABCDEFGHIJKLMNOPQRSTOTHR",
}


def said(scene: Scene, width: int) -> str:
    line = trouble_line(scene, width - 2)
    assert line is not None
    return plain(lay_facts(line, width - 2)).rstrip()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("field", THEIRS)
def test_both_accounts_are_named_however_narrow_the_row_is(field: str, width: int) -> None:
    ours, theirs = str(getattr(OURS, field)), THEIRS[field]
    binding = Binding(
        base_url=OURS.base_url, organization_id=OURS.organization_id, api_workspace_id=OURS.api_workspace_id
    )
    note = mismatch(binding, replace(OURS, **{field: theirs}))
    words = said(scene_of(pictured(), account_note=note), width)
    assert ours[:5] in words and ours[-4:] in words
    assert theirs[:5] in words and words.endswith(theirs[-4:])
    assert width < 200 or words == note


def test_short_accounts_are_named_whole() -> None:
    note = "this workspace belongs to API Workspace wrkspc_01ABC, the key to API Workspace wrkspc_OTHER"
    words = said(scene_of(pictured(), account_note=note), 80)
    assert words == "this workspace belongs to API Workspace wrkspc_01ABC, the key to wrkspc_OTHER"


CAPTIVE = "200: somebody answered who is not the API: a page for people"


@pytest.mark.parametrize(
    ("why", "width", "words"),
    [
        (
            "no connection: connection refused",
            80,
            "○ as last known   no connection: connection refused   sending waits",
        ),
        (CAPTIVE, 80, f"{CAPTIVE}   sending waits"),
        (CAPTIVE, 60, f"{CAPTIVE[:41]}…   sending waits"),
        (CAPTIVE, 120, f"○ as last known   {CAPTIVE}   sending waits"),
    ],
)
def test_while_offline_the_reason_and_what_waits_are_always_said(why: str, width: int, words: str) -> None:
    link = live_link(state=LinkState.OFFLINE, why=why)
    assert said(scene_of(pictured(), link=link), width) == words
