"""`E`: requests in an editor before they are sent again, in the real program on a real terminal."""

import json
import stat
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from batchtui.present.plan.edit_summary import summarise_edits
from batchtui.tui.screens.edit_retry import HEADER
from batchtui.tui.screens.outside import command_for, missing_words
from batchtui.workspace import folder
from batchtui.workspace.journal.file_journal import FileJournal
from batchtui.workspace.retry.draft import RequestLines, requests_in, take_requests, write_draft
from tests.hostile.stream import strangers
from tests.tui.driver import PtyApp
from tests.tui.filed import OVERLOADED, TOO_MANY, Filed, fill, requests, write_requests

SAID = "nothing was changed, so no retry is planned"


def test_comments_and_empty_lines_are_no_requests() -> None:
    text = b'# note\n\n  {"custom_id": "a"}  \n#{}\n{"custom_id": "b"}\n'
    assert list(requests_in(text.splitlines())) == [
        b'{"custom_id": "a"}', b'{"custom_id": "b"}',
    ]  # fmt: skip


def test_what_an_editor_is_given_drives_no_terminal_and_means_the_same(tmp_path: Path) -> None:
    source, draft, kept = tmp_path / "source", tmp_path / "draft", tmp_path / "kept"
    texts = ["\x9b31mred", "\u202eback", "\x7f", "caf\u00e9 \U0001f600", "\x1b]0;owned\x07"]
    lines = [
        json.dumps({"custom_id": f"r-{number}", "params": {"system": text}}, ensure_ascii=False).replace(":", ":\t")
        for number, text in enumerate(texts)
    ]
    source.write_text("".join(f"{line}\n" for line in lines))
    write_draft(draft, ["# note"], source)
    assert strangers(draft.read_bytes().replace(b"\t", b"")) == []
    assert "caf\u00e9 \U0001f600" in draft.read_text()
    take_requests(draft, kept)
    with closing(RequestLines(source)) as before, kept.open("rb") as after:
        assert summarise_edits(before, requests_in(after)).is_nothing
    assert [json.loads(line)["params"]["system"] for line in kept.read_text().splitlines()] == texts


def test_the_editor_is_what_the_environment_says_with_the_line_in_front_of_the_file() -> None:
    path = Path("a b.jsonl")
    assert command_for("EDITOR", path, {"EDITOR": "code --wait"}, line=7) == ["code", "--wait", "+7", "a b.jsonl"]
    assert command_for("EDITOR", path, {"VISUAL": "emacs", "EDITOR": "vi"}) == ["emacs", "a b.jsonl"]
    assert command_for("PAGER", path, {}) == ["less", "a b.jsonl"]


def test_without_an_editor_it_says_what_to_set() -> None:
    assert missing_words("EDITOR", "sh", {"PATH": "/bin:/usr/bin"}) == ""
    assert "EDITOR=nano" in missing_words("EDITOR", "vi", {"PATH": "/nowhere"})
    assert "cannot be started" in missing_words("EDITOR", "no-such-editor", {"EDITOR": "no-such-editor", "PATH": ""})


def test_what_the_editor_sees_is_private_and_what_comes_back_holds_no_comments(tmp_path: Path) -> None:
    source = tmp_path / "originals.jsonl"
    source.write_bytes(b'{"custom_id": "a", "params": {}}\n{"custom_id": "b", "params": {}}\n')
    draft, kept = tmp_path / "draft", tmp_path / "kept"
    write_draft(draft, ["# note"], source)
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert draft.read_bytes() == b"# note\n" + source.read_bytes()
    draft.write_bytes(b"\xef\xbb\xbf" + draft.read_bytes() + b"\n\n")
    take_requests(draft, kept)
    assert kept.read_bytes() == source.read_bytes()
    lines = RequestLines(kept)
    assert list(lines) == ["a", "b"] and lines["b"] == b'{"custom_id": "b", "params": {}}'
    lines.close()


async def make(root: Path) -> Filed:
    folder.create(root)
    filed = Filed(root, journal=FileJournal(root))
    await filed.run("evals", requests(4), {"doc-000002": TOO_MANY, "doc-000003": OVERLOADED})
    return filed


def editor(path: Path, change: str) -> Path:
    """A program that notes what it was given, then changes it."""
    path.write_text(
        "#!/bin/sh\n"
        f'ls -ld "$1" "$(dirname "$1")" > {path}.modes\n'
        f'cp "$1" {path}.$(ls {path}.seen* 2>/dev/null | wc -l).copy; touch {path}.seen$(date +%s%N)\n'
        f'{change} "$1"\n'
    )
    path.chmod(0o700)
    return path


