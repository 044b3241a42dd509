"""`prices`: every price with its source, the table's age, and the user's own prices with where they are set."""

from tests.cli.program import Program


def test_the_table_is_shown_with_its_age_and_the_source_of_each_price(program: Program) -> None:
    shown = program.json("prices").object
    assert shown["priced_at"] == "2026-11-21"
    rows = {(row["model"], row["prompt"]): row for row in shown["models"]}
    sonnet = rows["claude-sonnet-4-6", "any"]
    assert (sonnet["input_usd"], sonnet["output_usd"], sonnet["source"], sonnet["verified"]) == (3, 15, "service", True)
    assert rows["claude-haiku-5-5", "over 100,000 tokens"]["input_usd"] == 0.5
    assert rows["claude-fable-5-2", "any"]["verified"] is False
    assert rows["claude-opus-4", "any"]["source"] == "historical"
    assert rows["claude-sonnet-4-5", "any"]["retires_at"] == "2026-11-30"
    assert {row["source"] for row in shown["models"]} <= {*shown["sources"], "settings"}


def test_an_own_price_says_on_which_line_it_is_set(program: Program) -> None:
    program.settings(
        "\n"
        '[prices."claude-haiku-5-5"]\n'
        "input = 7\noutput = 8\ncache_write_5m = 9\ncache_write_1h = 10\ncache_read = 0.7\n"
    )
    rows = [row for row in program.json("prices").object["models"] if row["model"] == "claude-haiku-5-5"]
    (row,) = rows
    assert (row["input_usd"], row["prompt"], row["source"]) == (7, "any", "settings")
    assert row["from"].endswith("batchtui.toml:2")
    assert "batchtui.toml:2" in program("prices").stdout


def test_the_age_is_told_to_people_and_nothing_is_made(program: Program) -> None:
    text = program("prices").stdout
    assert "prices of 2026-11-21" in text
    assert not program.workspace.exists()
