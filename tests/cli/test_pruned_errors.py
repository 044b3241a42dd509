"""What went wrong in a run whose files were pruned: what can still be done is said, and nothing else is offered."""

from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from tests.cli.program import Program
from tests.cli.test_errors_and_retry import ended, server  # noqa: F401  # fixtures
from tests.otherserver import OtherServer


@pytest.fixture
def pruned(online: Program, ended: str) -> str:  # noqa: F811
    """Its bodies are gone, its results are here."""
    online("collect", ended)
    assert online("prune", ended, "--yes").code == ExitCode.DONE
    return ended


def bad_alerts(online: Program) -> list[str]:
    found = online.json("alerts", "--offline").object["alerts"]
    return [alert["text"] for alert in found if alert["kind"] == "bad_results"]


def test_groups_of_a_pruned_run_are_not_offered_for_a_retry(online: Program, pruned: str) -> None:
    groups = online.json("errors", pruned).object["groups"]
    assert {group["retry"] for group in groups} == {"refuse"}
    assert {group["reason"] for group in groups} == {
        "the bodies were pruned: submit its request file again under another name"
    }
    shown = online("errors", pruned).stdout
    assert "can be sent again as they are" not in shown
    assert "none can be sent again from here: the bodies were pruned" in shown
    assert online("retry", pruned, "--yes").code == ExitCode.ERROR
    assert bad_alerts(online) == ["evals: 4 bad; nothing of it can be sent again from here: the bodies were pruned"]


def test_without_its_results_it_says_until_when_they_can_be_fetched_again(
    online: Program,
    server: OtherServer,  # noqa: F811
    pruned: str,
    tmp_path: Path,
) -> None:
    online("prune", pruned, "--results", "--yes")
    (text,) = bad_alerts(online)
    gone = online.json("show", f"{pruned}/a-0001")
    assert gone.code == ExitCode.ERROR
    assert gone.object["error"]["what"].startswith(f"what {pruned} sent was pruned here")
    assert "collect" in gone.object["error"]["next"]
    assert text.startswith("evals: 4 bad, pruned here; `batchtui collect evals` fetches the results again until 20")
    online("collect", pruned)
    assert bad_alerts(online) == ["evals: 4 bad; nothing of it can be sent again from here: the bodies were pruned"]
    for accepted in server.ledger:
        online("delete", accepted.batch_id, "--yes")
    online("prune", pruned, "--results", "--yes")
    assert bad_alerts(online) == []
    missing = online.json("errors", pruned)
    assert missing.code == ExitCode.ERROR
    assert "nor does the service have them any more" in missing.object["error"]["next"]
