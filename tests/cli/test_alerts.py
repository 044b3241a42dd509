"""`alerts` and `hold`: what needs somebody is the same list everywhere, and can be put aside."""

import threading
from pathlib import Path

from batchtui.domain.failures import ExitCode
from tests.cli.program import Program
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests


def stranger_of(online: Program, server: OtherServer) -> str:
    online("ls")
    online("hide", server.add_batch(make_requests(1, prefix="p")))
    return server.add_batch(make_requests(3, prefix="s"))


def test_ls_alerts_and_watch_tell_of_the_same(online: Program, server: OtherServer, requests_file: Path) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    stranger = stranger_of(online, server)
    (listed,) = online.json("alerts").object["alerts"]
    assert (listed["kind"], listed["batch_id"], listed["acknowledged"]) == ("stranger", stranger, False)
    assert online.json("ls").object["alerts"] == [listed]
    assert f"! {stranger} was not sent from here" in online("ls").stdout
    threading.Timer(0.4, server.finish).start()
    told = [event for event in online.json("watch", "evals").objects if event["event"] == "alert"]
    assert told[0]["details"] == {"alert": listed["alert"], "kind": "stranger"}


def test_an_alert_put_aside_is_listed_as_such_and_no_longer_told(online: Program, server: OtherServer) -> None:
    stranger_of(online, server)
    (listed,) = online.json("alerts").object["alerts"]
    (aside,) = online.json("alerts", listed["alert"], "--acknowledge").object["alerts"]
    assert aside["acknowledged"]
    assert "was not sent from here" not in online("ls").stdout
    (raised,) = online.json("alerts", listed["alert"], "--undo").object["alerts"]
    assert not raised["acknowledged"]


def test_a_dry_run_puts_nothing_aside_and_a_key_without_a_wish_is_refused(online: Program, server: OtherServer) -> None:
    stranger_of(online, server)
    (listed,) = online.json("alerts").object["alerts"]
    (same,) = online.json("alerts", listed["alert"], "--mute", "3", "--dry-run").object["alerts"]
    assert not same["acknowledged"]
    assert online("alerts", listed["alert"]).code == ExitCode.USAGE
    assert "0 alerts raised again" in online("alerts", listed["alert"], "--undo").stdout
    assert online("alerts", "--undo").code == ExitCode.USAGE


def test_hold_keeps_what_is_unsent_until_retry_lost_lets_it_go(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online("submit", str(requests_file), "--name", "later", "--chunk-requests", "4", "--detach", "--yes")
    held = online.json("hold", "later", "--reason", "looks wrong").object
    assert (held["run"], held["reason"], held["held"], held["was_held"]) == ("later", "looks wrong", 3, False)
    assert online.json("hold", "later").object["was_held"]
    online("watch", "--timeout", "1")
    assert not server.attempts()
    shown = online("retry", "later", "--lost", "--dry-run").stdout
    assert "3 chunks of 10 requests that wait, held (looks wrong), are sent as well" in shown
    assert "10 requests in all, cost <$0.01" in shown
    refused = online.json("retry", "later", "--lost")
    assert refused.code == ExitCode.NOT_CONFIRMED
    assert (refused.object["included"], refused.object["released"]) == (10, 10)
    assert refused.object["cost"]["high_usd"] > 0
    assert not server.attempts()
    online("retry", "later", "--lost", "--yes")
    assert set(server.attempts().values()) == {1}
