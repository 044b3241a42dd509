"""Guesses of tokens from characters."""

import pytest

from batchtui.domain.forecasting.tokens import Kind, weigh

TEXTS = {
    Kind.PROSE: "The harbour pilot notes every tide and berth before a vessel leaves for open water. ",
    Kind.CODE: 'if (a[i] != b[j]) { x += 12; print("%d, %d", i, j); } ',
    Kind.CJK: "港では毎日潮の満ち引きと係留場所を記録しています。",
    Kind.CYRILLIC: "Лоцман записывает каждый прилив и каждое место стоянки. ",
    Kind.OTHER: "يسجل المرشد كل مد وكل رصيف قبل أن تغادر السفينة. ",
    Kind.ENCODED: "QmF0Y2hlcyBhcmUgcmVxdWVzdHMgdGhhdCB3YWl0IHRvZ2V0aGVyIGFuZCBjb3N0IGhhbGY" * 2,
}


@pytest.mark.parametrize("kind", list(TEXTS))
def test_each_language_class_is_told_from_the_others(kind: Kind) -> None:
    assert weigh(TEXTS[kind] * 3).kind is kind


def test_an_english_word_is_somewhat_more_than_a_token() -> None:
    words = TEXTS[Kind.PROSE] * 20
    assert 1.1 < weigh(words).tokens / len(words.split()) < 1.6


def test_a_character_of_chinese_weighs_as_much_as_a_word_of_english() -> None:
    assert 0.8 < weigh(TEXTS[Kind.CJK]).tokens / len(TEXTS[Kind.CJK]) < 1.2


def test_a_long_text_is_judged_by_a_part_and_comes_to_the_same() -> None:
    once, often = weigh(TEXTS[Kind.PROSE] * 50).tokens, weigh(TEXTS[Kind.PROSE] * 5_000).tokens
    assert often == pytest.approx(100 * once, rel=0.02)


def test_nothing_weighs_nothing() -> None:
    assert weigh("").tokens == 0
