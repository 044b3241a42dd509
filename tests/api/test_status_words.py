"""The service's own error envelope, and everything that is none."""

import json

import pytest

from batchtui.api.decode import LONGEST_MESSAGE, decode_status
from batchtui.domain.submission import SPEND_CAP, Conclusion, conclude
from tests.api.behaviours import envelope


def test_the_envelope_is_read_whole() -> None:
    body = json.dumps(envelope("rate_limit_error", "cap reached", code=SPEND_CAP, request_id="req_body")).encode()
    status = decode_status(429, {"retry-after": "3"}, body)
    assert (status.type, status.message, status.error_code) == ("rate_limit_error", "cap reached", SPEND_CAP)
    assert (status.request_id, status.retry_after_seconds, status.is_service_envelope) == ("req_body", 3.0, True)
    assert conclude(status, released=True) is Conclusion.CAPPED


def test_the_request_id_of_the_header_wins() -> None:
    body = json.dumps(envelope("api_error", "oops", request_id="req_body")).encode()
    assert decode_status(500, {"request-id": "req_header"}, body).request_id == "req_header"


@pytest.mark.parametrize("details", [None, [], "text", {"error_code": 7}, {"other": "x"}, {"error_code": None}])
def test_details_of_any_shape_are_no_trouble(details: object) -> None:
    body = json.dumps({"type": "error", "error": {"type": "api_error", "message": "m", "details": details}}).encode()
    status = decode_status(500, {}, body)
    assert status.is_service_envelope
    assert status.error_code is None


NO_ENVELOPE = [
    b"",
    b"<html>",
    b"null",
    b"[]",
    b'{"error": "unavailable"}',
    b'{"error": {"type": "api_error", "message": "no type above"}}',
    b'{"type": "problem", "error": {"type": "api_error", "message": "m"}}',
    b'{"type": "error", "error": {"message": "no type within"}}',
    b'{"type": "error", "error": {"type": "api_error", "message": "\xff"}}',
    b'{"type": "error", "error": {"type": "api_error", "message": "cut',
]


@pytest.mark.parametrize("body", NO_ENVELOPE)
def test_a_503_of_somebody_else_is_not_the_services(body: bytes) -> None:
    status = decode_status(503, {"content-type": "application/json"}, body)
    assert not status.is_service_envelope
    assert status.type is None
    assert status.message == "HTTP 503 without the service's words (application/json)"


def test_a_redirect_says_that_it_is_not_followed() -> None:
    assert decode_status(307, {}, b"").message == "HTTP 307: a redirect, which is never followed"


def test_endless_words_are_cut() -> None:
    body = json.dumps(envelope("t" * 10_000, "m" * 10_000, code="c" * 10_000, request_id="r" * 10_000)).encode()
    status = decode_status(400, {}, body)
    assert len(status.message) == LONGEST_MESSAGE
    assert max(len(text or "") for text in (status.type, status.error_code, status.request_id)) == 200
