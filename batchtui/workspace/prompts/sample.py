"""A sample of the requests that pass by, taken without looking at the others, and judged at the end.

Looking at every text twice would cost more than all checks together; a hundred or so say enough.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt
from typing import Any, NamedTuple

import msgspec

from batchtui.domain.forecasting.prompts import PromptSample, SharedPrefix
from batchtui.domain.forecasting.tokens import Kind
from batchtui.workspace.prompts.parts import Part, Prompt, read_prompt
from batchtui.workspace.requests.check import Request

MOST_REQUESTS = 160
MOST_BYTES = 8_000_000
"""So much of the file is held at most; of larger requests there are fewer in the sample."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Taken(NamedTuple):
    """One request of the sample."""

    ordinal: int
    file: int
    number: int
    line: bytes
    request: Request


class Strata:
    """Which of the things that pass by are taken: one of every `step`, and the step doubles when they are too many.

    Which one of a step it is changes from step to step, so that a pattern in the file is no pattern in the sample.
    """

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._step = 1
        self._seen = 0
        self._next = 0

    def pass_by(self, number: int) -> Iterator[tuple[int, int]]:
        """So many more come by; the ordinal of each that is taken, and its place among them."""
        first, end = self._seen, self._seen + number
        self._seen = end
        while self._next < end:
            taken = self._next
            yield taken, taken - first
            self._next = self._chosen(taken // self._step + 1)

    def is_overfull(self, held: int) -> bool:
        return held > self._most

    def double(self) -> None:
        """From now on half as many, also of those taken before: see `keeps`."""
        self._step *= 2

    def keeps(self, ordinal: int) -> bool:
        """Whether one that was taken still is."""
        return ordinal == self._chosen(ordinal // self._step)

    def _chosen(self, stratum: int) -> int:
        """The one of a stratum that is taken; it is also the one of each smaller stratum it is in."""
        first, size = stratum, self._step
        while size > 1:
            size //= 2
            first = 2 * first + ((first * 2_654_435_761 + size) >> 17 & 1)
        return first


class PromptSampler:
    """Takes some of the requests, and holds no more of them than fits."""

    def __init__(self, *, most_requests: int = MOST_REQUESTS, most_bytes: int = MOST_BYTES) -> None:
        self._strata = Strata(most=most_requests)
        self._most_bytes = most_bytes
        self._held = 0
        self.taken: list[Taken] = []

    def offer(self, file: int, numbers: Sequence[int], lines: Sequence[bytes], requests: Sequence[Request]) -> None:
        """Some requests that come after those before; nearly always none of them is taken."""
        for ordinal, at in self._strata.pass_by(len(lines)):
            self.taken.append(Taken(ordinal, file, numbers[at], lines[at], requests[at]))
            self._held += len(lines[at])
            while len(self.taken) > 1 and (self._strata.is_overfull(len(self.taken)) or self._held > self._most_bytes):
                self._strata.double()
                self.taken = [each for each in self.taken if self._strata.keeps(each.ordinal)]
                self._held = sum(len(each.line) for each in self.taken)


class _Read(NamedTuple):
    taken: Taken
    prompt: Prompt


def judge(taken: Sequence[Taken], totals: dict[tuple[str, bool], int], *, long_bytes: int) -> "Judged":
    """What the sample says of each model and length of prompt; `totals` are the requests there are of each."""
    groups: dict[tuple[str, bool], list[_Read]] = {}
    for each in taken:
        key = (each.request.model, len(each.line) > long_bytes)
        groups.setdefault(key, []).append(_Read(each, read_prompt(_decode(each.line)["params"])))
    samples = {key: _sample(group, totals.get(key, len(group))) for key, group in groups.items()}
    prefixes = tuple(_shared(groups))
    keys = {prefix.key for prefix in prefixes}
    starts: dict[str, tuple[int, int]] = {}
    for group in groups.values():
        for read in group:
            for part in read.prompt.parts:
                if part.chain.hex() in keys:
                    starts.setdefault(part.chain.hex(), (read.taken.file, read.taken.number))
    return Judged(samples, prefixes, starts)


class Judged(NamedTuple):
    """What a sample of prompts says of all of them."""

    samples: dict[tuple[str, bool], PromptSample]
    prefixes: tuple[SharedPrefix, ...]
    starts: dict[str, tuple[int, int]]
    """Key of a prefix -> file and line of a request that begins with it."""


def _sample(group: list[_Read], total: int) -> PromptSample:
    sizes = [len(each.taken.line) for each in group]
    tokens = [each.prompt.tokens for each in group]
    kinds = Counter[Kind]()
    for each in group:
        for part in each.prompt.parts:
            kinds[part.kind] += round(part.tokens)
    media = [each.prompt.media for each in group]
    marked = [_marked(each.prompt) for each in group]
    chains = Counter(chain for chain, _, _ in marked if chain)
    return PromptSample(
        requests=len(group),
        bytes=sum(sizes),
        tokens=sum(tokens),
        spread=_spread(tokens, sizes, total),
        kind=kinds.most_common(1)[0][0] if kinds else Kind.PROSE,
        prompt=_common_start(group),
        marked_5m_tokens=sum(length for _, length, ttl in marked if ttl == "5m"),
        marked_1h_tokens=sum(length for _, length, ttl in marked if ttl == "1h"),
        repeated_tokens=sum(length for chain, length, _ in marked if chains[chain] > 1),
        images=sum(each.images for each in media),
        documents=sum(each.documents for each in media),
        document_bytes=sum(each.document_bytes for each in media),
        unseen=sum(each.unseen for each in media),
        tools=sum(each.prompt.has_tools for each in group),
        thinking=sum(each.prompt.thinks for each in group),
        fetching=sum(each.prompt.fetches for each in group),
    )


def _spread(tokens: Sequence[float], sizes: Sequence[int], total: int) -> float:
    """The relative standard error of the ratio of sums, by linearisation; none when all were looked at."""
    count = len(tokens)
    if count < 2 or total <= count:
        return 0.0 if total <= count else 1.0
    ratio = sum(tokens) / sum(sizes)
    rest = sum((token - ratio * size) ** 2 for token, size in zip(tokens, sizes, strict=True)) / (count - 1)
    mean = sum(tokens) / count
    return sqrt(rest * (1 - count / total) / count) / mean if mean else 0.0


def _marked(prompt: Prompt) -> tuple[bytes, float, str]:
    """The longest prefix that is to be cached: its hash, its tokens and how long it is kept."""
    length, found = 0.0, (b"", 0.0, "")
    for part in prompt.parts:
        length += part.tokens
        if part.ttl:
            found = (part.chain, length, part.ttl)
    return found


def _common_start(group: list[_Read]) -> str:
    """The hash of the first block that stands before the messages, where most requests have the same."""
    starts = Counter(each.prompt.parts[0].chain for each in group if _starts_before_messages(each.prompt.parts))
    (chain, number), *_ = starts.most_common(1) or [(b"", 0)]
    return chain.hex() if 2 * number > len(group) else ""


def _starts_before_messages(parts: Sequence[Part]) -> bool:
    return bool(parts) and parts[0].where != "messages"


def _shared(groups: dict[tuple[str, bool], list[_Read]]) -> Iterable[SharedPrefix]:
    """For each model the longest prefix that at least half of its sampled requests begin with."""
    for model in sorted({name for name, _ in groups}):
        prompts = [each.prompt for (name, _), group in groups.items() for each in group if name == model]
        found = _longest(model, prompts)
        if found is not None:
            yield found


def _longest(model: str, prompts: Sequence[Prompt]) -> SharedPrefix | None:
    # The last block of a request is the question itself: a prefix leaves it out.
    chains = Counter(part.chain for prompt in prompts for part in prompt.parts[:-1])
    best: SharedPrefix | None = None
    for prompt in prompts:
        length = 0.0
        for at, part in enumerate(prompt.parts[:-1]):
            length += part.tokens
            number = chains[part.chain]
            if number < 2 or 2 * number < len(prompts) or (best is not None and length <= best.tokens):
                continue
            best = SharedPrefix(
                model=model, key=part.chain.hex(), parts=at + 1, tokens=length, requests=number,
                sampled=len(prompts), ttl=part.ttl,
            )  # fmt: skip
    return best