@contextmanager
def dashboard(root: Path, program: Path) -> Iterator[PtyApp]:
    """The program on the workspace; there is nobody at its service's address."""
    env = {"EDITOR": str(program), "ANTHROPIC_API_KEY": "sk-ant-test-0000", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
    with PtyApp([sys.executable, "-m", "batchtui", "--workspace", str(root)], env=env) as app:
        app.wait_for("evals", 20)
        app.settle()
        yield app


def to_errors(app: PtyApp) -> None:
    app.send("e")
    app.wait_for("invalid_request")
    app.send("j")
    app.wait_for("prompt" if "prompt" in app.text() else "max_tokens: 90000")


def staged(root: Path) -> list[str]:
    return [path.name for path in (root / "staging").rglob("*.jsonl")] if (root / "staging").exists() else []


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


@pytest.mark.pty
def test_edited_requests_are_planned_with_what_changed_and_gone_afterwards(tmp_path: Path) -> None:
    fill(tmp_path / "w", make)
    program = editor(tmp_path / "editor", """sed -i 's/"max_tokens": 1024/"max_tokens": 64/'""")
    with dashboard(tmp_path / "w", program) as app:
        to_errors(app)
        app.send("E")
        for words in ("sends 1 request", "1 of 1 changed: max_tokens in 1", "originals stay as they are"):
            app.wait_for(words)
        modes = Path(f"{program}.modes").read_text().split("\n")
        assert modes[0].startswith("-rw-------") or modes[1].startswith("-rw-------")
        assert any(mode.startswith(stat.filemode(stat.S_IFDIR | 0o700)) for mode in modes)
        assert staged(tmp_path / "w")
        app.send("escape")
        app.wait_for("groups 2")
        app.settle()
        assert not staged(tmp_path / "w")
        app.send("q")
        assert app.wait_exit() == 0


@pytest.mark.pty
def test_a_failed_check_goes_back_to_the_editor_with_the_problem_as_a_comment(tmp_path: Path) -> None:
    fill(tmp_path / "w", make)
    program = editor(
        tmp_path / "editor",
        """sed -i -e 's/"max_tokens": 0/"max_tokens": 64/' -e 's/"max_tokens": 1024/"max_tokens": 0/'""",
    )
    with dashboard(tmp_path / "w", program) as app:
        to_errors(app)
        app.send("E")
        app.wait_for("nothing can be sent: 1 error")
        app.wait_for("E goes back to the editor")
        app.settle()
        app.send("E")
        app.wait_for("sends 1 request")
        second = Path(f"{program}.1.copy").read_text().splitlines()
        assert any(line.startswith("# request 1, doc-000002:") and "max_tokens" in line for line in second)
        assert json.loads(second[-1])["custom_id"] == "doc-000002"
        app.settle()
        app.send("y")
        app.wait_for("evals.r1 is accepted")
        app.settle()
        assert not staged(tmp_path / "w")
        app.send("q")
        app.wait_exit()


@pytest.mark.pty
def test_an_editor_that_changes_nothing_or_fails_plans_nothing(tmp_path: Path) -> None:
    fill(tmp_path / "w", make)
    program = editor(tmp_path / "editor", "true")
    with dashboard(tmp_path / "w", program) as app:
        to_errors(app)
        app.send("E")
        app.wait_for(SAID)
        app.settle()  # what is typed while the terminal changes hands is dropped
        program.write_text("#!/bin/sh\nexit 3\n")
        app.send("E")
        app.wait_for("ended with 3")
        app.settle()
        program.unlink()
        app.send("E")
        app.wait_for("cannot be started")
        app.settle()
        assert not staged(tmp_path / "w") and "groups 2" in app.text()
        app.send("q")
        app.wait_exit()


@pytest.mark.pty
def test_v_opens_the_file_at_a_problem_and_o_shows_a_copy_that_is_gone_afterwards(tmp_path: Path) -> None:
    root = tmp_path / "w"
    fill(root, make)
    bad = write_requests(tmp_path / "bad.jsonl", [*requests(2), "{", '{"custom_id": "x"}'])
    program = tmp_path / "editor"
    program.write_text(f'#!/bin/sh\necho "$@" >> {program}.args; for f; do :; done; ls -l "$f" >> {program}.args\n')
    program.chmod(0o700)
    with dashboard(root, program) as app:
        app.send("S")
        app.wait_for("a file of requests")
        app.settle()
        app.send(*str(bad), "enter")
        app.wait_for("nothing can be sent: 2 errors")
        for line in (3, 4):
            app.settle()
            app.send("v")
            app.wait_for(f"line {line}: ")
        app.settle()
        app.send("escape")
        app.wait_for("runs 1")
        app.settle()
        to_errors(app)
        app.send("enter")
        app.wait_for("members 1")
        app.send("enter")
        app.wait_for('"custom_id": "doc-000002"')
        app.settle()
        app.send("v")
        app.settle()
        app.send("q")
        app.wait_exit()
    args = Path(f"{program}.args").read_text().splitlines()
    assert args[0] == f"+3 {bad}" and args[2] == f"+4 {bad}"
    copy = Path(args[4])
    assert args[5].startswith("-r--------") and not copy.exists()


@pytest.mark.pty
def test_a_kill_while_the_editor_is_open_leaves_copies_that_the_next_start_removes(tmp_path: Path) -> None:
    root = tmp_path / "w"
    fill(root, make)
    program = editor(tmp_path / "editor", "kill -9 $PPID #")
    with dashboard(root, program) as app:
        to_errors(app)
        app.send("E")
        app.wait_exit()
    assert staged(root)
    with dashboard(root, program) as app:
        app.wait_for("runs 1")
        wait_until(lambda: not staged(root))
        app.send("q")
        app.wait_exit()


def test_any_number_of_requests_is_edited_in_the_memory_of_one(tmp_path: Path) -> None:
    source, draft, kept = (tmp_path / name for name in ("originals", "draft", "kept"))
    body = "word " * 40
    with source.open("w") as file:
        for number in range(100_000):
            line = {"custom_id": f"r-{number:06}", "params": {"max_tokens": 0, "system": body}}
            file.write(json.dumps(line) + "\n")
    tracemalloc.start()
    write_draft(draft, HEADER, source)
    draft.write_bytes(draft.read_bytes().replace(b'"max_tokens": 0', b'"max_tokens": 64', 5))
    tracemalloc.reset_peak()
    take_requests(draft, kept)
    with closing(RequestLines(source)) as before, kept.open("rb") as after:
        summary = summarise_edits(before, requests_in(after))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert summary.words == "5 of 100,000 changed: max_tokens in 5"
    assert peak < 1.5 * source.stat().st_size, "places and names are kept, not the requests"
