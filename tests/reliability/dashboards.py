"""`python -m tests.reliability.dashboards`: two real dashboards in terminals and a `watch` on one workspace.

Random orders for a minute, by keys and by commands: submit, cancel, retry, pause, quit and start again, and SIGKILL for
whoever leads. At the end both screens must show what the journal says, `watch` must have told nothing twice, and the
server's ledger must hold every request once per attempt.
"""

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.reliability.dashboards_verdict import is_at_rest, wrong_of
from tests.reliability.ground import Ground, ground
from tests.tui.driver import PtyApp

SIZE = (100, 60)
SPEED = 900
"""A batch takes one to two seconds, so that a cancel can still strike it."""

KILL_EVERY_SECONDS = 8.0
PLAN_SECONDS = 20.0
REST_SECONDS = 90.0
SHOWN_SECONDS = 20.0
ESCAPE_SECONDS = 0.15
LINK = re.compile(r"  (live|offline|limited|paused) ")
READY = re.compile(r"\by (send|cancel|retry)")
"""The yes of a plan, in the last row."""

NOTHING = "nothing to send   "
"""A plan that nobody can agree to."""


class Company:
    """Two dashboards and a `watch`, and the orders they are given."""

    def __init__(self, place: Ground, seed: int) -> None:
        self.place = place
        self._dice = random.Random(seed)
        self._number = 0
        self.orders = self.agreed = self.kills = self.restarts = 0
        self.events = place.workspace.parent / "events.jsonl"
        self.watch = self._new_watch()
        self.apps = [self._new_app(), self._new_app()]
        for app in self.apps:
            app.wait_for(knows_its_link, timeout=60)

    def _new_app(self) -> PtyApp:
        command = (sys.executable, "-m", "batchtui", "--workspace", str(self.place.workspace))
        return PtyApp(command, size=SIZE, env=self.place.environ)

    def _new_watch(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "batchtui", "--workspace", str(self.place.workspace)]
        with self.events.open("a") as out:
            return subprocess.Popen(
                [*command, "watch", "--forever", "--json"],
                env=self.place.environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
            )

    def give_orders(self, seconds: float, kill_every: float) -> None:
        for _ in range(2):  # something to give orders about
            self._submit_by_command()
        ways: list[Callable[[], None]] = [
            self._submit_by_command,
            self._submit_by_keys,
            self._submit_by_keys,
            self._cancel_by_command,
            self._cancel_by_keys,
            self._retry_by_command,
            self._retry_by_keys,
            self._pause,
            self._quit_and_start_again,
        ]
        end, next_kill = time.monotonic() + seconds, time.monotonic() + kill_every
        while time.monotonic() < end:
            if time.monotonic() >= next_kill:
                self._kill_the_leader()
                next_kill = time.monotonic() + kill_every
            with suppress(TimeoutError):  # a plan with nothing to do, such as a cancel of what has ended meanwhile
                self._dice.choice(ways)()
                self.orders += 1
            for app in self.apps:
                go_home(app)

    # Orders

    def _file(self) -> tuple[str, Path]:
        self._number += 1
        name = f"run-{self._number:03d}"
        path = self.place.workspace.parent / f"{name}.jsonl"
        lines = self.place.requests.read_text().splitlines(keepends=True)[: self._dice.randint(1, 9)]
        path.write_text("".join(line.replace('"doc-', f'"{name}-') for line in lines))
        return name, path

    def _command(self, *words: str) -> None:
        command = [sys.executable, "-m", "batchtui", "--workspace", str(self.place.workspace), *words, "--yes"]
        subprocess.run(
            command, env=self.place.environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=150, check=False
        )

    def _submit_by_command(self) -> None:
        name, path = self._file()
        self._command("submit", str(path), "--name", name, "--detach")

    def _submit_by_keys(self) -> None:
        _, path = self._file()
        app = self._any_app()
        app.send(f":submit {path}\r")
        self._agree(app)

    def _cancel_by_command(self) -> None:
        self._command("cancel", self._any_run())

    def _cancel_by_keys(self) -> None:
        app = self._any_app()
        app.send(f":cancel {self._any_run()}\r")
        self._agree(app)

    def _retry_by_command(self) -> None:
        self._command("retry", self._any_run(), "--class", "overloaded_error", "--class", "canceled", "--detach")

    def _retry_by_keys(self) -> None:
        app = self._any_app()
        app.send(f":retry {self._any_run()}\r")
        self._agree(app)

    def _agree(self, app: PtyApp) -> None:
        """Say yes to a plan once it stands there whole and counts keys; leave it where there is nothing to say."""
        app.wait_for(lambda text: READY.search(text) is not None or NOTHING in text, timeout=PLAN_SECONDS)
        if NOTHING in app.text():
            raise TimeoutError("there is nothing to agree to")
        app.settle(quiet=0.2)
        app.send("y")
        app.wait_for(lambda text: READY.search(text) is None, timeout=PLAN_SECONDS)
        self.agreed += 1

    def _pause(self) -> None:
        number = self._dice.randrange(len(self.apps))
        self.apps[number].send("p")

    def _quit_and_start_again(self) -> None:
        number = self._dice.randrange(len(self.apps))
        self.apps[number].send("q")
        self.apps[number].wait_exit(timeout=30)
        self._replace(number)

    def _replace(self, number: int) -> None:
        self.apps[number].close()
        self.apps[number] = self._new_app()
        self.apps[number].wait_for(knows_its_link, timeout=60)
        self.restarts += 1

    def _kill_the_leader(self) -> None:
        lock = self.place.workspace / "engine.lock"
        pid = lock.read_text().strip() if lock.exists() else ""
        for number, app in enumerate(self.apps):
            if str(app.process.pid) == pid:
                app.process.kill()
                app.process.wait()
                self.kills += 1
                self._replace(number)
                return
        if str(self.watch.pid) == pid:
            self.watch.kill()
            self.watch.wait()
            self.kills += 1
            self.watch = self._new_watch()

    def _any_app(self) -> PtyApp:
        return self._dice.choice(self.apps)

    def _any_run(self) -> str:
        return self._dice.choice(list(self.place.state().runs))

    # The end

    def come_to_rest(self) -> bool:
        """Nobody gives orders any more, nothing is paused, and what was ordered is done."""
        deadline = time.monotonic() + REST_SECONDS
        while time.monotonic() < deadline:
            self._resume_all()
            self.place.return_lost()
            if is_at_rest(self.place.state()):
                return True
            time.sleep(0.5)
        return False

    def _resume_all(self) -> None:
        for app in self.apps:
            if "paused" in app.lines()[0]:
                app.send("p")
                app.settle(quiet=0.3)

    def close(self) -> None:
        for app in self.apps:
            app.close()
        self.watch.kill()
        self.watch.wait()


