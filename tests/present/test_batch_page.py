"""The page of a batch from elsewhere tells as much as it has rows for, and what can be done on every terminal."""

from datetime import timedelta

import pytest

from batchtui.domain.batch import RequestCounts
from batchtui.present.batch_page import batch_page
from batchtui.present.cells import cell_width, plain
from tests.present.scenes import scene_of
from tests.tui.still import NOW
from tests.tui.world import World, ago

BATCH = "msgbatch_01HkT8aWc2Nq5LzQe"


def page(width: int, rows: int, *, has_ended: bool = False) -> list[str]:
    world = World()
    counts = RequestCounts(succeeded=900, errored=100) if has_ended else None
    world.elsewhere(BATCH, ago(hours=2, minutes=10), 1000, counts=counts)
    scene = scene_of(world.records(), now=NOW + timedelta(minutes=1))
    lines = batch_page(
        scene,
        scene.views.batch(scene.state.batches[BATCH]),
        width,
        rows,
        label=lambda name: name[0].upper(),
        why_off=lambda name: "it has not ended" if name == "collect" else "",
    )
    assert all(cell_width(line) <= width for line in lines)
    return [plain(line) for line in lines]


def test_a_small_terminal_has_it_all_without_scrolling() -> None:
    lines = page(75, 18)
    text = "\n".join(lines)
    assert len(lines) <= 18
    assert "with the API" in text and "created    11:52Z today" in text
    assert "24 h limit" in text and "A  adopts it as a run" in text


def test_a_tall_terminal_says_what_each_key_would_do_and_why_one_is_off() -> None:
    text = "\n".join(page(155, 42))
    assert "what can be done" in text and "off: it has not ended" in text
    assert "what had begun may still finish and be billed" in text
    assert "adopts it" not in text, "it is said among what can be done"


@pytest.mark.parametrize(("width", "rows"), [(55, 10), (75, 18), (115, 34), (155, 42), (235, 54)])
@pytest.mark.parametrize("has_ended", [False, True])
def test_facts_and_counts_are_never_left_out(width: int, rows: int, has_ended: bool) -> None:
    text = "\n".join(page(width, rows, has_ended=has_ended))
    assert all(word in text for word in ("requests", "errored", "created", "results"))
