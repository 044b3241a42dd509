"""From tallies to a forecast of tokens, by the best of three sources: `count_tokens` on a sample, what this workspace
measured before, and characters alone. Intervals are meant to hold in nineteen of twenty runs.
"""

from collections.abc import Iterable, Sequence
from math import exp, inf, sqrt
from typing import NamedTuple

from msgspec.structs import replace

from batchtui.domain.forecasting.intervals import Interval, Z, predicted, student, widened
from batchtui.domain.forecasting.learned import Lesson, input_lessons, output_lessons
from batchtui.domain.forecasting.prompts import PromptSample
from batchtui.domain.forecasting.token_forecast import Counted, ModelForecast, TokenBasis, TokenForecast
from batchtui.domain.requests import ModelTally
from batchtui.domain.words import several

UNCALIBRATED = 0.2
"""Spread (of the logarithm) of tokens over guess while nothing was measured for such prompts."""

REQUEST_VARIATION = 0.8
"""Standard deviation of the output of single requests, as a share of its mean: assumed, and rather too much."""

OUTPUT_SHARE_LOW = 0.05
"""Of `max_tokens`, the least that is assumed to be generated when nothing was measured."""

IMAGE_TOKENS = (100.0, 1_300.0, 5_000.0)
"""Low, likely, high for an image; by public accounts, not verified with the service."""

BYTES_PER_DOCUMENT_TOKEN = (200.0, 20.0, 2.5)
"""Low, likely, high for a document in base64; what is in it cannot be seen without reading it."""

BYTES_PER_TOKEN = (5.0, 3.5, 2.5)
"""Low, likely, high for requests that no sample knows."""

FRAME_TOKENS, TOOLS_FRAME_TOKENS = 16, 700
"""The most that a request, and tools with it, may take beside what is written in it; rather too much."""

LEAST_OF_GUESS = 1 / 3
"""Text takes at least so much of what its characters suggest: what was measured below that was something else."""


def forecast_tokens(
    tallies: Iterable[ModelTally], lessons: Sequence[Lesson] = (), counted: Sequence[Counted] = ()
) -> TokenForecast:
    """What requests will take, by their tallies, what was learned here, and what the service counted."""
    known = tuple(tallies)
    samples = [tally.sample for tally in known if tally.sample is not None]
    return TokenForecast(models=tuple(_model(tally, samples, lessons, counted) for tally in known))


def _model(
    tally: ModelTally, samples: Sequence[PromptSample], lessons: Sequence[Lesson], counted: Sequence[Counted]
) -> ModelForecast:
    sample = tally.sample or _nearest(samples)
    output, output_basis = _output(tally, sample, lessons)
    prompts = _unsampled(tally) if sample is None else _sampled(tally, sample, lessons, counted)
    found = ModelForecast(
        model=tally.model,
        is_long=tally.is_long,
        requests=tally.requests,
        us_only_requests=tally.us_only_requests,
        guessed=prompts.guessed,
        input=prompts.input,
        input_basis=prompts.basis,
        output=output,
        output_basis=output_basis,
        max_tokens=tally.max_tokens,
    )
    return found if sample is None else _with_contents(found, tally, sample)


class _Prompts(NamedTuple):
    """What the prompts of a model take."""

    guessed: float
    """Tokens by what is in them, before anything was measured."""
    input: Interval
    basis: TokenBasis


def _unsampled(tally: ModelTally) -> _Prompts:
    low, likely, high = (tally.input_bytes / each for each in BYTES_PER_TOKEN)
    return _Prompts(
        likely, Interval(low=low, likely=likely, high=high), TokenBasis(source="bytes", words="bytes alone")
    )


def _sampled(
    tally: ModelTally, sample: PromptSample, lessons: Sequence[Lesson], counted: Sequence[Counted]
) -> _Prompts:
    scale = _scale(tally, sample)
    text, media = sample.tokens * scale, _media(sample, scale)
    guessed = text + media.likely
    bounds = _bounds(tally, sample, text, media)
    fitting = [each for each in lessons if _is_possible(each, guessed, bounds)]
    factor, basis, knows_media = _factor(tally.model, sample, fitting, counted, is_odd=len(fitting) < len(lessons))
    spread = Z * (sample.spread if tally.sample is not None else UNCALIBRATED)
    low, high = widened(factor, spread)
    extra = Interval(low=media.likely, likely=media.likely, high=media.likely) if knows_media else media
    prompts = Interval(low=low * (text + extra.low), likely=factor.likely * guessed, high=high * (text + extra.high))
    least = 0.0 if basis.source == "count_tokens" else bounds.low
    return _Prompts(guessed, prompts.within(least, bounds.high), basis)


def _with_contents(found: ModelForecast, tally: ModelTally, sample: PromptSample) -> ModelForecast:
    """With what the sample tells of all prompts: how they are cached, and what is in them."""
    scale = _scale(tally, sample)
    marked = (sample.marked_5m_tokens + sample.marked_1h_tokens) * scale
    total = max(found.guessed, 1e-9)
    return replace(
        found,
        marked_5m_share=sample.marked_5m_tokens * scale / total,
        marked_1h_share=sample.marked_1h_tokens * scale / total,
        shared_share=_shared_share(sample, tally, marked, scale),
        kind=sample.kind,
        prompt=sample.prompt,
        images=round(sample.images * scale),
        documents=round(sample.documents * scale),
        unseen=round(sample.unseen * scale),
        thinking=round(sample.thinking * scale),
        tools=round(sample.tools * scale),
    )


