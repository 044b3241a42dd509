"""The pages of the gallery: from home, the keys that lead to each. Data only."""

from typing import NamedTuple

TROUBLED = "nightly-eval-1120"


class Page(NamedTuple):
    """One picture: `@NAME` first puts the cursor on that run, `=TEXT` types, other words are keys."""

    name: str
    keys: tuple[str, ...]


DEMO_PAGES = (
    Page("home", ()),
    Page("batches", ("b",)),
    Page("attention", ("z",)),
    Page("run", ("@product-copy", "enter")),
    Page("timeline", ("@product-copy", "enter", "t")),
    Page("batch", (f"@{TROUBLED}", "enter", "enter")),
    Page("errors", (f"@{TROUBLED}", "e")),
    Page("members", (f"@{TROUBLED}", "e", "enter")),
    Page("inspector", (f"@{TROUBLED}", "e", "j", "j", "j", "enter", "enter")),
    Page("request", (f"@{TROUBLED}", "e", "enter", "enter", "2")),
    Page("error", (f"@{TROUBLED}", "e", "enter", "enter", "1")),
    Page("response", (f"@{TROUBLED}", "e", "enter", "enter", "3")),
    Page("raw", (f"@{TROUBLED}", "e", "enter", "enter", "5")),
    Page("members_many_words", (f"@{TROUBLED}", "e", "j", "j", "j", "enter")),
    Page("muted", (f"@{TROUBLED}", "e", "m", "~rest")),
    Page("unmuted", ("u",)),
    Page("edit", (f"@{TROUBLED}", "e", "j", "j", "j", "E", "~drawn")),
    Page("attempts", (f"@{TROUBLED}", "e", "enter", "enter", "4")),
    Page("retry", (f"@{TROUBLED}", "e", "R")),
    Page("retry_marked", (f"@{TROUBLED}", "space", "escape", "@smoke-schema", "space", "escape", "R", "~drawn")),
    Page("delete", (f"@{TROUBLED}", "enter", "D")),
    Page("path", ("S",)),
    Page("path_typed", ("S", "=evals/n")),
    Page("submit", ("S", "=smoke.jsonl", "enter")),
    Page("submit_warned", ("S", "=requests.jsonl", "enter")),
    Page("submit_typed", ("S", "=evals/nightly-1122.jsonl", "enter", "~drawn", "1", "2", "0")),
    Page("submit_over_budget", ("S", "=evals/too-dear.jsonl", "enter", "~drawn")),
    Page("submit_faulty", ("S", "=evals/faulty.jsonl", "enter", "~drawn")),
    Page("alerts", ("exclamation_mark",)),
    Page("cost", ("dollar_sign",)),
    Page("cost_by_model", ("dollar_sign", "tab", "tab")),
    Page("activity", ("a",)),
    Page("info", ("i",)),
    Page("help", ("question_mark",)),
    Page("help_of_errors", (f"@{TROUBLED}", "e", "question_mark")),
    Page("help_search", ("question_mark", "/", "=copy")),
    Page("planner", ("P",)),
    Page("what_if", ("P", "tab")),
    Page("export", (f"@{TROUBLED}", "w")),
    Page("export_group", (f"@{TROUBLED}", "e", "w")),
    Page("filter", ("/", "=nightly")),
    Page("nothing", ("/", "=nosuchthing")),
    Page("sort", ("s",)),
    Page("columns", ("c",)),
    Page("palette", ("ctrl+p",)),
    Page("palette_typed", ("ctrl+p", "=col")),
    Page("colon", (":",)),
    Page("colon_typed", (":", "=re")),
    Page("colon_run", (":", "=retry n")),
    Page("colon_printed", (":", "=check evals/faulty.jsonl", "enter")),
    Page("said", (f"@{TROUBLED}", "y")),
    Page("said_no", (f"@{TROUBLED}", "C")),
)
"""Of the demo: its simulator, its past, real request files."""

STILL_PAGES = (
    Page("still_home", ()),
    Page("cancel", ("@judge-haiku", "C")),
    Page("cancel_unsure", ("@nightly-eval-1121", "C")),
    Page("cancel_several", ("space", "j", "space", "C")),
    Page("queue", ("P",)),
    Page("settle", ("@nightly-eval-1121", "A")),
    Page("adopt", ("@elsewhere", "A")),
    Page("batch_elsewhere", ("@elsewhere", "enter")),
    Page("alerts_many", ("exclamation_mark",)),
    Page("alert_next", ("n",)),
    Page("alerts_none", ("exclamation_mark", "asterisk", "m", "~told")),
    Page("hold", ("@nightly-eval-1121", "H")),
    Page("help_of_run", ("@nightly-eval-1121", "enter", "question_mark")),
)
"""Of the pictured workspace, at a clock that stands still."""

HOMES = ("first_start", "loading", "offline", "refused")
"""Scenes of the pictured workspace or of none, of which only the first page is looked at."""

PAGES = (*DEMO_PAGES, *STILL_PAGES, *(Page(f"home_{scene}", ()) for scene in HOMES))
