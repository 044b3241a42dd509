"""From a run with one failure in eight to its export after a retry, timed: `-m tests.journeys.triage_at_scale N`.

Nine shapes of messages, each with particulars of its own in every request; two thirds deserve another attempt.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from batchtui.domain.settings import Settings
from batchtui.engine.engine import Engine
from batchtui.present.request.requests_list import of_group
from batchtui.tui.screens.lookups import Gathering, gather_issues, inspect_request
from batchtui.wiring import Session, open_engine
from tests.journeys.operator import Desk
from tests.otherserver import OtherServer, succeeded
from tests.otherserver.client import make_requests
from tests.otherserver.judge import errored

RUN = "nightly"
MEMBERS_LOOKED_AT = 20
SETTINGS = "chunk_requests = 10000\n[confirm]\ntype_over_requests = 1000000\ntype_over_usd = 1000000\n"
"""Behind the desk's own, which end within [submit]. No typed count: the journey is `n e R y`."""

RATE = "This request would exceed your organization's rate limit of {n} input tokens per minute."
TOOLS = "messages.{i}: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_01{n}Qz9."
LARGE = "max_tokens: {n} > 64000, which is the maximum allowed number of output tokens for claude-haiku-{i}-5"
CREDIT = "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."

SHAPES: dict[int, tuple[str, str]] = {
    0: ("overloaded_error", "Overloaded"),
    1: ("overloaded_error", "Overloaded"),
    2: ("overloaded_error", "Overloaded"),
    3: ("overloaded_error", "Overloaded"),
    4: ("rate_limit_error", RATE),
    5: ("api_error", "Internal server error (trace id: {n}ab{n}cd00)"),
    6: ("timeout_error", "Request timed out after {n}.{i} seconds"),
    7: ("expired", ""),
    8: ("invalid_request_error", "prompt is too long: {n} tokens > 200000 maximum"),
    9: ("invalid_request_error", LARGE),
    10: ("invalid_request_error", TOOLS),
    11: ("credit", CREDIT),
}
TRANSIENT = range(8)


def slot_of(custom_id: str) -> int:
    return int(custom_id.rpartition("-")[2]) % 100


def judge(custom_id: str, params: dict[str, Any], attempt: int) -> dict[str, Any]:
    """Twelve of each hundred fail, each with numbers of its own; what is transient does so once."""
    slot, number = slot_of(custom_id), int(custom_id.rpartition("-")[2])
    if slot not in SHAPES or (slot in TRANSIENT and attempt > 1):
        return succeeded(params, text=f"{custom_id}, attempt {attempt}")
    cls, message = SHAPES[slot]
    if cls == "expired":
        return {"type": "expired"}
    kind = "invalid_request_error" if cls == "credit" else cls
    return errored(kind, message.format(n=100_000 + number, i=number % 23), request_id=f"req_011{number:08d}Zq")


@dataclass
class Figures:
    """What was measured; seconds by a clock on the wall."""

    requests: int
    failures: int = 0
    groups: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def journey(base: Path, total: int) -> Figures:
    """The whole way; whatever is not as it should be is an AssertionError."""
    figures = Figures(requests=total)
    with OtherServer(seconds=3600, judge=judge) as server:
        desk = Desk(base=base, base_url=server.base_url).lay(SETTINGS)
        file = desk.write(make_requests(total))
        assert desk.command("submit", str(file), "--name", RUN, "--yes") == 0
        server.finish()
        with timed(figures, "collect"):
            assert desk.command("collect", RUN) == 4
        asyncio.run(look(desk, figures))
        send_again(desk, server, figures)
        export(desk, server, figures)
    return figures


class timed:
    """Seconds of a block, under a name."""

    def __init__(self, figures: Figures, name: str) -> None:
        self._figures, self._name = figures, name

    def __enter__(self) -> None:
        self._begun = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._figures.seconds[self._name] = round(time.perf_counter() - self._begun, 3)


async def look(desk: Desk, figures: Figures) -> None:
    """Groups, and members of them anywhere, as the dashboard gets them."""
    session = Session(root=desk.workspace, settings=Settings(), is_offline=True)
    engine = open_engine(session)
    with timed(figures, "groups"):
        gathering = await gather_issues(engine, RUN)
    judge_groups(gathering, figures)
    await look_at_members(engine, gathering, figures)
    await engine.close()


def judge_groups(gathering: Gathering, figures: Figures) -> None:
    """Exactly the nine shapes, each with all of its requests."""
    found = {(entry.group.cls, entry.group.template): len(entry.members) for entry in gathering.groups}
    wanted = Counter(SHAPES[slot] for slot in (number % 100 for number in range(figures.requests)) if slot in SHAPES)
    figures.groups, figures.failures = len(found), sum(found.values())
    assert sorted(found.values()) == sorted(wanted.values())
    assert len(found) == len(wanted) == 9


async def look_at_members(engine: Engine, gathering: Gathering, figures: Figures) -> None:
    worst = 0.0
    chance = random.Random(7)
    for _ in range(MEMBERS_LOOKED_AT):
        shown = of_group(chance.choice(gathering.groups))
        listed = shown.find(chance.choice(shown.custom_ids))
        begun = time.perf_counter()
        found = await inspect_request(engine, RUN, listed, 80)
        worst = max(worst, time.perf_counter() - begun)
        assert found.listed.custom_id == listed.custom_id and found.newest is not None
    figures.seconds["member, slowest of 20"] = round(worst, 3)


def send_again(desk: Desk, server: OtherServer, figures: Figures) -> None:
    """`n e R y` in one terminal; in a second one `R` has nothing left and says why."""
    with desk.operator(keys=4) as operator:
        operator.sees(rf"partial +{RUN}", 120)
        operator.sees("live")
        operator.press("n").sees("m puts it aside")
        with timed(figures, "e to groups on screen"):
            operator.press("e")
            operator.app.wait_for("overloaded_error", 60)
        operator.sees("overloaded_error")
        operator.press("R").sees(rf"{RUN}\.r1[\s\S]*y sends", 120)
        operator.press("y").sees(rf"(running|sending) +{RUN}", 120)
        assert operator.keys == ["n", "e", "R", "y"]
        with desk.operator(keys=3) as second:
            second.sees(rf"(running|sending) +{RUN}\.r1|{RUN}", 120)
            second.press("G").press("e").sees("overloaded_error", 60)
            second.press("R").sees(rf"already sent again by {RUN}\.r1", 120)
    again = [custom_id for custom_id, count in server.attempts().items() if count > 1]
    wanted = [number for number in range(figures.requests) if number % 100 in TRANSIENT]
    assert sorted(int(each.rpartition("-")[2]) for each in again) == wanted
    assert max(server.attempts().values()) == 2


def export(desk: Desk, server: OtherServer, figures: Figures) -> None:
    """Every success once, in the order of the input."""
    server.finish()
    assert desk.command("watch", f"{RUN}.r1") == 0
    target = desk.base / "out.jsonl"
    with timed(figures, "export"):
        assert desk.command("export", RUN, "-o", str(target), "--only", "succeeded") == 0
    with target.open() as lines:
        exported = [int(json.loads(line)["custom_id"].rpartition("-")[2]) for line in lines]
    assert exported == [number for number in range(figures.requests) if number % 100 not in range(8, 12)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = journey(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    print(json.dumps(made.__dict__, indent=1))
