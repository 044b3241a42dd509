"""Counts the requests of each model, and what they may cost at most."""

from collections.abc import Sequence
from typing import NamedTuple

from batchtui.domain.requests import ModelTally
from batchtui.engine.jobs import Countable
from batchtui.workspace.prompts.countable import countable
from batchtui.workspace.prompts.sample import Judged, PromptSampler, judge
from batchtui.workspace.requests.check import Request

LONG_LINE_BYTES = 350_000
"""A line longer than this looks like a prompt of more than 100,000 tokens, which some models price otherwise."""


class Place(NamedTuple):
    """Where a request is."""

    file: int
    line: int
    custom_id: str


class _Tally:
    __slots__ = ("first", "input_bytes", "max_tokens", "requests", "us_only")

    def __init__(self, first: Place) -> None:
        self.first = first
        self.requests = self.input_bytes = self.max_tokens = self.us_only = 0


class Tallies:
    """Running sums by model and length of prompt."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, bool], _Tally] = {}
        self._sampler = PromptSampler()

    def add(self, file: int, numbers: Sequence[int], lines: Sequence[bytes], requests: Sequence[Request]) -> None:
        """Count some requests of one file; the length of its line stands for that of its params."""
        self._sampler.offer(file, numbers, lines, requests)
        for number, line, request in zip(numbers, lines, requests, strict=True):
            size = len(line)
            key = (request.model, size > LONG_LINE_BYTES)
            tally = self._sums.get(key)
            if tally is None:
                tally = self._sums[key] = _Tally(Place(file, number, request.custom_id))
            tally.requests += 1
            tally.input_bytes += size
            tally.max_tokens += request.max_tokens
            tally.us_only += request.is_us_only

    def requests(self) -> dict[str, int]:
        """Model -> requests, the most used first."""
        totals: dict[str, int] = {}
        for (model, _), tally in self._sums.items():
            totals[model] = totals.get(model, 0) + tally.requests
        return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))

    def first(self, model: str) -> Place:
        """Where a model is asked for first."""
        return min(tally.first for (name, _), tally in self._sums.items() if name == model)

    def judged(self) -> Judged:
        """What the sample says of each model and length of prompt; takes a few dozen milliseconds."""
        totals = {key: tally.requests for key, tally in self._sums.items()}
        return judge(self._sampler.taken, totals, long_bytes=LONG_LINE_BYTES)

    def countable(self, number: int) -> tuple[Countable, ...]:
        """So many of the sample, of every model and size, as `count_tokens` takes them."""
        return countable(self._sampler.taken, number) if number else ()

    def all(self, judged: Judged) -> tuple[ModelTally, ...]:
        """One tally for each model and length of prompt, by name."""
        return tuple(
            ModelTally(
                model=model,
                is_long=is_long,
                requests=tally.requests,
                input_bytes=tally.input_bytes,
                max_tokens=tally.max_tokens,
                us_only_requests=tally.us_only,
                sample=judged.samples.get((model, is_long)),
            )
            for (model, is_long), tally in sorted(self._sums.items())
        )
