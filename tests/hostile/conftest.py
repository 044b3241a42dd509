"""One workspace full of hostile text, which the tests only look at."""

from collections.abc import Iterator

import pytest

from tests.hostile.ground import Ground, elsewhere_requests, hostile_requests, hostile_server, write_requests
from tests.otherserver import OtherServer


@pytest.fixture(scope="session")
def hostile() -> Iterator[OtherServer]:
    """A service that has a batch of somebody else."""
    with hostile_server() as running:
        running.add_batch(elsewhere_requests(), age_seconds=600)
        yield running


@pytest.fixture(scope="session")
def ground(hostile: OtherServer, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A run of two chunks and a batch from elsewhere, all collected."""
    made = Ground(base=tmp_path_factory.mktemp("hostile"), base_url=hostile.base_url)
    made.lay()
    file = write_requests(made.requests_file, hostile_requests())
    assert made.command("submit", str(file), "--name", "bad", "--yes", "--over-budget", "--chunk-requests", "40") == 0
    assert made.command("watch", "--timeout", "20") == 4
    for entry in hostile.ledger:
        made.command("collect", entry.batch_id)
    return made
