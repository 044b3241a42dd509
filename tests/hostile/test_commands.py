"""Every command about hostile text: only --json, export and files hold it as it was, and --json escapes it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.corpus import LONE, SEQUENCES, TEXTS, mixed, sequence
from tests.hostile.ground import Ground, write_requests
from tests.hostile.stream import strangers
from tests.hostile.streams import on_terminal, piped
from tests.otherserver import OtherServer

COLORS = re.compile(r"\x1b\[(?:[0-9;]*m|\d*[KGA]|\?25[lh])\Z")
NOTHING = re.compile(r"(?!)")
EVIL = "\x1b[31;6661m[/nope]\u202e\n\x9b6661H"


def commands(ground: Ground, hostile: OtherServer) -> Iterator[tuple[str, ...]]:
    """What looks at hostile text, and what repeats it in a refusal."""
    elsewhere = hostile.ledger[0].batch_id
    file = str(ground.requests_file)
    broken = write_broken(ground.requests_file.with_name(f"broken{EVIL[:8]}.jsonl"))
    yield from (("ls",), ("ls", "--batches"), ("info",), ("doctor",), ("reconcile",), ("watch", "--timeout", "1"))
    yield from (("check", file), ("plan", file), ("submit", file, "--name", "bad"), ("submit", file, "--dry-run"))
    yield from (("show", "bad"), ("show", elsewhere), *(("show", f"bad/doc-{n:03d}") for n in range(len(TEXTS))))
    yield from (("errors", "bad"), ("errors", "bad", "--members"), ("errors", elsewhere, "--members"))
    yield from (("retry", "bad", "--dry-run"), ("retry", "bad", "--class", sequence(2), "--dry-run"))
    yield from (("cancel", "bad", "--dry-run"), ("delete", elsewhere, "--dry-run"), ("prune", "bad", "--dry-run"))
    yield from (("hide", elsewhere, "--dry-run"), ("adopt", elsewhere, "--dry-run"), ("collect", "bad"))
    yield from (("show", EVIL), ("show", f"bad/{EVIL}"), ("check", f"/tmp/{EVIL}"), ("retry", "bad", "--class", EVIL))
    yield from (
        (EVIL,),
        ("ls", f"--{EVIL}"),
        ("--workspace", f"/nowhere/{EVIL}", "ls"),
        ("retry", "bad", "--set", EVIL),
    )
    yield from (("submit", file, "--name", EVIL), ("export", EVIL, "-o", "-"), ("cancel", EVIL), ("errors", EVIL))
    yield from (("alerts",), ("stats",), ("cost",), ("cost", "bad", "--by", "chunk"), ("cost", "--by", "request"))
    yield from (
        ("cost", "--by", "model"),
        ("cost", "--by", "model", "--csv"),
        ("prices",),
        ("hold", "bad", "--dry-run"),
        ("--plain", "--offline"),
    )
    yield from (("check", str(broken)), ("plan", str(broken)), ("submit", str(broken), "--dry-run"))
    yield from (("errors", "bad", "--class", EVIL), ("errors", "bad", "--class", sequence(2), "--members"))
    yield from (("group", "bad", sequence(2), EVIL, "--split", "--dry-run"), ("group", "bad", EVIL, EVIL, "--mute"))
    yield from (("split", f"{EVIL}#1"), ("split", "bad#0001", "--dry-run"), ("split", f"bad#{EVIL}"))
    yield from (("alerts", EVIL, "--acknowledge"), ("hold", EVIL), ("prune", EVIL), ("delete", EVIL), ("hide", EVIL))
    yield from (("export", "bad", "-o", f"/nowhere/{EVIL}"), ("export", "bad", "-o", str(broken), "--only", "errors"))
    yield from (("export", "bad", "-o", "-", "--columns", EVIL), ("export", "bad", "-o", "-", "--class", EVIL))
    yield from (("retry", "bad", "--set", f'system="{EVIL}"', "--dry-run"), ("retry", "bad", "--edit", str(broken)))
    yield from (("plan", "--requests", "5", "--input-tokens", "9", "--output-tokens", "9", "--model", EVIL),)
    yield from (("plan", file, "--code", name) for name in ("python", "javascript", "typescript"))
    yield from (("simulate", "--scenario", EVIL), ("simulate", "--fault", EVIL), ("watch", "bad", "--timeout", "1"))
    yield from (("help", EVIL), ("collect", EVIL), ("reconcile", "--abandon", EVIL), ("adopt", EVIL), ("watch", EVIL))


def write_broken(path: Path) -> Path:
    """A file in which every line is wrong in another way, and says so with text nobody checked."""
    params = {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": EVIL}]}
    lines = [
        *({"custom_id": text, "params": params} for text in TEXTS),
        {"custom_id": "same", "params": params},
        {"custom_id": "same", "params": params},
        *({"custom_id": f"a{number}", "params": {**params, text: text}} for number, text in enumerate(TEXTS)),
        *({"custom_id": f"b{number}", "params": {**params, "model": text}} for number, text in enumerate(TEXTS)),
        *({"custom_id": f"c{number}", "params": {**params, "max_tokens": text}} for number, text in enumerate(TEXTS)),
        *({"custom_id": f"d{number}", text: text} for number, text in enumerate(TEXTS)),
    ]
    raw = [text.encode() for text in TEXTS if text.strip() and "\n" not in text]
    path.write_bytes(b"\n".join([*(json.dumps(line).encode() for line in lines), *raw, b"\xff\x1b[6661m"]) + b"\n")
    return path


def test_commands_for_people_let_nothing_through_whether_on_a_terminal_or_a_pipe(
    ground: Ground, hostile: OtherServer
) -> None:
    for words in commands(ground, hostile):
        with piped() as heard:
            ground.command(*words)
        for stream in (heard.out, heard.err):
            assert strangers(stream, own=NOTHING) == [], words
            assert b"\r" not in stream and b"Traceback" not in stream and b"defect" not in stream, (words, stream)
        with on_terminal() as heard:
            ground.command(*words)
        assert strangers(heard.out, own=COLORS) + strangers(heard.err, own=COLORS) == [], words


def test_json_is_escaped_and_means_what_was_there(ground: Ground, hostile: OtherServer) -> None:
    told = ""
    for words in commands(ground, hostile):
        with piped() as heard:
            ground.command(*words, "--json")
        assert strangers(heard.out, own=NOTHING) == [], words
        assert strangers(heard.err, own=NOTHING) == [], words
        for line in heard.out.splitlines():
            told += json.dumps(json.loads(line), ensure_ascii=False)
    originals = (*SEQUENCES, sequence(2), *(f"text{number} {SEQUENCES[number]}" for number in (2, 8)))
    as_json = [json.dumps(text, ensure_ascii=False)[1:-1] for text in originals]
    assert [text for text in as_json if text not in told] == []


def test_export_gives_the_original(ground: Ground, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    assert ground.command("export", "bad", "-o", str(target)) == 0
    found = [json.loads(line) for line in target.read_bytes().splitlines()]
    types = {entry["result"]["error"]["error"]["type"] for entry in found if entry["result"]["type"] == "errored"}
    assert sequence(2) in types
    assert target.stat().st_mode & 0o777 == 0o600


def test_half_a_character_is_a_problem_of_its_line(ground: Ground, tmp_path: Path) -> None:
    params = {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": LONE}]}
    file = write_requests(tmp_path / "lone.jsonl", [{"custom_id": "a", "params": params}])
    with piped() as heard:
        assert ground.command("check", str(file), "--json") == 1
    assert json.loads(heard.out)["problem_counts"] == {"json_invalid": 1}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 529])
def test_errors_of_the_service_with_hostile_words_and_headers_are_told_cleanly(
    status: int, hostile: OtherServer, tmp_path: Path
) -> None:
    ground = Ground(base=tmp_path / "g", base_url=hostile.base_url)
    ground.lay()
    headers = {"request-id": "req_\x1b[31;6661m\x9b6661H[/nope]", "retry-after": "1\x1b[6661m", "date": "\x1b[6661m"}
    for operation in ("*", "list", "models"):
        hostile.answer_next(operation, status, times=2, error_type=sequence(1), message=mixed(4), headers=headers)
    try:
        for words in (("ls",), ("doctor",), ("watch", "--timeout", "1")):
            with piped() as heard:
                ground.command(*words)
            assert strangers(heard.out + heard.err, own=NOTHING) == [], words
            assert b"defect" not in heard.err, heard.err
    finally:
        hostile.disarm()


def test_a_hostile_list_of_batches_is_refused_or_shown_cleanly(hostile: OtherServer, tmp_path: Path) -> None:
    ground = Ground(base=tmp_path / "g", base_url=hostile.base_url)
    ground.lay()
    for change in ({"id": "msgbatch_../../x"}, {"id": f"msgbatch_{EVIL}"}, {"processing_status": EVIL}, {"type": EVIL}):
        page = {"data": [batch() | change], "has_more": False, "first_id": EVIL, "last_id": EVIL}
        hostile.answer_next("list", 200, raw=json.dumps(page).encode(), headers={"content-type": "application/json"})
        with piped() as heard:
            ground.command("ls", "--batches")
        assert strangers(heard.out + heard.err, own=NOTHING) == [], change
        assert b"defect" not in heard.err, heard.err
        hostile.disarm()
    assert {path.name for path in ground.workspace.rglob("*")} <= {
        *("batchtui.toml", "journal.jsonl", "journal.lock", "engine.lock", "counts.json", ".gitignore", "models.json")
    }


def batch() -> dict[str, object]:
    """An open batch as the service describes it."""
    counts = {"processing": 1, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
    times = {"created_at": "2026-11-21T00:00:00Z", "expires_at": "2026-11-22T00:00:00Z", "ended_at": None}
    return {
        "id": "msgbatch_01sound",
        "type": "message_batch",
        "processing_status": "in_progress",
        "request_counts": counts,
        **times,
        "archived_at": None,
        "cancel_initiated_at": None,
        "results_url": None,
    }
