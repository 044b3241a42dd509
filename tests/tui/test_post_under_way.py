"""The terminal goes away while a POST waits for its answer: gone in time, nothing lost, nothing sent twice."""

import json
import signal
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from tests.hostile.ground import Ground
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests
from tests.patience import at_most
from tests.tui.toolkit.test_terminal import assert_given_back

pytestmark = pytest.mark.pty

ANSWER_SECONDS, LEAVING_SECONDS = 30.0, 15.0
"""Long before the answer; how soon a signal ends it is measured where nothing else is at work."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_an_answer_is_awaited_leaves_the_chunk_unsure_and_the_list_settles_it(
    tmp_path: Path, number: signal.Signals
) -> None:
    with OtherServer(seconds=3600) as server:
        ground = Ground(base=tmp_path, base_url=server.base_url)
        ground.lay()
        ground.requests_file.write_text("".join(json.dumps(request) + "\n" for request in make_requests(5)))
        assert ground.command("submit", str(ground.requests_file), "--name", "run", "--yes", "--detach") == 0
        server.delay_next("create", ANSWER_SECONDS)
        with ground.dashboard() as app:
            app.wait_for(lambda _: "submission_releasing" in kinds(ground))
            app.settle()
            assert "submission_confirmed" not in kinds(ground), "the answer is still awaited"
            with at_most(LEAVING_SECONDS):
                app.signal(number)
                assert app.wait_exit() == 128 + number
            assert_given_back(app)
        attempts = server.attempts()
        assert ground.command("reconcile") in (ExitCode.DONE, ExitCode.UNKNOWN_OUTCOME)
        ground.command("watch", "--timeout", "2")
        assert server.attempts() == attempts and set(attempts.values()) == {1}
        assert kinds(ground).count("submission_intended") == kinds(ground).count("submission_unknown") == 1
        assert "submission_confirmed" not in kinds(ground)
        assert "submission_adopted" in kinds(ground), "the list tells what became of it"


def kinds(ground: Ground) -> list[str]:
    lines = (ground.workspace / "journal.jsonl").read_text().splitlines()
    return [json.loads(line)["kind"] for line in lines]
