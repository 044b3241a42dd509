"""The text of the programs: what was planned is in it, and nothing that was typed can get out of its place."""

import re
from pathlib import Path

import pytest

from batchtui.domain.forecasting.job import Backoff
from batchtui.workspace.programs import Language, PlannedFile, Program, write_program
from tests.programs.languages import small_job

DIGEST = "ab12" * 16


def written(language: Language, *, model: str = "claude-haiku-4-5", file: PlannedFile | None = None) -> str:
    job = small_job(
        requests=1_000_000, batch_requests=5_000, open_batches=7, queue_limit=300_000, backoff=Backoff.LINEAR
    )
    return write_program(Program(job=job, models=(model,), max_tokens=300, batch_bytes=90_000_000, file=file), language)


@pytest.mark.parametrize("language", list(Language), ids=str)
def test_what_was_planned_is_at_the_top(language: Language) -> None:
    line = re.compile(r"^(?:const )?([A-Z_]+)(?:: string)? = ([^;#\n]+?);?(?:  #.*| //.*)?$", re.M)
    constants = dict(line.findall(written(language)))
    expected = {
        "MODEL": '"claude-haiku-4-5"',
        "MAX_TOKENS": "300",
        "PLANNED_REQUESTS": "1_000_000",
        "BATCH_REQUESTS": "5_000",
        "BATCH_BYTES": "90_000_000",
        "OPEN_BATCHES": "7",
        "QUEUE_LIMIT": "300_000",
        "MAX_ATTEMPTS": "3",
        "RETRY_BACKOFF": '"linear"',
    }
    assert {name: constants[name] for name in expected} == expected


@pytest.mark.parametrize("language", list(Language), ids=str)
def test_no_place_is_left_open_and_no_line_is_too_long(language: Language) -> None:
    text = written(language)
    assert not re.search(r"@[a-z0-9_]+@|/\*ts|//ts", text)
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("language", list(Language), ids=str)
def test_a_model_is_a_literal_whatever_it_is_called(language: Language) -> None:
    text = written(language, model='odd"model*/\n"""import os')
    assert r'MODEL = "odd\"model*/\n\"\"\"import os"' in text
    assert "odd?model??????import?os" in text, "a comment is not closed by it"


@pytest.mark.parametrize("language", list(Language), ids=str)
def test_a_file_is_named_where_its_name_needs_no_quotes(language: Language) -> None:
    for path, shown in (("data/a-1.jsonl", "data/a-1.jsonl"), ("my */ file.jsonl", "requests.jsonl")):
        text = written(language, file=PlannedFile(path=path, sha256=DIGEST))
        assert f" {shown}\n" in text and f"{Path(shown).stem}.batches/" in text and "my */" not in text
        assert f'PLANNED_SHA256 = "{DIGEST}"' in text.replace(": string | null", "")
        assert max(map(len, text.splitlines())) <= 120


def test_javascript_has_no_types_and_typescript_is_the_same_program() -> None:
    javascript, typescript = written(Language.JAVASCRIPT), written(Language.TYPESCRIPT)
    assert "new Set<string>" in typescript and "new Set<" not in javascript
    assert ": Promise<void>" in typescript and "Promise<void>" not in javascript
    assert javascript.count("await ") == typescript.count("await ")
