"""Panels of text, the page's bars, and the line to type in."""

import json

import pytest
from textual.events import Paste

from batchtui.present.cells import Span, cell
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.lines import BuiltLines, ListLines, labelled
from batchtui.present.request.json_text import JsonText
from batchtui.tui.widgets.bars import PageFooter, PageHeader
from batchtui.tui.widgets.edit import Edit
from batchtui.tui.widgets.text import TextPanel
from batchtui.tui.widgets.typing_line import (
    CompletionWanted,
    PasteRefused,
    Typing,
    TypingAccepted,
    TypingCanceled,
    TypingChanged,
    TypingLine,
)
from tests.tui.toolkit.harness import bench

COUNT = Typing(
    prompt=(Span("over 1,000 requests: ", "warn"), Span("type "), Span("12096", bold=True)),
    after=cell("esc or enter: no", "dim"),
    strip_width=9,
    allowed="0123456789",
    accept_key="y",
    takes_paste=False,
)


async def test_a_text_starts_at_column_three_and_scrolls() -> None:
    panel = TextPanel()
    async with bench(panel, size=(40, 12)) as on:
        panel.set_title("plan", note="nothing sent yet")
        panel.show_lines(ListLines([cell(f"line {number}") for number in range(30)]))
        lines = on.lines()
        assert lines[0].startswith("╭─ plan ─") and lines[0].endswith("─ nothing sent yet ─╮")
        assert lines[1].startswith("│  line 0") and lines[11].endswith(" 1-10 of 30 ─╯")
        await on.press("j", "j", "k")
        assert on.lines()[1].startswith("│  line 1")
        await on.press("G")
        assert on.lines()[10].startswith("│  line 29")
        await on.press("k", "g")
        assert on.lines()[1].startswith("│  line 0")


async def test_tabs_in_the_border_keep_their_looks_whoever_has_focus() -> None:
    panel = TextPanel()
    async with bench(panel):
        tabs = (Span("1", "head", True), Span(" error ", "dim"), Span(" 2 request ", "background", True, "head"))
        panel.title = tabs
        panel.is_one_of_several = True
        panel.border_role = "warn"
        assert set(tabs) <= set(panel.line(0, 80))
        panel.set_title("cancel")
        assert Span("cancel", "warn", True) in panel.line(0, 80)


@pytest.mark.parametrize(
    ("theme", "border"), [("dark", "alert"), ("ansi16", "alert"), ("mono", "text"), ("high-contrast", "text")]
)
async def test_what_needs_somebody_has_a_line_around_it_in_every_theme_and_no_slab(theme: str, border: str) -> None:
    panel = TextPanel()
    async with bench(panel, theme=theme):
        panel.border_role = "alert"
        panel.set_title("settle nightly-eval-1121 chunk 7", note="never sends")
        top, side = panel.line(0, 80), panel.line(1, 80)
        assert {span.role for span in top if "─" in span.text} == {border}
        assert {side[0].role, side[-1].role} == {border}
        assert Span("settle nightly-eval-1121 chunk 7", "alert", True) in top, "the title keeps its mark"


async def test_a_text_is_laid_out_anew_for_another_width() -> None:
    panel = TextPanel()
    async with bench(panel, size=(60, 12)) as on:
        words = "transient: the same request may well succeed when it is sent again"
        panel.show_lines(BuiltLines(lambda width: labelled("why", cell(words), width=width)))
        assert on.lines()[2].startswith("│               ")
        await on.pilot.resize_terminal(100, 12)
        await on.pilot.pause()
        assert words in on.lines()[1]