def _scale(tally: ModelTally, sample: PromptSample) -> float:
    """From the sampled prompts to all of them, by their bytes."""
    return tally.input_bytes / sample.bytes if sample.bytes else 0.0


def _bounds(tally: ModelTally, sample: PromptSample, text: float, media: Interval) -> Interval:
    """What prompts of this size can take at all: a token is at least a byte. What nobody sees has no upper bound."""
    scale = _scale(tally, sample)
    with_tools = tally.requests if 0 < sample.tools < sample.requests else round(sample.tools * scale)
    frames = FRAME_TOKENS * tally.requests + TOOLS_FRAME_TOKENS * with_tools
    most = inf if sample.unseen or sample.fetching else tally.input_bytes + frames + media.high
    return Interval(low=LEAST_OF_GUESS * text + media.low, likely=text + media.likely, high=most)


def _is_possible(lesson: Lesson, guessed: float, bounds: Interval) -> bool:
    """Whether these prompts can have as many tokens for what is guessed as those of an earlier run."""
    return lesson.guessed <= 0 or bounds.low <= guessed * lesson.input_tokens / lesson.guessed <= bounds.high


def _nearest(samples: Sequence[PromptSample]) -> PromptSample | None:
    """For a model that no sampled request asks for: the largest sample of another one."""
    return max(samples, key=lambda sample: sample.requests, default=None)


def _media(sample: PromptSample, scale: float) -> Interval:
    return media(images=sample.images * scale, document_bytes=sample.document_bytes * scale)


def media(*, images: float, document_bytes: float) -> Interval:
    """Tokens of what cannot be read, by rules that are not verified."""
    images_ = [images * tokens for tokens in IMAGE_TOKENS]
    documents = [document_bytes / each for each in BYTES_PER_DOCUMENT_TOKEN]
    low, likely, high = (one + two for one, two in zip(images_, documents, strict=True))
    return Interval(low=low, likely=likely, high=high)


def _shared_share(sample: PromptSample, tally: ModelTally, marked: float, scale: float) -> float:
    """Where all requests were looked at it is known who shares a prefix with whom; else any of them may."""
    if not marked:
        return 0.0
    return sample.repeated_tokens * scale / marked if sample.requests >= tally.requests else 1.0


def _factor(
    model: str, sample: PromptSample, lessons: Sequence[Lesson], counted: Sequence[Counted], *, is_odd: bool
) -> tuple[Interval, TokenBasis, bool]:
    """Tokens over guess: as the service counted, as it was measured before, or as nobody knows yet."""
    own = [entry for entry in counted if entry.model == model and entry.guessed > 0]
    if len(own) >= 2:
        words = f"count_tokens on {len(own)} of its requests"
        return _counted_factor(own), TokenBasis(source="count_tokens", words=words, requests=len(own)), True
    found = input_lessons(lessons, model=model, kind=sample.kind, prompt=sample.prompt)
    if found.lessons:
        ratios = [lesson.input_tokens / lesson.guessed for lesson in found.lessons]
        requests = sum(lesson.requests for lesson in found.lessons)
        basis = TokenBasis(source="history", words=found.words, runs=len(ratios), requests=requests)
        return predicted(ratios, prior=found.prior), basis, True
    half = exp(Z * UNCALIBRATED)
    why = "; what earlier runs took cannot be true of these" if is_odd else ", nothing measured yet"
    unmeasured = TokenBasis(source="characters", words=f"characters of {several(sample.requests, 'request')}{why}")
    return Interval(low=1 / half, likely=1.0, high=half), unmeasured, False


COUNT_ERROR = 0.03
"""`count_tokens` is itself an estimate (its reference page); by how much is not said, so a little is added."""


def _counted_factor(counted: Sequence[Counted]) -> Interval:
    """The ratio estimator with a t interval."""
    number = len(counted)
    ratio = sum(entry.tokens for entry in counted) / sum(entry.guessed for entry in counted)
    mean = sum(entry.guessed for entry in counted) / number
    rest = sum((entry.tokens - ratio * entry.guessed) ** 2 for entry in counted) / (number - 1)
    error = sqrt(rest / number) / (mean * ratio) if mean and ratio else 0.0
    half = exp(sqrt((student(number - 1) * error) ** 2 + COUNT_ERROR**2))
    return Interval(low=ratio / half, likely=ratio, high=ratio * half)


def _output(tally: ModelTally, sample: PromptSample | None, lessons: Sequence[Lesson]) -> tuple[Interval, TokenBasis]:
    """What will be generated: what was before by such requests, never more than `max_tokens`."""
    most = float(tally.max_tokens)
    prompt = sample.prompt if sample is not None else ""
    each = most / tally.requests if tally.requests else 0.0
    found = output_lessons(lessons, model=tally.model, prompt=prompt, max_tokens=each)
    if not found.lessons:
        nothing = TokenBasis(source="max_tokens", words="max_tokens alone, nothing measured yet")
        return Interval(low=most * OUTPUT_SHARE_LOW, likely=most / 2, high=most), nothing
    requests = sum(lesson.requests for lesson in found.lessons)
    noise = REQUEST_VARIATION * sqrt(1 / max(1, tally.requests) + 1 / requests)
    expected = predicted([max(1.0, lesson.output_tokens) for lesson in found.lessons], prior=found.prior, noise=noise)
    low, likely, high = (min(most, value * tally.requests) for value in (expected.low, expected.likely, expected.high))
    basis = TokenBasis(source="history", words=found.words, runs=len(found.lessons), requests=requests)
    return Interval(low=low, likely=likely, high=high), basis
