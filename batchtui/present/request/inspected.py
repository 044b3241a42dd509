"""One request with everything that is known of it: its attempts, its JSON and the result's, what it used and cost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from batchtui.domain.billing import measured
from batchtui.domain.half_pairs import decode_with_halves
from batchtui.domain.issues.triage import Overrides, Verdict, classify, verdict
from batchtui.domain.money import Usd
from batchtui.domain.prices import PriceTable
from batchtui.domain.results import Outcome, ResultLine, Usage
from batchtui.domain.retry import ALREADY_RETRIED
from batchtui.engine.ports import FoundRequest
from batchtui.present.request.faults import faults_of
from batchtui.present.request.json_text import JsonText
from batchtui.present.request.requests_list import Listed
from batchtui.present.request.summary import RequestSummary, summarise

LONGEST_ANSWER = 20_000

_decode_line = msgspec.json.Decoder(ResultLine).decode
_decode_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_any = msgspec.json.Decoder(Any).decode


class FoundAttempt(Struct, frozen=True, kw_only=True):
    """One attempt of one request: as it was sent, and what came of it."""

    run: str
    chunk: str = ""
    batch_id: str | None = None
    request: FoundRequest | None = None
    result: bytes | None = None
    is_collected: bool = False
    is_live: bool = False
    """It may still succeed."""
    is_sent: bool = True
    """A chunk that was refused is no attempt of its requests."""
    ended_at: datetime | None = None

    @property
    def line(self) -> ResultLine | None:
        """The result, decoded as far as this program knows it."""
        if self.result is None:
            return None
        try:
            return decode_with_halves(_decode_line, self.result)
        except msgspec.DecodeError:
            return None

    @property
    def is_good(self) -> bool:
        """It simply succeeded."""
        line = self.line
        return line is not None and line.result.type == Outcome.SUCCEEDED and classify(line) is None


class Advice(Struct, frozen=True, kw_only=True):
    """What a retry would do with a request, and why: by the operator's own rules, if it was not sent again already."""

    verdict: Verdict
    reason: str
    is_settled: bool = False
    """A later attempt has taken care of it, or may: it is not sent once more."""


class Inspected(Struct, frozen=True, kw_only=True):
    """What the inspector shows; `newest` is the attempt its request and result are of."""

    listed: Listed
    attempts: tuple[FoundAttempt, ...]
    newest: FoundAttempt | None = None
    number: int = 1
    """Which attempt that is, of all that were made of the request."""
    advice: Advice | None = None
    """None for what succeeded or has no result."""
    request: JsonText | None = None
    summary: RequestSummary | None = None
    """The same request in a few facts."""
    response: JsonText | None = None
    usage: Usage | None = None
    cost_usd: Usd | None = None
    answer: str = ""


def inspect(
    listed: Listed,
    attempts: Sequence[FoundAttempt],
    prices: PriceTable,
    width: int,
    rules: Overrides | None = None,
    *,
    earlier: Sequence[FoundAttempt] = (),
) -> Inspected:
    """Work out what takes its time: formatting, faults, line breaks at a width. Runs beside the screen.

    Args:
        attempts: of the run that is looked at, and later ones: what is shown in full is one of these.
        earlier: made before that run; they are counted and listed.
    """
    at = _newest(attempts)
    advice = _advice(listed, attempts, rules)
    everyone = (*earlier, *attempts)
    if at is None:
        return Inspected(listed=listed, attempts=everyone, advice=advice)
    newest = attempts[at]
    line = newest.line
    is_answer = line is not None and line.result.type == Outcome.SUCCEEDED
    message = line.result.message if line is not None and is_answer else None
    usage = message.usage if message is not None else None
    return Inspected(
        listed=listed,
        attempts=everyone,
        newest=newest,
        number=max(1, sum(attempt.is_sent for attempt in (*earlier, *attempts[: at + 1]))),
        advice=advice,
        request=_request_text(listed, newest, width),
        summary=summarise(newest.request.line) if newest.request is not None else None,
        response=_laid_out(JsonText(_inner(newest.result)), width) if newest.result else None,
        usage=usage,
        cost_usd=measured(usage, message.model, prices) if message is not None and usage is not None else None,
        answer=_answer(newest.result) if newest.result and is_answer else "",
    )


def _advice(listed: Listed, attempts: Sequence[FoundAttempt], rules: Overrides | None) -> Advice | None:
    if listed.issue is None:
        return None
    decision, reason = verdict(listed.issue.cls, rules)
    later = attempts[1:]
    fixed = next((attempt.run for attempt in later if attempt.is_good), None)
    live = next((attempt.run for attempt in later if attempt.is_live), None)
    if fixed is not None:
        return Advice(verdict=decision, reason=f"succeeded since, in {fixed}", is_settled=True)
    if live is not None:
        return Advice(verdict=decision, reason=ALREADY_RETRIED.format(run=live), is_settled=True)
    return Advice(verdict=decision, reason=reason)


def _newest(attempts: Sequence[FoundAttempt]) -> int | None:
    """The last attempt with a result, else the last that was sent."""
    with_result = [number for number, attempt in enumerate(attempts) if attempt.result is not None]
    return with_result[-1] if with_result else len(attempts) - 1 if attempts else None


def _request_text(listed: Listed, newest: FoundAttempt, width: int) -> JsonText | None:
    if newest.request is None:
        return None
    line = newest.request.line
    faults = faults_of(listed.issue.message, line) if listed.issue is not None else {}
    return _laid_out(JsonText(line, faults), width)


def _inner(result: bytes) -> bytes:
    """What stands under `result`: the custom_id around it is known."""
    try:
        return bytes(decode_with_halves(_decode_parts, result)["result"])
    except (msgspec.DecodeError, KeyError):
        return result


def _laid_out(text: JsonText, width: int) -> JsonText:
    """Long lines are wrapped here, so that the screen need not."""
    text.height(width)
    return text


def _answer(result: bytes) -> str:
    """The text of an answer, its first characters."""
    try:
        answer: Any = decode_with_halves(_decode_any, result)
        content = answer["result"]["message"]["content"]
        texts = [block["text"] for block in content if isinstance(block, dict) and isinstance(block.get("text"), str)]
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""
    return "\n".join(texts)[:LONGEST_ANSWER]
