"""`python -m tests.reliability.two_processes`: two engines and a `watch` on one workspace, under random orders.

The leader is killed by SIGKILL now and then and a new engine takes its place. At the end all must hold the same for
true, and the server's ledger must show every chunk accepted once.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from batchtui.domain.submission import ChunkState
from tests.reliability.ground import Ground, ground
from tests.reliability.two_processes_host import digest

LOOKS, LOOK_SECONDS = 10, 0.5
HOSTS = 2
SPEED = 900
"""A batch takes one to two seconds, so that a cancel can still strike it."""

AUTOMATIC = "\n[retry]\nautomatic = true\ndelay = 0.3\n"
KILL_EVERY_SECONDS = 12.0
LONGEST_LAG_SECONDS = 1.0
ANSWER_SECONDS = 120.0


@dataclass
class Host:
    """An engine in a process of its own."""

    process: "subprocess.Popen[str]"
    answers: dict[str, Any] = field(default_factory=dict)

    def ask(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def hear(self) -> None:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"an engine ended with {self.process.wait(timeout=10)}")
        self.answers.update(json.loads(line))

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)


class Company:
    """All processes on one workspace."""

    def __init__(self, place: Ground, seed: int) -> None:
        self._place = place
        self._seeds = iter(range(seed * 1000, seed * 1000 + 1000))
        self.hosts = [self._new_host() for _ in range(HOSTS)]
        self.kills = 0
        self._events = place.workspace.parent / "events.jsonl"
        self._watch = subprocess.Popen(
            [sys.executable, "-m", "batchtui", "--workspace", str(place.workspace), "watch", "--forever", "--json"],
            env=place.environ,
            stdin=subprocess.DEVNULL,
            stdout=self._events.open("w"),
        )

    def _new_host(self) -> Host:
        command = [sys.executable, "-m", "tests.reliability.two_processes_host"]
        command += [str(self._place.workspace), str(next(self._seeds))]
        return Host(
            subprocess.Popen(command, env=self._place.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )

    def kill_the_leader(self) -> None:
        """By SIGKILL, if it is one of the engines; a new one takes its place."""
        lock = self._place.workspace / "engine.lock"
        pid = lock.read_text().strip() if lock.exists() else ""
        for number, host in enumerate(self.hosts):
            if str(host.process.pid) == pid:
                host.process.kill()
                host.process.wait()
                self.hosts[number] = self._new_host()
                self.kills += 1

    def come_to_rest(self) -> None:
        """Everybody stops giving orders, what was ordered is done, and each says what it holds for true.

        A poll of whoever leads may write one more record between two answers: asked again, they must agree.
        """
        self._ask_all("quiet")
        for _ in range(LOOKS):
            self._ask_all("digest")
            held = digest(self._place.state())
            if all(host.answers["digest"] == held for host in self.hosts):
                return
            time.sleep(LOOK_SECONDS)

    def _ask_all(self, word: str) -> None:
        for host in self.hosts:
            host.ask(word)
        for host in self.hosts:
            host.hear()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._events.read_text().splitlines()]

    def watch_ending(self) -> int:
        """End `watch` politely."""
        self._watch.terminate()
        return self._watch.wait(timeout=20)

    def end(self) -> None:
        for host in self.hosts:
            host.end()

    def kill(self) -> None:
        processes: list[subprocess.Popen[Any]] = [*(host.process for host in self.hosts), self._watch]
        for process in processes:
            process.kill()
            process.wait()


def carry_out(place: Ground, *, seconds: float, seed: int, kill_every: float = KILL_EVERY_SECONDS) -> list[str]:
    """Random orders for so long; what is wrong afterwards."""
    company = Company(place, seed)
    dice = random.Random(seed)
    try:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, kill_every * dice.uniform(0.8, 1.2)))
            if end > time.monotonic():
                company.kill_the_leader()
        company.come_to_rest()
        wrong = [*_of_states(place, company), *of_ledger(place), *of_requests(place), *_of_watch(place, company)]
        print(_summary(place, company), flush=True)
        company.end()
    finally:
        company.kill()
    return wrong


def _summary(place: Ground, company: Company) -> str:
    state = place.state()
    lags = _lags(company)
    given = sum(host.answers["given"] for host in company.hosts)
    return (
        f"{given} orders of those that lived, {company.kills} leaders killed, {len(state.runs)} runs, "
        f"{len(place.accepted_batches())} batches; heard of after {lags[len(lags) // 2]:.2f} s, "
        f"95 % {lags[len(lags) * 95 // 100]:.2f} s, at most {lags[-1]:.2f} s"
    )


def _lags(company: Company) -> list[float]:
    return sorted(lag for host in company.hosts for lag in host.answers["lag"]) or [0.0]


def _of_states(place: Ground, company: Company) -> Iterator[str]:
    state = place.state()
    for number, host in enumerate(company.hosts):
        if host.answers["unrest"]:
            yield f"engine {number} did not come to rest: {host.answers['unrest']}"
        if host.answers["digest"] != digest(state):
            yield f"engine {number} holds another state than the journal"
        for run in host.answers["accepted"]:
            if run not in state.runs:
                yield f"{run} was accepted and is lost"
        for batch_id in host.answers["canceled"]:
            if state.batches[batch_id].is_open:
                yield f"{batch_id} was canceled and still runs"
    lags = _lags(company)
    if lags[len(lags) // 2] > LONGEST_LAG_SECONDS:
        yield f"half of all events were heard of only after {lags[len(lags) // 2]:.1f} s"


def of_ledger(place: Ground) -> Iterator[str]:
    state = place.state()
    owners = Counter[str]()
    for batch_id, ids in zip(place.accepted_batches(), place.accepted(), strict=True):
        known = state.batches.get(batch_id)
        if known is None or known.run is None:
            yield f"{batch_id} was accepted, and the workspace does not own it"
            continue
        owners[f"{known.run}/{known.chunk}"] += 1
        if known.collected is None or known.collected.results != len(ids):
            yield f"{batch_id} is not collected"
    yield from (f"{owner} was accepted {times} times" for owner, times in owners.items() if times > 1)
    for run in state.runs.values():
        for chunk in run.live_chunks:
            if chunk.state not in (ChunkState.CONFIRMED, ChunkState.ADOPTED, ChunkState.ABANDONED):
                yield f"{run.name}/{chunk.label} ended as {chunk.state}: {chunk.why}"


def of_requests(place: Ground) -> Iterator[str]:
    """No request was accepted again after it had a good result, or while it might still come to one."""
    outcomes = [_outcomes(place, batch_id) for batch_id in place.accepted_batches()]
    sent: dict[str, list[str]] = {}
    for found in outcomes:
        for custom_id, outcome in found.items():
            sent.setdefault(custom_id, []).append(outcome)
    for custom_id, row in sent.items():
        if "succeeded" in row[:-1]:
            yield f"{custom_id} was accepted again after it had succeeded: {row}"


def _outcomes(place: Ground, batch_id: str) -> dict[str, str]:
    """Of every request of a batch; batches are in the order in which they were accepted."""
    paths = place.workspace.glob(f"runs/*/results/{batch_id}.jsonl")
    lines = (json.loads(line) for path in paths for line in path.read_text().splitlines())
    return {line["custom_id"]: line["result"]["type"] for line in lines}


def _of_watch(place: Ground, company: Company) -> Iterator[str]:
    """`watch` was there from the begin: it has told each batch's collection once, and no chunk's sending twice."""
    ending = company.watch_ending()
    if ending != 130:
        yield f"watch ended with {ending}"
    state = place.state()
    told = Counter(event["batch_id"] for event in company.events() if event["event"] == "collected")
    if told != Counter(batch_id for batch_id, known in state.batches.items() if known.collected is not None):
        yield "watch did not tell each collection exactly once"
    sent = Counter((event["run"], event["chunk"]) for event in company.events() if event["event"] == "chunk_sent")
    yield from (f"watch told {run}/{chunk} as sent {times} times" for (run, chunk), times in sent.items() if times > 1)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--automatic", action="store_true", help="what is transient is sent again by itself as well")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        faults = ["create:lost%10", "list:500%2", "results:502%5", "cancel:529%10", "create:429:1%5"]
        settings = AUTOMATIC if options.automatic else ""
        folder = Path(scratch) / "ground"
        with ground(folder, faults=faults, seed=options.seed, speed=SPEED, settings=settings) as place:
            wrong = carry_out(place, seconds=options.seconds, seed=options.seed)
    for line in wrong:
        print(line, flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
