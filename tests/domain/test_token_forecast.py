"""Forecasts of tokens: what they rest on, and how often they hold.

Usage comes from the simulator's tokenizer and its lengths, which nothing of the estimator can import.
"""

import json
import random
from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from batchtui.domain.forecasting.intervals import Interval, predicted, student
from batchtui.domain.forecasting.learned import Lesson
from batchtui.domain.forecasting.token_forecast import Counted, TokenForecast
from batchtui.domain.forecasting.token_guess import forecast_tokens
from batchtui.domain.forecasting.tokens import Kind
from batchtui.domain.requests import ModelTally
from batchtui.simulator import ids, results, tokenizer
from batchtui.simulator.outcomes import OUTCOMES, SUCCEEDED
from batchtui.workspace.prompts.tallies import Tallies
from batchtui.workspace.requests.check import Request
from tests.jobs import MODELS, Params, job


def tallies(requests: Iterable[Params]) -> tuple[ModelTally, ...]:
    found = Tallies()
    for number, params in enumerate(requests):
        line = json.dumps({"custom_id": f"r-{number}", "params": params}, ensure_ascii=False).encode()
        request = Request(f"r-{number}", params["model"], params["max_tokens"], False)
        found.add(0, [number + 1], [line], [request])
    return found.all(found.judged())


def used(requests: Iterable[Params], seed: int) -> tuple[int, int]:
    """Input and output tokens, as the simulator would bill them."""
    total_in = total_out = 0
    for number, params in enumerate(requests):
        dice = ids.number(seed, "answer", number)
        usage = results.message(params, OUTCOMES[SUCCEEDED], dice, "msg")["usage"]
        cached = usage["cache_read_input_tokens"] + usage["cache_creation_input_tokens"]
        total_in += usage["input_tokens"] + cached
        total_out += usage["output_tokens"]
    return total_in, total_out


def lesson(found: TokenForecast, requests: list[Params], usage: tuple[int, int]) -> Lesson:
    (entry,) = found.models
    number = len(requests)
    return Lesson(
        run="earlier",
        model=entry.model,
        kind=entry.kind,
        prompt=entry.prompt,
        requests=number,
        guessed=entry.guessed / number,
        input_tokens=usage[0] / number,
        output_tokens=usage[1] / number,
        max_tokens=entry.max_tokens / number,
    )


def holds(interval: Interval, tokens: float) -> bool:
    return interval.low <= tokens <= interval.high


def test_forecasts_of_runs_nobody_sent_before_hold_in_nine_of_ten() -> None:
    held = 0
    for seed in range(40):
        requests = job(random.Random(seed))
        found, usage = forecast_tokens(tallies(requests)), used(requests, seed)
        held += holds(found.input, usage[0]) and usage[1] <= found.max_tokens
    assert held >= 36


def test_forecasts_of_a_job_sent_before_hold_in_nine_of_ten_and_are_narrow() -> None:
    held_in = held_out = 0
    for seed in range(40):
        dice = random.Random(1000 + seed)
        requests = job(dice)
        dice.shuffle(requests)
        middle = len(requests) // 2
        earlier, later = requests[:middle], requests[middle:]
        lessons = [lesson(forecast_tokens(tallies(earlier)), earlier, used(earlier, seed))]
        found, usage = forecast_tokens(tallies(later), lessons), used(later, 10_000 + seed)
        held_in += holds(found.input, usage[0])
        held_out += holds(found.output, usage[1])
        assert found.input.high <= 1.25 * found.input.likely and found.input.low >= 0.75 * found.input.likely
        assert found.models[0].input_basis.source == found.models[0].output_basis.source == "history"
    assert held_in >= 36
    assert held_out >= 36


def test_counting_a_few_requests_makes_the_input_exact_to_a_few_percent() -> None:
    held = narrow = 0
    for seed in range(40):
        requests = job(random.Random(2000 + seed))
        known = tallies(requests)
        chosen = random.Random(seed).sample(requests, 20)
        counted = [
            Counted(
                model=params["model"],
                guessed=forecast_tokens(tallies([params])).input.likely,
                tokens=tokenizer.count(params),
            )
            for params in chosen
        ]
        found, usage = forecast_tokens(known, counted=counted), used(requests, seed)
        held += holds(found.input, usage[0])
        narrow += found.input.high <= 1.1 * found.input.likely
    assert held >= 36
    assert narrow >= 36


def test_a_model_nobody_sampled_is_judged_by_the_others_and_says_less() -> None:
    (known,) = tallies(job(random.Random(1)))
    unsampled = ModelTally(model="claude-opus-5", requests=100, input_bytes=known.input_bytes, max_tokens=100)
    alone = forecast_tokens([unsampled])
    beside = forecast_tokens([known, unsampled])
    assert alone.models[0].input_basis.source == "bytes"
    assert beside.models[1].input.high / beside.models[1].input.low > known_width(beside)


def known_width(found: TokenForecast) -> float:
    return found.models[0].input.high / found.models[0].input.low


def test_without_history_the_output_is_anything_up_to_max_tokens() -> None:
    requests = job(random.Random(3))
    found = forecast_tokens(tallies(requests))
    assert found.output.high == sum(params["max_tokens"] for params in requests)
    assert found.models[0].output_basis.source == "max_tokens"
    assert not found.has_output_history


def test_no_history_makes_more_output_than_max_tokens() -> None:
    requests = job(random.Random(4))
    found = forecast_tokens(tallies(requests))
    talkative = replace(lesson(found, requests, (1000, 1000)), output_tokens=10_000_000.0)
    assert forecast_tokens(tallies(requests), [talkative]).output.high == found.max_tokens


