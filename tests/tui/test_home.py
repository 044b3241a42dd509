"""The first page: what is on it, what stays put, what narrows it."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.domain.batch import RequestCounts
from batchtui.domain.issues.triage import DEFAULT_RULES, Group, TriageRules, Verdict
from batchtui.domain.link import Link, LinkState
from batchtui.domain.records import ListRead, Record, RunHeld
from batchtui.domain.results import Issue
from batchtui.domain.settings import AlertSettings, BudgetSettings, Settings
from batchtui.engine.jobs import AttemptRun
from batchtui.tui.screens.home import HomeScreen
from batchtui.tui.screens.listing import ListScreen
from tests.tui.still import NOW, Cockpit, cockpit, live_link, make_dashboard, make_engine, until
from tests.tui.world import Part, World, ago, many_runs, only_elsewhere, pictured

BUDGET = Settings(budget=BudgetSettings(daily_usd=200))


@pytest.fixture
async def home() -> AsyncIterator[Cockpit]:
    async with cockpit(make_dashboard(make_engine(pictured(), settings=BUDGET))) as running:
        yield running


def row(running: Cockpit, name: str) -> str:
    """The line of the first row that names something."""
    return next(line for line in running.lines()[4:] if name in line)


def cursor_row(running: Cockpit) -> str:
    return next(line for line in running.lines() if "▌" in line)


async def test_runs_and_batches_from_elsewhere_stand_by_time_and_what_is_unsure_beneath_its_run(home: Cockpit) -> None:
    names = [line[14:31].strip() for line in home.lines()[4:16]]
    assert names == [
        "ablation-b", "msgbatch_01Hk…Qe", "nightly-eval-1121", "nightly-eval-1121", "backfill-docs", "judge-haiku",
        "nightly-eval-1120", "embeddings-qa", "smoke-schema", "ablation-a", "long-ctx-sweep", "eval-2025-10",
    ]  # fmt: skip
    assert "chunk 7: no answer" in home.lines()[7]


async def test_the_header_counts_runs_triage_spend_and_alerts(home: Cockpit) -> None:
    assert home.lines()[1] == (
        " 3 running  2 need triage 162 bad  27.9k in flight  ~$37.49 of $200  4 alerts"
    )  # fmt: skip


async def test_the_alerts_in_the_header_are_the_marks_in_the_gutter(home: Cockpit) -> None:
    marks = [line[2] for line in home.lines()[4:16] if line[2] in "!?"]
    assert len(marks) == 4


async def test_counts_the_service_has_not_given_are_no_zeros(home: Cockpit) -> None:
    assert row(home, "backfill-docs").split()[4:6] == ["–", "–"]
    assert row(home, "embeddings-qa").split()[4:6] == ["2,000", "0"]


def planned_now() -> list[Record]:
    """A run that nobody has seen yet, which comes in above all others."""
    world = World()
    world.run("brand-new", NOW, [Part(10)])
    return world.records()


async def test_a_poll_moves_neither_cursor_nor_rows_above_it(home: Cockpit) -> None:
    await home.press("j", "j", "j", "j")
    before = home.lines()[4:16]
    home.app.bridge.engine.core.commit(*planned_now())
    await home.settle()
    assert [line[:-1] for line in home.lines()[4:16]] == [line[:-1] for line in before]
    assert "+1 new" in home.lines()[2]
    assert isinstance(home.app.page, ListScreen) and home.app.page.table.cursor_id == "run:backfill-docs"


async def test_a_run_that_came_in_above_the_view_is_counted_in_the_border() -> None:
    async with cockpit(make_dashboard(make_engine(many_runs(60)))) as running:
        await running.press("G")
        running.app.bridge.engine.core.commit(*planned_now())
        await running.settle()
        assert "+1 new" in running.lines()[2]


async def test_n_goes_from_alert_to_alert_and_round(home: Cockpit) -> None:
    found = []
    for _ in range(5):
        await home.press("n")
        found.append(home.app.page.table.cursor_id.partition(":")[2])  # type: ignore[union-attr]
    assert found[1:] == ["judge-haiku", "nightly-eval-1120", "smoke-schema", found[0]]
    await home.press("N")
    assert home.app.page.table.cursor_id == "run:smoke-schema"  # type: ignore[union-attr]


async def test_z_leaves_what_needs_somebody(home: Cockpit) -> None:
    await home.press("z")
    assert "runs 3 of 11" in home.lines()[2]
    assert "embeddings-qa" not in home.text()
    await home.press("z")
    assert "embeddings-qa" in home.text()


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("nig", 2),
        ("status:errored", 1),
        ("!nightly", 9),
        ("is:elsewhere", 1),
        ("model:haiku", 1),
        ("nightly partial", 1),
    ],
)
async def test_the_filter_works_while_it_is_typed(home: Cockpit, typed: str, left: int) -> None:
    await home.press("slash", *typed)
    assert f"runs {left} of 11" in home.lines()[2]


async def test_tab_completes_a_field_and_what_stands_in_it(home: Cockpit) -> None:
    await home.press("slash", *"st", "tab")
    assert "status:" in home.lines()[-2]
    await home.press(*"err", "tab")
    assert "status:errored" in home.lines()[-2] and "runs 1 of 11" in home.lines()[2]


async def test_esc_shows_all_rows_again_and_never_quits(home: Cockpit) -> None:
    await home.press("slash", *"nig", "enter")
    assert "runs 2 of 11" in home.lines()[2]
    await home.press("escape")
    assert "runs 11" in home.lines()[2]
    await home.press("escape", "escape")
    assert home.app.is_running and isinstance(home.app.screen, HomeScreen)


async def test_nothing_left_by_a_filter_says_so_and_how_to_go_on(home: Cockpit) -> None:
    await home.press("slash", *"xyz")
    assert "Nothing matches xyz." in home.text() and "11 runs are there" in home.text()
    assert "esc shows them again" in home.text()


async def test_s_sorts_and_the_border_says_by_what(home: Cockpit) -> None:
    await home.press("s", "a")
    assert "by name" in home.lines()[2]
    assert "ablation-a" in home.lines()[4]
    await home.press("s", "b")
    assert "most bad first" in home.lines()[2] and "long-ctx-sweep" in home.lines()[4]


async def test_the_letter_of_the_order_that_holds_turns_it_round(home: Cockpit) -> None:
    await home.press("s", "b", "s", "b")
    assert "fewest bad first" in home.lines()[2] and "long-ctx-sweep" in home.lines()[15]
    await home.press("s", "b")
    assert "most bad first" in home.lines()[2]


async def test_the_menu_of_orders_marks_the_one_that_holds_and_esc_leaves_it(home: Cockpit) -> None:
    await home.press("s", "l", "s")
    assert "least time left first, now; again: most time left first" in home.text()
    await home.press("escape")
    assert "again: most" not in home.text() and "least time left first" in home.lines()[2]


async def test_an_order_is_kept_while_other_pages_are_looked_at(home: Cockpit) -> None:
    await home.press("s", "a", "b")
    assert "newest first" in home.lines()[2]
    await home.press("b")
    assert "by name" in home.lines()[2]


async def test_an_order_holds_over_a_poll_and_the_cursor_stays_on_its_row(home: Cockpit) -> None:
    await home.press("s", "b", "j", "j")
    before, names = cursor_row(home)[14:31], [line[14:31] for line in home.lines()[4:16]]
    home.app.show_picture(home.app.bridge.picture)
    await home.pilot.pause()
    assert cursor_row(home)[14:31] == before and [line[14:31] for line in home.lines()[4:16]] == names


async def test_marks_are_counted_and_what_is_done_is_about_them(home: Cockpit) -> None:
    await home.press("space", "space")
    assert "2 marked" in home.lines()[2]
    assert home.app.page is not None and len(home.app.page.subject_ids()) == 2


async def test_keys_stay_where_they_are_while_the_cursor_moves(home: Cockpit) -> None:
    before = home.lines()[-1]
    for _ in range(11):
        await home.press("j")
        assert home.lines()[-1] == before
    assert before.endswith("? help")


async def test_a_key_that_is_off_says_why(home: Cockpit) -> None:
    await home.press("G", "C")
    assert "C: nothing of it is open or held" in home.lines()[-2]
    await home.press("j")
    await home.press("t")
    assert len(home.app.screen_stack) == 1


async def test_offline_marks_what_may_have_changed_and_keeps_what_has_ended() -> None:
    engine = make_engine(pictured())
    link = live_link(
        state=LinkState.OFFLINE, as_of=NOW - timedelta(minutes=5), since=NOW - timedelta(minutes=4),
        next_at=NOW + timedelta(seconds=30),
    )  # fmt: skip
    engine.core.change_live(link=link)
    async with cockpit(make_dashboard(engine)) as running:
        assert "offline since 13:58Z  again in 30s" in running.lines()[0]
        assert "as of 13:57Z, 5 min ago" in running.lines()[2]
        assert row(running, "backfill-docs")[2] == "○"
        assert row(running, "embeddings-qa")[2] == " "
        assert row(running, "judge-haiku")[2] == "!"
        assert running.lines()[-1].lstrip().startswith("r try now")


async def test_another_account_is_said_and_the_cached_table_stays() -> None:
    engine = make_engine(pictured())
    note = "this workspace belongs to organization org-1, the key to organization org-2"
    engine.core.change_live(link=Link(state=LinkState.OTHER_ACCOUNT, why=note), account_note=note)
    async with cockpit(make_dashboard(engine)) as running:
        assert "other account read-only" in running.lines()[0]
        assert "belongs to organization org-1, the key to organization org-2" in running.lines()[-2]
        assert "nightly-eval-1121" in running.text()
        await running.press("S")
        assert "the key belongs to another account" in running.lines()[-2]
        assert len(running.app.screen_stack) == 1


async def test_a_key_that_is_not_accepted_is_said_and_the_cached_table_stays() -> None:
    engine = make_engine(pictured())
    link = live_link(state=LinkState.NOT_AUTHORIZED, why="401: invalid x-api-key")
    engine.core.change_live(link=link, credentials=None)
    async with cockpit(make_dashboard(engine)) as running:
        assert "no key" in running.lines()[0] and "not authorised" in running.lines()[0]
        assert "401: invalid x-api-key" in running.lines()[-2]
        assert "nightly-eval-1121" in running.text()


async def test_p_stops_the_polling_and_goes_on(home: Cockpit) -> None:
    home.app.bridge.engine.core.change_live(is_leader=True)
    await home.press("p")
    await home.settle()
    assert "paused" in home.lines()[0]
    await home.press("p")
    await home.settle()
    assert home.app.bridge.engine.core.live.is_polling_paused is False


async def test_d_orders_what_has_ended_and_is_not_here() -> None:
    world = World()
    day = ago(days=2)
    world.run("late", day, [Part(10, day, day + timedelta(hours=1), ok=10, is_collected=False)])
    engine = make_engine(world.records())
    async with cockpit(make_dashboard(engine)) as running:
        assert "d collects" in running.lines()[-2]
        await running.press("d")
        await until(lambda: any(known.collect_ordered for known in engine.state.batches.values()))
        assert "collecting 1 batch" in running.lines()[-2]


async def test_w_asks_where_to_write_and_never_over_a_file(home: Cockpit, tmp_path: Path) -> None:
    there = tmp_path / "there.jsonl"
    there.write_text("mine")
    await home.press("w", "ctrl+u")
    await home.paste(str(there))
    await home.press("enter")
    await home.settle()
    assert "is already there" in home.text() and there.read_text() == "mine"


async def test_a_read_only_session_says_so_and_offers_nothing_that_changes() -> None:
    async with cockpit(make_dashboard(make_engine(pictured(), is_read_only=True))) as running:
        assert "read-only" in running.lines()[0]
        assert not {"S submit", "C cancel", "R retry"} & {key.strip() for key in running.lines()[-1].split("  ")}
        await running.press("C")
        assert "this session is read-only" in running.lines()[-2]


async def test_the_demo_is_marked() -> None:
    async with cockpit(make_dashboard(make_engine(pictured()), is_demo=True)) as running:
        assert "demo 4s ago" in running.lines()[0] and "live" not in running.lines()[0]


async def test_a_first_start_says_whose_key_this_is_and_four_ways_to_go() -> None:
    engine = make_engine([ListRead(at=NOW)])
    async with cockpit(make_dashboard(engine, workspace="", folder_words=".batchtui")) as running:
        text = running.text()
        assert "No batches yet." in text and "…a91F from ANTHROPIC_API_KEY" in text
        assert all(way in text for way in ("S ", ":check", ":demo", "? "))
        assert "0 batches at the API" in running.lines()[1]


@pytest.mark.parametrize("size", [(60, 16), (60, 24), (80, 24), (120, 40), (160, 48)])
async def test_a_first_start_says_all_of_it_on_every_terminal_and_has_no_empty_panel(size: tuple[int, int]) -> None:
    engine = make_engine([ListRead(at=NOW)])
    async with cockpit(make_dashboard(engine, workspace="", folder_words=".batchtui"), size=size) as running:
        body = running.lines()[2:-2]
        assert all(any(word in line for line in body) for word in ("No batches yet.", "elsewhere.", "folder"))
        assert all(any(f" {way} " in line for line in body) for way in ("S", ":check", ":demo", "?"))
        assert not any("…" in line.replace("…a91F", "") for line in body)
        assert all(line.endswith("│") and line.startswith("│") for line in body[1:-1])
        assert sum("╭" in line for line in body) == 1 and "nothing selected" not in running.text()


async def test_before_the_first_answer_nothing_is_claimed() -> None:
    engine = make_engine()
    engine.core.change_live(link=Link(state=LinkState.CACHED))
    async with cockpit(make_dashboard(engine)) as running:
        assert "Nothing is known yet." in running.text()
        assert "0 batches" not in running.text() and "runs 0" not in running.text()


async def test_wide_terminals_show_what_enter_would_open_and_tall_ones_what_happened() -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), size=(160, 48)) as running:
        await running.press("j", "j")
        assert "enter opens" in running.lines()[2] and "COST" in running.lines()[3]
        assert "4 of 12 chunks ended" in running.text()
        assert "activity" in running.text()


async def test_tab_goes_to_the_preview_and_back_only_where_there_is_one(home: Cockpit) -> None:
    await home.press("tab")
    assert home.app.focused is home.app.page.table  # type: ignore[union-attr]


async def test_a_thousand_runs_and_a_thousand_batches_from_elsewhere_are_only_longer() -> None:
    async with cockpit(make_dashboard(make_engine(many_runs(1000)))) as running:
        assert "runs 1,001" in running.lines()[2]
        await running.press("G")
        assert "nightly-eval-" in cursor_row(running) or "eval-2025-10" in cursor_row(running)
    async with cockpit(make_dashboard(make_engine(only_elsewhere(1000)))) as running:
        assert "runs 1,000" in running.lines()[2]
        await running.press("slash", *"01e48")
        assert "of 1,000" in running.lines()[2]


async def test_below_60x16_one_line_says_so() -> None:
    async with cockpit(make_dashboard(make_engine(pictured())), size=(59, 15)) as running:
        assert running.text().strip() == "59x15 is too small: batchtui needs 60x16"
        await running.pilot.resize_terminal(80, 24)
        await running.pilot.pause()
        assert "nightly-eval-1121" in running.text()


async def test_moving_counts_reach_the_bar() -> None:
    engine = make_engine(pictured())
    async with cockpit(make_dashboard(engine)) as running:
        (batch_id,) = [b for b, known in engine.state.batches.items() if known.run == "backfill-docs"]
        engine.core.change_live(moving={batch_id: RequestCounts(processing=9000, succeeded=990, errored=10)})
        await running.settle()
        assert row(running, "backfill-docs").split()[4:6] == ["990", "10"]


async def test_the_preview_says_what_went_wrong_once_the_cursor_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(pictured())
    issue = Issue(custom_id="a-1", cls="overloaded_error", message="Overloaded")
    found = (
        Group(
            cls="overloaded_error", template="Overloaded", requests=17, sample=issue, verdict=Verdict.RESEND, reason=""
        ),
    )
    looked: list[str] = []

    def groups(lineage: Sequence[AttemptRun], rules: TriageRules = DEFAULT_RULES) -> tuple[Group, ...]:
        looked.append(lineage[0].run)
        return found

    monkeypatch.setattr(engine.library, "groups", groups)
    async with cockpit(make_dashboard(engine), size=(160, 48)) as running:
        await running.press("j", "j", "j", "j", "k", "k")
        await until(lambda: "overloaded_error" in running.text())
        assert looked == ["nightly-eval-1121"]
        line = next(line for line in running.lines() if "overloaded_error" in line)
        assert "17" in line and "resend" in line


async def test_a_held_run_says_what_holds_it() -> None:
    world = World()
    world.run("capped", ago(minutes=5), [Part(10), Part(10)])
    world.tell(RunHeld(at=ago(minutes=4), run="capped", reason="spend limit reached"))
    async with cockpit(make_dashboard(make_engine(world.records()))) as running:
        assert "held: spend limit reached" in running.lines()[-2]
        assert row(running, "capped")[2] == "!"


async def test_c_chooses_columns_and_refuses_names_nobody_knows(home: Cockpit) -> None:
    await home.press("c", "ctrl+u", *"run bad", "enter")
    assert home.lines()[3].split()[1:-1] == ["RUN", "BAD"]
    await home.press("c")
    assert "there is also status bar reqs ok age left chunk cost" in home.lines()[-2]
    await home.press("ctrl+u", *"run nope", "enter")
    assert "no column nope: there are status run" in home.lines()[-2]
    assert home.lines()[3].split()[1:-1] == ["RUN", "BAD"]
    await home.press("c", "ctrl+u", "enter")
    assert all(head in home.lines()[3] for head in ("STATUS", "PROGRESS", "CHUNK"))


async def test_the_bell_rings_once_for_a_new_alert_and_not_for_those_of_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(alerts=AlertSettings(bell=True))
    async with cockpit(make_dashboard(make_engine(pictured(), settings=settings))) as running:
        rung: list[bool] = []
        monkeypatch.setattr(running.app, "bell", lambda: rung.append(True))
        await running.settle()
        assert rung == []
        core = running.app.bridge.engine.core
        core.commit(RunHeld(at=NOW, run="nightly-eval-1121", reason="spend limit reached"))
        await running.settle()
        await running.settle()
        assert rung == [True]


async def test_beside_a_list_what_a_key_does_is_not_cut() -> None:
    async with cockpit(make_dashboard(make_engine(only_elsewhere(3))), size=(120, 40)) as running:
        assert "…" not in "".join(line for line in running.lines() if "A  adopts" in line)
        assert "A  adopts it as a run, or hides it" in running.text()
