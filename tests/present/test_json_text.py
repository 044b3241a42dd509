"""JSON laid out for reading, at any size."""

import json

import pytest

from batchtui.present.cells import Cell, Span, cell_width, plain
from batchtui.present.glyphs import ASCII, UNICODE
from batchtui.present.request.json_lines import colored
from batchtui.present.request.json_text import JsonText

REQUEST = {
    "custom_id": "doc-001931",
    "params": {
        "model": "claude-haiku-4-5",
        "max_tokens": 90000,
        "stream": False,
        "messages": [{"role": "user", "content": "Grade this."}, {"role": "user", "content": "And this."}],
    },
}


def text_of(value: object, **options: object) -> JsonText:
    return JsonText(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), **options)  # type: ignore[arg-type]


def rows(text: JsonText, width: int = 60) -> list[str]:
    return [plain(text.line(index, width, UNICODE)) for index in range(text.height(width))]


def test_lines_are_numbered_and_indented() -> None:
    lines = rows(text_of({"a": 1, "b": ["x"]}))
    assert lines == [
        "   1  │ {",
        '   2  │   "a": 1,',
        '   3  │   "b": [',
        '   4  │     "x"',
        "   5  │   ]",
        "   6  │ }",
    ]


def test_keys_strings_numbers_and_punctuation_differ() -> None:
    text = text_of({"a": 1, "b": "x: y", "c": None})
    number = text.line(1, 60, UNICODE)
    assert number[-4:] == (
        Span('"a"', "head", False),
        Span(": ", "dim", False),
        Span("1", "run", False),
        Span(",", "dim", False),
    )
    assert Span('"x: y"', "text", False) in text.line(2, 60, UNICODE)
    assert Span("null", "run", False) in text.line(3, 60, UNICODE)


def test_the_offending_value_stands_out_with_its_reason() -> None:
    text = text_of(REQUEST, faults={("params", "max_tokens"): "over 64000", ("params", "messages", 1): "twice user"})
    assert text.first_fault() == 4
    line = text.line(4, 90, UNICODE)
    assert plain(line) == '!  5  │     "max_tokens": 90000,  over 64000'
    assert Span('"max_tokens"', "err", True) in line and Span("90000", "err", True) in line
    assert plain(text.line(11, 90, UNICODE)).startswith("! 12  │       {")


def test_a_path_that_is_not_there_marks_nothing() -> None:
    assert text_of(REQUEST, faults={("params", "nope"): "x", ("params", "messages", 9): "y"}).first_fault() is None


def test_long_strings_wrap_with_a_hang_and_fold_until_unfolded() -> None:
    text = text_of({"t": "word " * 200})
    lines = rows(text, 50)
    assert lines[1].startswith('   2  │   "t": "word word')
    assert lines[2].startswith("      │     word")
    assert "characters more, z unfolds" in lines[5] and lines[6] == "   3  │ }"
    assert all(cell_width(text.line(index, 50, ASCII)) <= 50 for index in range(text.height(50)))
    text.toggle_folds()
    unfolded = rows(text, 50)
    assert len(unfolded) > 20 and "more" not in "".join(unfolded)
    assert "".join(line[8:].strip(" ") for line in unfolded[1:-1]).count("word") == 200


def test_rows_and_lines_find_each_other() -> None:
    text = text_of({str(n): "word " * (60 if n % 3 == 0 else 1) for n in range(30)})
    for number in range(text.line_count):
        row = text.row_of_line(number, 50)
        assert plain(text.line(row, 50, UNICODE)).startswith(f"{number + 1:>4}")


def test_text_from_outside_cannot_drive_the_terminal() -> None:
    text = JsonText('{"a": "\x9b31m\u202e", "\\u001b": 1}'.encode())
    joined = "".join(rows(text))
    assert "\x9b" not in joined and "\u202e" not in joined and "\\u001b" in joined


@pytest.mark.parametrize("source", [b'{"a": ', b"", b"<html>\nno\n</html>", b"\xff\xfe"])
def test_what_is_not_json_is_shown_as_it_is(source: bytes) -> None:
    text = JsonText(source)
    assert not text.is_valid and text.height(40) >= 1
    assert all(cell_width(text.line(index, 40, UNICODE)) <= 40 for index in range(text.height(40)))


def test_find_goes_on_from_a_line_and_around() -> None:
    text = text_of(REQUEST)
    first = text.find("USER")
    assert first is not None and '"role": "user"' in plain(text.line(text.line_of(first), 80, UNICODE))
    second = text.find("user", first)
    assert second is not None and second > first
    assert text.find("user", second) == first
    assert text.find("nothing of the kind") is None
    assert text.find_back("user", second) == first
    assert text.find_back("user", first) == second, "around the beginning"
    assert text.find_back("nothing of the kind", first) is None


