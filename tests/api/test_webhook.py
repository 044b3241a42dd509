"""An alert reaches the operator's address as JSON, once, without the service's key."""

import json
from datetime import UTC, datetime

from batchtui.api.webhook import Webhook
from batchtui.domain.alert import Alert, AlertKind
from tests.api.behaviours import answers
from tests.api.conftest import KEY
from tests.api.rawserver import Exchange, RawServer

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALERT = Alert(kind=AlertKind.EXPIRY, text="evals chunk 1 expires soon", run="evals", batch_id="msgbatch_1")


async def answered(server: RawServer) -> tuple[str, Exchange]:
    async with server:
        why = await Webhook(f"{server.url}/hook").ring(ALERT, AT)
    (heard,) = server.posts
    return why, heard


async def test_the_alert_is_posted_once_and_no_key_goes_with_it() -> None:
    why, heard = await answered(RawServer(answers(200)))
    assert why == ""
    assert json.loads(heard.body) == {
        "schema": "batchtui.alert/1",
        "at": "2026-11-21T12:00:00Z",
        "kind": "expiry",
        "text": "evals chunk 1 expires soon",
        "run": "evals",
        "batch_id": "msgbatch_1",
        "submission": None,
        "episode": "",
        "remedy": None,
    }
    assert KEY not in str(heard.headers)


async def test_an_address_that_refuses_or_points_elsewhere_is_said_and_not_followed() -> None:
    for status in (307, 500):
        why, _ = await answered(RawServer(answers(status, headers={"Location": "/elsewhere"})))
        assert why == f"alerts.webhook answered {status}"


async def test_an_address_nobody_listens_at_is_said() -> None:
    async with RawServer() as server:
        pass
    assert (await Webhook(server.url).ring(ALERT, AT)).startswith("alerts.webhook was not reached: ")
