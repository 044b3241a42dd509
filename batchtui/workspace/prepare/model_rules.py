"""Whether each model can be used at all, and whether each request is within what its model takes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from batchtui.domain.models import ModelFact, find_model
from batchtui.domain.prices import undated
from batchtui.domain.requests import Code
from batchtui.domain.words import several
from batchtui.engine.jobs import CheckRules
from batchtui.workspace.prompts.parts import read_prompt
from batchtui.workspace.requests.check import Request
from batchtui.workspace.requests.problems import Problems

FEWEST_BYTES_PER_TOKEN = 2
"""Shorter lines than so many bytes for each token of a context are not looked into: nearly all are."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Complaint(NamedTuple):
    """What a model does not allow of a request."""

    code: Code
    message: str


def model_complaints(model: str, requests: int, rules: CheckRules) -> Iterator[Complaint]:
    """What is wrong with a model itself, whatever is asked of it."""
    shown = f"{model[:80]!r} ({several(requests, 'request')})"
    if not rules.models:
        yield from _without_list(model, shown, rules)
        return
    assert rules.models_as_of is not None
    fact = find_model(model, rules.models)
    if fact is None:
        day = f"{rules.models_as_of:%Y-%m-%d}"
        yield Complaint(Code.MODEL_UNKNOWN, f"the service's list of {day} does not have the model {shown}")
    elif not fact.supports_batch:
        yield Complaint(Code.MODEL_NO_BATCH, f"the model {shown} does not take batches")
    if fact is not None:
        yield from _retirement(shown, fact, rules.today)


def _without_list(model: str, shown: str, rules: CheckRules) -> Iterator[Complaint]:
    if rules.known_models and not is_known(model, rules.known_models):
        words = f"the model {shown} has no price here; the service's models list was not read yet"
        yield Complaint(Code.MODEL_UNKNOWN, words)
    day = next((day for name, day in rules.retiring_models.items() if undated(name) == undated(model)), None)
    if day is not None:
        yield from _retirement(shown, ModelFact(id=model, retires_at=day), rules.today)


def _retirement(shown: str, fact: ModelFact, today: date | None) -> Iterator[Complaint]:
    if today is None:
        return
    day = fact.retires_on()
    if fact.is_retired(today):
        when = f" on {day}" if day is not None else ""
        yield Complaint(Code.MODEL_RETIRED, f"the model {shown} was retired{when}")
    elif fact.retires_soon(today):
        when = f"retires on {day}" if day is not None else "is deprecated"
        yield Complaint(Code.MODEL_RETIRING, f"the model {shown} {when}")


def is_known(model: str, known: Iterable[str]) -> bool:
    """A dated id of a listed model is known, and so is the plain name of a model listed with its date."""
    return undated(model) in {undated(name) for name in known}


class ModelLimits:
    """Judges requests against the figures of the service's list, line by line."""

    def __init__(self, rules: CheckRules, problems: Problems) -> None:
        self._models = rules.models
        self._problems = problems
        self._known: dict[str, ModelFact | None] = {}

    def judge(self, file: int, numbers: Sequence[int], lines: Sequence[bytes], requests: Sequence[Request]) -> None:
        """Some requests of one file; without a list there is nothing to judge them by."""
        if not self._models:
            return
        for number, line, request in zip(numbers, lines, requests, strict=True):
            fact = self._fact(request.model)
            if fact is None:
                continue
            if fact.max_tokens is not None and request.max_tokens > fact.max_tokens:
                words = f"max_tokens {request.max_tokens:,} is more than the {fact.max_tokens:,} of {fact.id}"
                self._add(Code.MAX_TOKENS_OVER_MODEL, words, file, number, request)
            if fact.max_input_tokens is not None and len(line) > FEWEST_BYTES_PER_TOKEN * fact.max_input_tokens:
                self._judge_length(fact.max_input_tokens, file, number, line, request)

    def _judge_length(self, most: int, file: int, number: int, line: bytes, request: Request) -> None:
        tokens = round(read_prompt(_decode(line)["params"]).tokens)
        if tokens > most:
            words = (
                f"about {tokens:,} tokens of prompt (an estimate) are more than the {most:,} of {request.model[:80]}"
            )
            self._add(Code.CONTEXT_OVERFLOW, words, file, number, request)

    def _fact(self, model: str) -> ModelFact | None:
        if model not in self._known:
            self._known[model] = find_model(model, self._models)
        return self._known[model]

    def _add(self, code: Code, words: str, file: int, number: int, request: Request) -> None:
        self._problems.add(code, words, file=file, line=number, custom_id=request.custom_id)
