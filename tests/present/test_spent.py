"""Money on screen: measured beside the estimate, what did not come at half, and nothing where nothing is known."""

from batchtui.domain.billing import ModelUsage
from batchtui.domain.cost import CostRange
from batchtui.domain.forecasting.intervals import Interval
from batchtui.domain.forecasting.lessons import EstimateCheck
from batchtui.domain.money import as_written
from batchtui.domain.spending import Spent
from batchtui.present.cells import cell, plain
from batchtui.present.lines import labelled
from batchtui.present.outcome_words import check_words, outcome_words
from batchtui.present.spent import measured_beside_estimate
from tests.domain.builders import ended, folded, planned, sent
from tests.domain.test_spending import HAIKU, collected


def shown(usage: ModelUsage, high_usd: float) -> str:
    state = folded(planned(chunks=1, high_usd=high_usd), sent("0001", 1), ended(1), collected(1, usage={HAIKU: usage}))
    return plain(measured_beside_estimate(state, state.runs["evals"]))


def used(cost: str, **more: int) -> ModelUsage:
    return ModelUsage(requests=10, succeeded=10, cost_usd=as_written(cost), standard_usd=2 * as_written(cost), **more)


def test_of_an_estimate_without_a_best_guess_it_is_said_at_which_end_the_cost_came_out() -> None:
    assert shown(used("2"), 5) == "  est $0.00 to $5.00, about half way  $2.00 saved"
    assert shown(used("4"), 5) == "  est $0.00 to $5.00, near the high end  $4.00 saved"
    assert shown(used("0.0001"), 900).startswith("  est $0.00 to $900.00, near the low end")


def guessed(cost: str, guess: str) -> str:
    expected = CostRange(low_usd=as_written(0), high_usd=as_written(900), expected_usd=as_written(guess))
    return outcome_words(Spent(name="evals", batches=1, usage=used(cost), expected=expected))


def test_what_did_not_come_at_half_is_said() -> None:
    assert shown(used("2", other_tier=3), 5).endswith("3 not at half")


def test_a_cost_that_is_not_known_is_compared_with_nothing() -> None:
    assert shown(ModelUsage(requests=10, cost_usd=None, standard_usd=None), 5) == ""


def test_how_far_off_an_estimate_was_is_said_in_words_that_are_read_at_a_glance() -> None:
    assert guessed("0.25", "0.69") == "est $0.00 to $900.00, guess 2.8 times the cost"
    assert guessed("0.0001", "450") == "est $0.00 to $900.00, guess over 1,000 times the cost"
    assert guessed("2.5", "2.5") == "est $0.00 to $900.00, guess right"
    assert guessed("2", "2.5") == "est $0.00 to $900.00, guess 25 % too high"
    assert guessed("20", "2.5") == "est $0.00 to $900.00, cost 8.0 times the guess"


def test_a_cost_above_the_estimate_says_so() -> None:
    assert shown(used("20"), 5).startswith("  est $0.00 to $5.00, more than estimated")


def test_of_less_than_a_cent_nothing_is_compared() -> None:
    assert shown(used("0.001"), 0.004).startswith("  est $0.00 to <$0.01  <$0.01 saved")
    assert shown(used("0.004"), 0.001).startswith("  est $0.00 to <$0.01, more than estimated")


def checked(input_tokens: int, output_tokens: int) -> str:
    guess = Interval(low=50, likely=100, high=200)
    found = EstimateCheck(
        requests=10, input=guess, output=guess, max_tokens=200, input_tokens=input_tokens,
        output_tokens=output_tokens, cost=CostRange(), cost_usd=None,
    )  # fmt: skip
    return check_words(found)


def test_tokens_are_compared_without_percentages_over_a_hundred() -> None:
    assert checked(103, 59) == "input 3 % over, output 41 % under the best guess"
    assert checked(35_000, 100) == "input 350 times, output as in the best guess; tokens not as estimated"


def test_a_long_name_is_cut_and_stays_apart_from_its_figure() -> None:
    (line,) = labelled("claude-3-5-sonnet-20241022", cell("$1.00"), label_width=22, width=60)
    assert plain(line) == "claude-3-5-sonnet-20… $1.00"
    (line,) = labelled("漢字漢字漢字", cell("$1.00"), label_width=8, width=60, mark="..")
    assert plain(line) == "漢字..  $1.00"
