"""The line that is left on the terminal once the dashboard has gone."""

import pytest

from batchtui.domain.records import SubmissionIntended, SubmissionReleasing
from batchtui.present.leaving import leaving_line
from tests.present.scenes import scene_of
from tests.tui.world import Part, World, ago


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ([1], "1 batch keeps running at the API, 1 request of evals"),
        ([10, 2000], "2 batches keep running at the API, 2,010 requests of evals"),
    ],
)
def test_it_counts_what_keeps_running(sizes: list[int], said: str) -> None:
    world = World()
    world.run("evals", ago(hours=1), [Part(size, sent=ago(hours=1)) for size in sizes])
    assert leaving_line(scene_of(world.records()).state) == said


def test_a_chunk_that_was_left_without_its_answer_is_unsure() -> None:
    """A signal ends the program sooner than the answer comes."""
    world = World()
    world.run("evals", ago(hours=1), [Part(10)])
    intended = SubmissionIntended(
        at=ago(minutes=1), submission="sub_1", run="evals", chunk="0001", requests=10, bytes=9
    )
    state = scene_of([*world.records(), intended, SubmissionReleasing(at=ago(minutes=1), submission="sub_1")]).state
    assert leaving_line(state) == "1 chunk unsure"