def knows_its_link(text: str) -> bool:
    """The dashboard runs: it says how it stands with the service, itself or by the word of who leads."""
    return LINK.search(text.partition("\n")[0]) is not None


def go_home(app: PtyApp) -> None:
    """Esc from wherever it is; each alone, since a key right behind one would be taken for an alt of it."""
    for _ in range(3):
        app.send("escape")
        time.sleep(ESCAPE_SECONDS)


def carry_out(place: Ground, *, seconds: float, seed: int, kill_every: float = KILL_EVERY_SECONDS) -> list[str]:
    """Random orders for so long; what is wrong afterwards."""
    with ExitStack() as stack:
        company = Company(place, seed)
        stack.callback(company.close)
        company.give_orders(seconds, kill_every)
        rested = company.come_to_rest()
        wrong = [*([] if rested else ["it did not come to rest"]), *_settled_wrong(company)]
        state = place.state()
        print(
            f"{company.orders} orders, {company.agreed} by keys and yes, {company.kills} leaders killed, "
            f"{company.restarts} dashboards started again, "
            f"{len(state.runs)} runs, {len(place.accepted_batches())} batches",
            flush=True,
        )
        return wrong


def _settled_wrong(company: Company) -> list[str]:
    """What is wrong once everybody had time to hear of the last record."""
    deadline = time.monotonic() + SHOWN_SECONDS
    while True:
        for app in company.apps:
            go_home(app)
            app.send("g")  # rows that are new above the cursor come into sight
            app.settle(quiet=0.2)
        wrong = list(wrong_of(company.place, company.apps, company.watch.poll(), company.events))
        if not wrong or time.monotonic() > deadline:
            return wrong
        time.sleep(0.5)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    faults = ["create:lost%10", "list:500%2", "results:502%5", "cancel:529%10"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "ground"
        with ground(folder, faults=faults, seed=options.seed, speed=SPEED) as place:
            wrong = carry_out(place, seconds=options.seconds, seed=options.seed)
    print("\n".join(wrong) or "nothing is wrong", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
