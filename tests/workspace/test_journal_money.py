"""Money in the journal: every digit comes back, as plain JSON numbers, and what older versions wrote is still read."""

from decimal import Decimal

from batchtui.domain.billing import ModelUsage
from batchtui.domain.records import Collected
from batchtui.domain.results import TypeTallies
from batchtui.workspace.journal.record_lines import decode, encode
from tests.fakes import NOON

COLLECTED = Collected(
    at=NOON,
    batch_id="msgbatch_01",
    results=2,
    bytes=100,
    sha256="ab",
    tallies=TypeTallies(succeeded=2),
    issues=0,
    cost_usd=Decimal("0.300000000000001"),
    usage={"claude-haiku-4-5": ModelUsage(requests=2, succeeded=2, input_tokens=5, cost_usd=None)},
)


def test_amounts_come_back_to_the_last_digit() -> None:
    line = encode([COLLECTED])
    assert b'"cost_usd":0.300000000000001' in line
    assert decode(line, first_line=1).records == [COLLECTED]


def test_what_an_older_version_wrote_is_read() -> None:
    older = (
        b'{"kind":"collected","at":"2026-11-21T14:02:00Z","batch_id":"msgbatch_01","results":1,"bytes":9,'
        b'"sha256":"","tallies":{"succeeded":1},"issues":0,"cost_usd":0.1}\n'
    )
    (record,) = decode(older, first_line=1).records
    assert isinstance(record, Collected)
    assert (record.cost_usd, record.usage) == (Decimal("0.1"), {})
