"""The clock of the program: it goes on as time does, whatever the machine's clock is set to."""

from datetime import UTC, datetime, timedelta

import pytest

from batchtui import wiring
from batchtui.wiring import SystemClock


class Jumping(datetime):
    """A machine whose clock is set while the program runs."""

    jump = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # UTC is all that is asked for
        return datetime.now(UTC) + cls.jump


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_clock_that_is_set_moves_no_time_the_program_counts_with(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    monkeypatch.setattr(wiring, "datetime", Jumping)
    clock = SystemClock()
    before = clock.now()
    Jumping.jump = timedelta(hours=hours)
    try:
        assert timedelta() <= clock.now() - before < timedelta(minutes=1)
        assert abs(SystemClock().now() - (before + Jumping.jump)) < timedelta(minutes=1), "the next one starts anew"
    finally:
        Jumping.jump = timedelta()