def test_words_are_found_however_json_writes_them() -> None:
    text = JsonText(b'{"a": "caf\\u00e9 \\"quoted\\""}')
    for words in ("café", '"quoted"', "CAF"):
        assert text.find(words) is not None, words


def test_what_is_found_in_a_folded_string_is_unfolded_and_its_row_known() -> None:
    text = text_of({"a": "word " * 2_000 + "needle " + "word " * 2_000, "b": "word " * 500})
    place = text.find("needle")
    assert place is not None
    row = text.row_of(place, 60)
    assert "needle" in plain(text.line(row, 60, UNICODE))
    assert "characters more" in plain(text.line(text.height(60) - 2, 60, UNICODE)), "the other stays folded"


def test_one_string_in_view_unfolds_alone_and_folds_again() -> None:
    text = text_of({"a": "first " * 200, "b": "second " * 200})
    folded = rows(text)
    assert text.toggle_in_view(0, 3, 60)
    assert "characters more" not in "".join(rows(text)[:20]) and "characters more" in "".join(rows(text)[20:])
    assert text.toggle_in_view(0, 10, 60)
    assert rows(text) == folded
    assert not text_of({"a": 1}).toggle_in_view(0, 10, 60)


def test_base64_folds_to_one_row_that_says_how_much_it_is() -> None:
    text = text_of({"type": "base64", "data": "iVBORw0KGgo" * 100_000})
    assert text.height(80) == 5
    assert "base64, 1.1 MB in all, z unfolds" in plain(text.line(3, 80, UNICODE))


def test_what_is_unfolded_and_huge_is_cut_evenly_and_nothing_of_it_is_lost() -> None:
    value = "".join(chr(33 + n % 90) for n in range(600_000)).replace('"', "'").replace("\\", "/")
    text = text_of({"a": value})
    text.toggle_folds()
    height = text.height(80)
    assert "".join(plain(text.line(n, 80, UNICODE))[8:] for n in range(1, height - 1)) == f'  "a": "{value}"'
    place = text.find(value[400_000:400_050], 400_000)
    assert place is not None and text.row_of(place, 80) > height // 2


def test_of_a_large_document_only_the_lines_looked_at_are_wrapped_and_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    coloured: list[str] = []

    def counting(line: str, *, has_fault: bool) -> Cell:
        coloured.append(line)
        return colored(line, has_fault=has_fault)

    monkeypatch.setattr("batchtui.present.request.json_folds.colored", counting)
    text = JsonText(json.dumps({"x": [{"k": n, "t": "hello world " * 4} for n in range(50_000)]}).encode())
    height = text.height(80)
    assert height > 200_000
    assert not coloured, "its height is known without any line of it"
    shown = [plain(text.line(height // 2 + place, 80, UNICODE)) for place in range(4)]
    assert any("hello" in line for line in shown)
    assert len(coloured) == 4


def test_one_string_of_many_megabytes_folds() -> None:
    text = JsonText(json.dumps({"data": "A b " * 5_000_000}).encode())
    assert text.height(80) == 7
    assert "characters more" in plain(text.line(5, 80, UNICODE))


def test_of_very_many_long_lines_the_later_ones_are_cut_evenly_and_still_found_and_unfolded() -> None:
    texts = [f"{number:05d} " + "word " * 60 for number in range(5_000)]
    source = json.dumps(texts).encode()
    text = JsonText(source)
    place = text.find("04999")
    assert place is not None
    row = text.row_of(place, 60)
    assert "04999" in plain(text.line(row, 60, UNICODE))
    assert text.row_of_line(text.line_of(place), 60) == row
    text = JsonText(source)
    last = text.row_of_line(5_000, 60)
    assert "z unfolds" in plain(text.line(last + 4, 60, UNICODE))
    height = text.height(60)
    assert text.toggle_in_view(last, 5, 60) and text.height(60) > height


def test_a_line_of_wide_characters_that_is_cut_evenly_fits_its_rows() -> None:
    source = json.dumps(["ab " * 40] * 4_100 + ["漢字" * 30], ensure_ascii=False).encode()
    text = JsonText(source)
    first = text.row_of_line(4_101, 60)
    rows = [plain(text.line(row, 60, UNICODE)) for row in range(first, text.height(60) - 1)]
    assert sum(row.count("漢") for row in rows) == 30
    assert all(cell_width(text.line(row, 60, UNICODE)) <= 60 for row in range(first, text.height(60)))
