"""A planned job as a program for one of the official SDKs, made from a template: the whole cycle, commented."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final

import msgspec

from batchtui.domain.forecasting.job import Job


class Language(StrEnum):
    """What a program may be written in."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"


class PlannedFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file that was checked; the program takes no other."""

    path: str
    sha256: str


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """What the program is about."""

    job: Job
    models: tuple[str, ...]
    """Most used first."""
    max_tokens: int
    batch_bytes: int
    file: PlannedFile | None = None
    """None where only figures were planned."""

    @property
    def model(self) -> str:
        """For lines that name none."""
        return self.models[0]


_TEMPLATES: Final = Path(__file__).parent / "templates"
_PLACE: Final = re.compile(r"@([a-z_]+)@")
_TYPES: Final = re.compile(r"/\*ts(.*?)\*/")
"""What only TypeScript says: a comment in the template, so that both languages come from one text."""

_USAGE: Final = {
    Language.JAVASCRIPT: """\
 *     npm install @anthropic-ai/sdk@1
 *     export ANTHROPIC_API_KEY=...
 *     node batch_job.mjs @file_name@""",
    Language.TYPESCRIPT: """\
 *     npm install @anthropic-ai/sdk@1
 *     npm install --save-dev typescript @types/node
 *     npx tsc --module nodenext --target es2022 --strict batch_job.mts
 *     export ANTHROPIC_API_KEY=...
 *     node batch_job.mjs @file_name@""",
}
_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,59}\Z")
"""A path that needs no quotes, in a shell or in a comment."""

_MODELS_NAMED, _LONGEST_NAME = 2, 40


def write_program(program: Program, language: Language) -> str:
    """The text of a program that does the job."""
    match language:
        case Language.PYTHON:
            text = (_TEMPLATES / "batch_job.py.txt").read_text(encoding="utf-8")
        case Language.JAVASCRIPT:
            text = _without_types((_TEMPLATES / "batch_job.ts.txt").read_text(encoding="utf-8"))
        case Language.TYPESCRIPT:
            text = _with_types((_TEMPLATES / "batch_job.ts.txt").read_text(encoding="utf-8"))
    values = _values(program, language)
    return _filled(text, {**values, "usage": _filled(_USAGE.get(language, ""), values)})


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values[found[1]], text)


def _values(program: Program, language: Language) -> dict[str, str]:
    job, file = program.job, program.file
    nothing = "None" if language is Language.PYTHON else "null"
    name = file.path if file is not None and _PLAIN_PATH.match(file.path) else "requests.jsonl"
    return {
        "language": str(language),
        "purpose": _purpose(program),
        "models": _models(program),
        "file_name": name,
        "folder_name": f"{PurePath(name).stem}.batches",
        "file_hash": json.dumps(file.sha256) if file is not None else nothing,
        "model_literal": json.dumps(program.model),
        "max_tokens": str(program.max_tokens),
        "requests": _digits(job.requests),
        "batch_requests": _digits(job.batch_requests),
        "batch_bytes": _digits(program.batch_bytes),
        "open_batches": str(job.open_batches),
        "queue_limit": _digits(job.queue_limit),
        "max_attempts": str(job.max_attempts),
        "delay_seconds": repr(float(job.delay_seconds)),
        "backoff": json.dumps(str(job.backoff)),
        "poll_seconds": repr(float(job.poll_seconds)),
    }


def _purpose(program: Program) -> str:
    """`the 400 requests of a file`"""
    requests = f"{program.job.requests:,} requests"
    return f"the {requests} of a file" if program.file is not None else requests


def _models(program: Program) -> str:
    """`claude-haiku-4-5, claude-sonnet-4-6 and others`"""
    named = ", ".join(_in_a_comment(model)[:_LONGEST_NAME] for model in program.models[:_MODELS_NAMED])
    return f"{named} and others" if len(program.models) > _MODELS_NAMED else named


def _digits(number: int) -> str:
    """100_000, which all three languages read."""
    return f"{number:_}"


def _in_a_comment(text: str) -> str:
    """A name that somebody typed: nothing of it may end the comment it stands in."""
    return re.sub(r"[^A-Za-z0-9._:-]", "?", text)


def _without_types(text: str) -> str:
    lines = [line for line in text.split("\n") if not line.startswith("//ts")]
    return _TYPES.sub("", "\n".join(lines))


def _with_types(text: str) -> str:
    lines = [_uncommented(line) if line.startswith("//ts") else line for line in text.split("\n")]
    return _TYPES.sub(lambda found: found[1], "\n".join(lines))


def _uncommented(line: str) -> str:
    return line.removeprefix("//ts").removeprefix(" ")