async def test_the_inspector_unfolds_and_goes_to_the_fault() -> None:
    document = json.dumps({"pad": list(range(40)), "max_tokens": 90000, "text": "word " * 300}).encode()
    text = JsonText(document, faults={("max_tokens",): "over 64000"})
    panel = TextPanel(indent=0)
    async with bench(panel, size=(80, 14)) as on:
        panel.show_lines(text)
        fault = text.first_fault()
        assert fault is not None
        panel.scroll_to_line(text.row_of_line(fault, panel.text_width))
        assert any(line.startswith('│! 44  │   "max_tokens": 90000,  over 64000') for line in on.lines())
        before = panel.view.total
        text.toggle_folds()
        panel.measure()
        assert panel.view.total > before


async def test_header_and_footer_stay_at_the_edges() -> None:
    header, panel, footer = PageHeader(), TextPanel(), PageFooter()
    async with bench(header, panel, footer, size=(60, 12)) as on:
        header.show([FactLine(left=(cell("batchtui"),), right=(cell("live"), cell("14:02Z"))), FactLine()])
        footer.show([FactLine(), FactLine(left=(key_cell("enter", "open"), key_cell("?", "help")), stays=1)])
        lines = on.lines()
        assert lines[0] == " batchtui" + " " * 38 + "live  14:02Z"
        assert lines[2].startswith("╭") and lines[9].startswith("╰")
        assert lines[11] == " enter open  ? help"


async def test_a_typed_count_takes_digits_and_is_finished_with_y() -> None:
    line = TypingLine(COUNT)
    async with bench(line) as on:
        line.focus()
        await on.press("1", "2", "x", "0")
        assert line.text == "120"
        assert on.lines()[0] == " over 1,000 requests: type 12096  120▌      esc or enter: no"
        await on.press("y")
        assert on.said(TypingAccepted) == [TypingAccepted("120")]
        assert [changed.text for changed in on.said(TypingChanged)] == ["1", "12", "120"]


async def test_enter_and_esc_mean_no_where_another_key_accepts() -> None:
    line = TypingLine(COUNT)
    async with bench(line) as on:
        line.focus()
        await on.press("1", "enter", "escape")
        assert len(on.said(TypingCanceled)) == 2 and not on.said(TypingAccepted)


async def test_a_paste_is_refused_where_only_typing_counts() -> None:
    line = TypingLine(COUNT)
    async with bench(line) as on:
        line.focus()
        line.post_message(Paste("12096"))
        await on.pilot.pause()
        assert line.text == "" and len(on.said(PasteRefused)) == 1


async def test_a_path_takes_a_paste_without_its_controls_and_completes() -> None:
    line = TypingLine(Typing(prompt=cell("file"), initial="ev"))
    async with bench(line) as on:
        line.focus()
        line.post_message(Paste("als/\x1b[31mrun.jsonl\n"))
        await on.press("tab")
        assert line.text == "evals/\ufffd[31mrun.jsonl"
        assert on.said(CompletionWanted)[0].text == line.text
        line.put("evals/run.jsonl")
        await on.press("enter")
        assert on.said(TypingAccepted) == [TypingAccepted("evals/run.jsonl")]


async def test_long_input_shows_its_end_in_a_strip_that_does_not_grow() -> None:
    line = TypingLine(Typing(prompt=cell("file"), strip_width=20))
    async with bench(line, size=(40, 5)) as on:
        line.focus()
        line.put("a-very-long-folder/漢字-name.jsonl")
        assert "漢字-name.jsonl▌" in on.lines()[0] and "a-very" not in on.lines()[0]


def test_editing_keys() -> None:
    edit = Edit().typed("evals/run").pressed("ctrl+w")
    assert edit == Edit("evals/", 6)
    assert edit is not None and edit.pressed("ctrl+u") == Edit("", 0)
    assert Edit("abc", 1).pressed("backspace") == Edit("bc", 0)
    assert Edit("abc", 1).pressed("delete") == Edit("ac", 1)
    assert Edit("abc", 3).pressed("home") == Edit("abc", 0)
    assert Edit("abc", 1).pressed("ctrl+k") == Edit("a", 1)
    assert Edit("abc", 1).pressed("f5") is None
