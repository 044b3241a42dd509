"""How long to wait, and dates, from the headers of an answer."""

import pytest

from batchtui.api.headers import LONGEST_WAIT_SECONDS, answer_from, http_date, retry_after_seconds

DATE = "Sat, 21 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "17"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "17"}, 17.0),
        ({"retry-after": "Sat, 21 Nov 2026 08:01:30 GMT", "date": DATE}, 90.0),
        ({"retry-after": "Sat, 21 Nov 2026 07:00:00 GMT", "date": DATE}, 0.0),
        ({"retry-after": "Mon, 01 Jan 1990 00:00:00 GMT"}, 0.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "1e300"}, LONGEST_WAIT_SECONDS),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT", "date": DATE}, LONGEST_WAIT_SECONDS),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "later"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers) == seconds


@pytest.mark.parametrize("text", [None, "", "yesterday", "Sat, 99 Nov 2026 08:00:00 GMT", "0", "Sat, 21 Nov 99999999"])
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert http_date(text) is None


@pytest.mark.parametrize("text", [DATE, "Sat, 21 Nov 2026 09:00:00 +0100", "Sat, 21 Nov 2026 08:00:00"])
def test_dates_are_aware_utc(text: str) -> None:
    moment = http_date(text)
    assert moment is not None
    assert moment.isoformat() == "2026-11-21T08:00:00+00:00"


def test_headers_that_are_absent_or_empty_are_unknown_and_long_ones_are_cut() -> None:
    answer = answer_from({"anthropic-organization-id": " ", "request-id": "r" * 5_000}, base_url="https://a")
    assert answer.account.organization_id is None
    assert answer.account.api_workspace_id is None
    assert answer.server_time is None
    assert answer.request_id == "r" * 200
