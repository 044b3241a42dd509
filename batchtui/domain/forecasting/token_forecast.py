"""How many tokens a plan will take, as intervals that say what they rest on. How they are found is not known here."""

from collections.abc import Iterable

import msgspec

from batchtui.domain.forecasting.intervals import Interval
from batchtui.domain.forecasting.tokens import Kind


class TokenBasis(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a figure rests on, in words, and how much of it there was."""

    source: str
    """`count_tokens`, `history`, `characters`, `bytes`, `max_tokens`, `given`."""
    words: str
    runs: int = 0
    requests: int = 0

    @property
    def is_measured(self) -> bool:
        return self.source in ("count_tokens", "history")


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """One request of the sample that `count_tokens` was asked about."""

    model: str
    guessed: float
    tokens: int


class ModelForecast(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the requests of one model, with prompts of one price band, will take."""

    model: str
    is_long: bool = False
    requests: int
    us_only_requests: int = 0
    guessed: float
    """Input tokens by characters alone: what measurements are compared with afterwards."""
    input: Interval
    """All input tokens, whether fresh, written to a cache or read from one."""
    output: Interval
    """Without history `high` is `max_tokens`, and `likely` half of it."""
    max_tokens: int
    """The sum of `max_tokens`: nothing generated can be more."""
    marked_5m_share: float = 0.0
    """Of the input tokens, those before a `cache_control` of five minutes."""
    marked_1h_share: float = 0.0
    shared_share: float = 0.0
    """Of the marked ones, those that another request may have written: the most that can be read."""
    kind: Kind = Kind.PROSE
    prompt: str = ""
    input_basis: TokenBasis
    output_basis: TokenBasis
    images: int = 0
    documents: int = 0
    unseen: int = 0
    """Images and documents behind a URL or a file id: nothing bounds their tokens."""
    thinking: int = 0
    tools: int = 0

    def of(self, answered: float, billed: float) -> "ModelForecast":
        """For as many times the requests: `answered` at least and likely, `billed` at most."""
        return msgspec.structs.replace(
            self,
            input=self.input.of(answered, billed),
            output=self.output.of(answered, billed),
            max_tokens=round(self.max_tokens * billed),
        )


class TokenForecast(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The tokens that requests will take, by model."""

    models: tuple[ModelForecast, ...] = ()

    @property
    def input(self) -> Interval:
        return _total(entry.input for entry in self.models)

    @property
    def output(self) -> Interval:
        return _total(entry.output for entry in self.models)

    @property
    def max_tokens(self) -> int:
        return sum(entry.max_tokens for entry in self.models)

    @property
    def has_output_history(self) -> bool:
        return bool(self.models) and all(entry.output_basis.is_measured for entry in self.models)

    @property
    def is_bounded(self) -> bool:
        """Whether the high figures are more than a guess of what nobody can see."""
        return not any(entry.unseen for entry in self.models)

    def of(self, answered: float, billed: float) -> "TokenForecast":
        """For as many times the requests: `answered` at least and likely, `billed` at most."""
        return TokenForecast(models=tuple(entry.of(answered, billed) for entry in self.models))


def given(*, model: str, requests: int, input_tokens: int, output_tokens: int) -> TokenForecast:
    """Of a job in figures: nothing is guessed."""
    into, out = float(requests * input_tokens), float(requests * output_tokens)
    basis = TokenBasis(source="given", words="as given")
    return TokenForecast(
        models=(
            ModelForecast(
                model=model,
                requests=requests,
                guessed=into,
                input=Interval(low=into, likely=into, high=into),
                output=Interval(low=out, likely=out, high=out),
                max_tokens=requests * output_tokens,
                input_basis=basis,
                output_basis=basis,
            ),
        )
    )


def _total(intervals: Iterable[Interval]) -> Interval:
    """Ends are added to ends: the errors of two models may well go the same way."""
    whole = Interval(low=0.0, likely=0.0, high=0.0)
    for interval in intervals:
        whole = whole.plus(interval)
    return whole