def test_lessons_of_another_language_count_less_than_those_of_the_same() -> None:
    requests = job(random.Random(5))
    known = tallies(requests)
    plain = forecast_tokens(known)
    own = lesson(plain, requests, used(requests, 5))
    elsewhere = replace(own, kind=Kind.ENCODED, prompt="")
    same, other = (forecast_tokens(known, [each]).input for each in (own, elsewhere))
    assert other.high / other.low > same.high / same.low


def test_images_and_documents_are_said_and_widen_the_interval() -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 40_000}}
    linked = {"type": "document", "source": {"type": "url", "url": "https://example.org/a.pdf"}}
    ask = {"type": "text", "text": "What is this?"}
    requests = [
        {"model": MODELS[0], "max_tokens": 64, "messages": [{"role": "user", "content": [image, linked, ask]}]}
        for _ in range(20)
    ]
    found = forecast_tokens(tallies(requests))
    entry = found.models[0]
    assert (entry.images, entry.documents, entry.unseen) == (20, 20, 20)
    assert not found.is_bounded
    assert entry.input.high > 20 * 4_000 and entry.input.low < 20 * 200


def test_only_prefixes_that_others_have_too_can_be_read_from_a_cache() -> None:
    def request(system: str) -> Params:
        mark = {"type": "text", "text": system, "cache_control": {"type": "ephemeral", "ttl": "1h"}}
        return {
            "model": MODELS[0],
            "max_tokens": 64,
            "system": [mark],
            "messages": [{"role": "user", "content": "Go on."}],
        }

    shared = forecast_tokens(tallies([request("Be brief. " * 200) for _ in range(10)])).models[0]
    apart = forecast_tokens(tallies([request(f"{number} " * 600) for number in range(10)])).models[0]
    assert shared.marked_1h_share > 0.9 and shared.shared_share == pytest.approx(1)
    assert apart.marked_1h_share > 0.9 and apart.shared_share == 0


def test_one_earlier_run_says_little_and_many_alike_say_more() -> None:
    few, many = predicted([1.1], prior=0.1), predicted([1.1] * 10, prior=0.1)
    assert many.high / many.low < few.high / few.low
    unlike = predicted([0.8, 1.4, 1.0, 1.6], prior=0.1)
    assert unlike.high / unlike.low > few.high / few.low


@pytest.mark.parametrize(("freedom", "quantile"), [(1, 12.706), (3, 3.182), (5, 2.571), (10, 2.228), (60, 2.0)])
def test_students_quantile(freedom: int, quantile: float) -> None:
    assert student(freedom) == pytest.approx(quantile, rel=0.006)


def plain_request(text: str) -> Params:
    return {"model": MODELS[0], "max_tokens": 64, "messages": [{"role": "user", "content": text}]}


def long_requests() -> list[Params]:
    return [plain_request("Grade the following answer, and say why. " * 250) for _ in range(12)]


def bytes_of(requests: Iterable[Params]) -> int:
    return sum(tally.input_bytes for tally in tallies(requests))


def judged_by(ratio: float, *, requests: list[Params]) -> TokenForecast:
    """The forecast after an earlier run of the same job that took so many times the guess."""
    plain = forecast_tokens(tallies(requests))
    earlier = replace(lesson(plain, requests, (1000, 300)), input_tokens=ratio * plain.input.likely / len(requests))
    return forecast_tokens(tallies(requests), [earlier])


@pytest.mark.parametrize("ratio", [1e-6, 0.2, 1.0, 3.0, 20.0, 1e6])
def test_no_history_puts_more_tokens_than_bytes_into_a_prompt_nor_hardly_any(ratio: float) -> None:
    requests = long_requests()
    found, plain = judged_by(ratio, requests=requests), forecast_tokens(tallies(requests))
    assert found.input.high <= bytes_of(requests) + 20 * len(requests)
    assert found.input.high >= plain.input.likely or ratio == 1.0
    assert found.input.low >= plain.input.likely / 3.1
    assert found.input.low <= found.input.likely <= found.input.high


def test_a_history_that_cannot_be_true_of_these_prompts_is_no_basis_and_that_is_said() -> None:
    found = judged_by(40.0, requests=long_requests())
    assert found.models[0].input_basis.source == "characters"
    assert found.models[0].input_basis.words.endswith("what earlier runs took cannot be true of these")
    assert found.input == forecast_tokens(tallies(long_requests())).input


def test_one_sampled_request_of_many_gives_no_more_tokens_than_bytes() -> None:
    (known,) = tallies([plain_request("Grade the following answer. " * 200)])
    assert known.sample is not None
    many = replace(known, requests=1_000, input_bytes=1_000 * known.input_bytes, sample=replace(known.sample, spread=1))
    found = forecast_tokens([many])
    assert found.input.high <= many.input_bytes + 20 * many.requests
    assert found.input.low >= 1_000 * known.sample.tokens / 3.1


def test_documents_that_nobody_sees_have_no_bound() -> None:
    linked = {"type": "document", "source": {"type": "url", "url": "https://example.org/a.pdf"}}
    requests = [plain_request("")] * 6
    for request in requests:
        request["messages"] = [{"role": "user", "content": [linked]}]
    found = judged_by(300.0, requests=requests)
    assert found.models[0].input_basis.source == "history"
    assert found.input.high > bytes_of(requests)


def test_what_tools_of_the_service_bring_in_has_no_bound() -> None:
    searching = {"tools": [{"type": "web_search_20250305", "name": "web_search"}]}
    requests = [plain_request("What is new?") | searching for _ in range(6)]
    assert judged_by(30.0, requests=requests).input.high > bytes_of(requests) + 700 * len(requests)
