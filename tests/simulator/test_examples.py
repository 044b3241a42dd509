"""The example file: fine by all that can be known before sending, and trouble of every class afterwards."""

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from batchtui.simulator import models
from tests.simulator.conftest import Simulation

EXAMPLES = Path(__file__).parents[2] / "examples"
FILE = EXAMPLES / "requests.jsonl"


@pytest.fixture(scope="module")
def requests() -> list[dict[str, Any]]:
    """The requests of the example file."""
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def test_it_is_600_different_requests_over_three_models(requests: list[dict[str, Any]]) -> None:
    assert len(requests) == 600
    assert len({row["custom_id"] for row in requests}) == 600
    assert len({json.dumps(row["params"]["messages"]) for row in requests}) > 590
    assert len({row["params"]["model"] for row in requests}) == 3
    assert FILE.stat().st_size < 600_000


def test_nothing_in_it_is_wrong_before_it_is_sent(requests: list[dict[str, Any]]) -> None:
    for row in requests:
        params = row["params"]
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", row["custom_id"])
        assert params["model"] in models.BY_ID
        assert params["max_tokens"] >= 1
        assert params["messages"]
        assert params.keys() <= {"model", "max_tokens", "messages", "system", "metadata"}


def test_about_thirty_fail_in_every_class_and_a_second_attempt_mends_the_transient(
    sim: Simulation, requests: list[dict[str, Any]]
) -> None:
    results = sim.outcomes(requests)
    classes = Counter(
        result["error"]["error"]["type"] if result["type"] == "errored" else result["type"]
        for result in results.values()
    )
    assert classes == {
        "succeeded": 570,
        "invalid_request_error": 12,
        "overloaded_error": 4,
        "api_error": 3,
        "not_found_error": 3,
        "timeout_error": 2,
        "rate_limit_error": 2,
        "expired": 2,
        "permission_error": 1,
        "request_too_large": 1,
    }
    unsuccessful = [row for row in requests if results[row["custom_id"]]["type"] != "succeeded"]
    again = sim.outcomes(unsuccessful)
    assert Counter(result["type"] for result in again.values()) == {"succeeded": 13, "errored": 17}


def test_the_script_is_one_a_posix_shell_can_read() -> None:
    subprocess.run(["sh", "-n", str(EXAMPLES / "run.sh")], check=True)
