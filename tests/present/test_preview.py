"""What stands beside a list: the legend is the bar's, nothing is claimed of what was not sent, and room is used."""

import pytest

from batchtui.domain.settings import BudgetSettings, Settings
from batchtui.present.cells import Cell, cell_width, plain
from batchtui.present.preview.picture import picture_lines
from batchtui.present.preview.preview import preview_lines
from batchtui.present.scene import Scene
from tests.present.scenes import scene_of
from tests.tui.world import Part, World, ago, pictured

SCENE = scene_of(pictured())


def preview(scene: Scene, name: str, width: int = 53) -> list[Cell]:
    return list(preview_lines(scene, scene.views.run(scene.state.runs[name]), width))


def words(lines: list[Cell]) -> str:
    return "\n".join(plain(line) for line in lines)


def alone(part: Part, count: int = 1, *, cost: float = 1) -> Scene:
    world = World()
    world.run("it", ago(hours=1), [part] * count, cost=cost)
    return scene_of(world.records(), settings=Settings(budget=BudgetSettings(daily_usd=200)))


@pytest.mark.parametrize(("name", "role"), [("nightly-eval-1121", "ok"), ("nightly-eval-1120", "dim")])
def test_the_key_to_the_ok_part_has_the_colour_the_bar_has(name: str, role: str) -> None:
    lines = preview(SCENE, name)
    drawn = next(line for line in lines if plain(line).startswith("━━━"))
    key = next(line for line in lines if plain(line).startswith("━━  ok"))
    assert key[0].role == drawn[0].role == role


def test_of_a_run_with_one_chunk_no_chunk_is_counted() -> None:
    text = words(preview(alone(Part(10, ago(hours=1))), "it"))
    assert "counts come when it ends" in text and "0 of 1" not in text and "results    none yet" in text


def test_nothing_is_said_to_expire_that_was_not_sent_and_it_says_what_holds_it() -> None:
    text = words(preview(alone(Part(10), 2, cost=1000), "it"))
    assert "held   1h00 ago" in text and "of 24h" not in text and "nothing is with the API" in text
    assert "held       over the day's budget of $200" in text


def test_of_what_nobody_answered_nothing_is_claimed() -> None:
    text = words(preview(alone(Part(10, ago(hours=1), is_unsure=True)), "it"))
    assert "it may be with the API: nobody answered" in text and "nothing is with the API" not in text


@pytest.mark.parametrize("width", [36, 40, 53, 100])
@pytest.mark.parametrize("name", sorted(SCENE.state.runs))
def test_no_line_is_wider_than_its_pane(name: str, width: int) -> None:
    assert [plain(line) for line in preview(SCENE, name, width) if cell_width(line) > width] == []


def test_a_batch_says_once_that_its_counts_come_later() -> None:
    (known,) = SCENE.state.elsewhere()
    text = words(list(preview_lines(SCENE, SCENE.views.batch(known), 53)))
    assert text.count("counts come when it ends") == 1


@pytest.mark.parametrize("rows", [0, 5, 11, 14, 15, 22, 23, 40])
def test_the_picture_takes_no_more_rows_than_there_are_and_shows_all_chunks_or_says_how_many_more(rows: int) -> None:
    view = SCENE.views.run(SCENE.state.runs["nightly-eval-1121"])
    lines = list(picture_lines(SCENE, view, 100, rows))
    assert len(lines) <= rows and all(cell_width(line) <= 100 for line in lines)
    text = words(lines)
    assert ("timeline" in text) == (rows >= 11)
    assert ("more: enter" in text) == (11 <= rows < 15)
    assert ("requests ended per hour" in text) == (rows >= 22)


def test_a_run_that_was_not_sent_has_no_picture() -> None:
    scene = alone(Part(10), 3)
    assert not list(picture_lines(scene, scene.views.run(scene.state.runs["it"]), 100, 40))


@pytest.mark.parametrize("width", [35, 54, 130])
def test_words_about_a_chunk_without_an_answer_are_whole_at_every_width(width: int) -> None:
    scene = scene_of(pictured())
    (submission,) = scene.state.unknown_submissions()
    lines = list(preview_lines(scene, submission, width))
    assert max(map(cell_width, lines)) <= width
    assert "until that is settled." in " ".join(" ".join(map(plain, lines)).split())
