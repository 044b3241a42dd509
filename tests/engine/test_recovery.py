"""What a new leader says of the one before it: only what nobody has said."""

from batchtui.workspace.journal import FileJournal
from tests.engine.conftest import Bench


async def test_a_leader_that_finds_everything_settled_writes_nothing(bench: Bench) -> None:
    first = bench.start()
    await bench.submit(first, ["a", "b", "c", "d"])
    bench.service.script = ["accept", "lost"]
    while await first.sender.send_next():
        pass
    bench.die(first)
    before = FileJournal(bench.root).load()
    bench.start()
    assert FileJournal(bench.root).load() == before
