"""An hour of a day's session; `python -m tests.reliability.long_session` lives through the whole."""

from pathlib import Path

from tests.reliability.long_session import live_a_day

HOUR_POLLS = 120
MOST_GROWTH_MB = 5.0
MOST_JOURNAL_BYTES_A_POLL = 500


async def test_an_hour_of_polling_grows_neither_memory_nor_journal_by_much(tmp_path: Path) -> None:
    day = await live_a_day(tmp_path, HOUR_POLLS)
    assert day.runs == 2 and day.batches > 300
    assert day.growth_mb < MOST_GROWTH_MB
    assert day.journal_end_bytes - day.journal_begin_bytes < MOST_JOURNAL_BYTES_A_POLL * HOUR_POLLS
