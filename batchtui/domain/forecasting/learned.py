"""What this workspace measured: tokens over guess, and output, of the runs it collected.

Everything is read from state, so that nothing has to be kept beside the journal, and nothing can disagree with it.
"""

from collections.abc import Callable, Sequence

import msgspec

from batchtui.domain.forecasting.tokens import Kind

NEWEST = 20
"""Older runs than so many say little about the next one."""

SIMILAR = 2.0
"""`max_tokens` within this factor are similar."""


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """One run's requests for one model: what was guessed and what was measured, tokens a request."""

    run: str
    model: str
    kind: Kind
    prompt: str
    requests: int
    guessed: float
    input_tokens: float
    output_tokens: float
    max_tokens: float


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The lessons that fit best, why these, and how much such values usually vary from run to run."""

    lessons: tuple[Lesson, ...] = ()
    words: str = ""
    prior: float = 0.0


class _Rule(msgspec.Struct, frozen=True):
    fits: Callable[[Lesson], bool]
    words: str
    prior: float


def input_lessons(lessons: Sequence[Lesson], *, model: str, kind: Kind, prompt: str) -> Found:
    """For tokens over guess: the same prompt, else the same model and language, else the same of either."""
    usable = [lesson for lesson in lessons if lesson.guessed > 0 and lesson.input_tokens > 0]
    rules = (
        _Rule(lambda it: bool(prompt) and it.model == model and it.prompt == prompt, "of this prompt", 0.05),
        _Rule(lambda it: it.model == model and it.kind == kind, f"of {model} in {kind}", 0.08),
        _Rule(lambda it: it.model == model, f"of {model} in other languages", 0.18),
        _Rule(lambda it: it.kind == kind, f"of other models in {kind}", 0.18),
    )
    return _first(usable, rules)


def output_lessons(lessons: Sequence[Lesson], *, model: str, prompt: str, max_tokens: float) -> Found:
    """For output: the same prompt and model, else the prompt, else the model with similar `max_tokens`."""

    def is_similar(lesson: Lesson) -> bool:
        return max_tokens / SIMILAR <= lesson.max_tokens <= max_tokens * SIMILAR

    rules = (
        _Rule(
            lambda it: bool(prompt) and it.prompt == prompt and it.model == model and is_similar(it),
            "of this prompt",
            0.12,
        ),
        _Rule(lambda it: bool(prompt) and it.prompt == prompt, "of this prompt, otherwise run", 0.4),
        _Rule(lambda it: it.model == model and is_similar(it), f"of {model} with similar max_tokens", 0.5),
        _Rule(lambda it: it.model == model, f"of {model}", 0.8),
    )
    return _first(lessons, rules)


def _first(lessons: Sequence[Lesson], rules: Sequence[_Rule]) -> Found:
    for rule in rules:
        fitting = tuple(lesson for lesson in lessons if rule.fits(lesson))[-NEWEST:]
        if fitting:
            word = "run" if len(fitting) == 1 else "runs"
            return Found(lessons=fitting, words=f"{len(fitting)} {word} {rule.words}", prior=rule.prior)
    return Found()
