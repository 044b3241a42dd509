"""Request files and result lines of any number, always the same bytes for the same number.

Requests look as in real runs: a cached system prompt, worked examples as turns of blocks, text with line feeds,
quotes and letters beyond ASCII. Small ones are a single short question.
"""

import json
from pathlib import Path

LOG = (
    "The harbour pilot notes every tide and berth before a vessel leaves for open water;\n"
    'lamps along the quay are lit, counted and "signed for" again, so that nobody who reads\n'
    "the log at dawn \u2013 in K\u00f8benhavn or \u00c5rhus \u2013 can doubt what was written.\n"
)
QUESTION = (
    "Say whether this entry was signed, by whom and at what hour, and quote the line that proves it; "
    "if no line does, answer with the single word unsigned and nothing else.\n"
)
EXAMPLES = 1
_LINES_AT_ONCE = 2_000

Json = dict[str, object]


def custom_id(number: int) -> str:
    return f"req-{number:09d}"


def write_requests(path: Path, requests: int, *, is_small: bool = False, repeat_every: int = 0) -> int:
    """Make a JSONL file of distinct requests, of some 2.5 kB or 200 bytes each; its size.

    A file that is there already is taken as it is.

    Args:
        repeat_every: one in so many has the custom_id of the very first; 0 for none.
    """
    if path.exists():
        return path.stat().st_size
    before, after = json.dumps(_params(is_small), ensure_ascii=False).split("NUMBER")
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8") as file:
        for first in range(0, requests, _LINES_AT_ONCE):
            numbers = range(first, min(first + _LINES_AT_ONCE, requests))
            file.writelines(
                f'{{"custom_id": "{_identity(number, repeat_every)}", "params": {before}{number}{after}}}\n'
                for number in numbers
            )
    temporary.rename(path)
    return path.stat().st_size


def _identity(number: int, repeat_every: int) -> str:
    return custom_id(0 if repeat_every and number % repeat_every == 0 else number)


def _params(is_small: bool) -> Json:
    """Params with the word NUMBER where they differ."""
    if is_small:
        question: list[Json] = [{"role": "user", "content": "Is entry NUMBER of the log signed? Answer with one word."}]
        return {"model": "claude-haiku-4-5", "max_tokens": 16, "messages": question}
    turns = [_turn("user", QUESTION + "Entry NUMBER:\n" + LOG * 3)]
    for number in range(EXAMPLES):
        turns.append(_turn("assistant", f"Example {number}: signed."))
        turns.append(_turn("user", LOG * 3))
    cached = {"type": "text", "text": "You keep a log.\n" + LOG * 2, "cache_control": {"type": "ephemeral"}}
    return {"model": "claude-haiku-4-5", "max_tokens": 256, "system": [cached], "messages": turns}


def _turn(role: str, text: str) -> Json:
    return {"role": role, "content": [{"type": "text", "text": text}]}


def _succeeded(answer: str) -> bytes:
    """A result as the service gives it; takes the custom_id twice."""
    text = json.dumps(answer).encode()
    return (
        b'{"custom_id":"%b","result":{"type":"succeeded","message":{"id":"msg_%b","type":"message",'
        b'"role":"assistant","model":"claude-haiku-4-5","content":[{"type":"text","text":' + text + b"}],"
        b'"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":620,"cache_creation_input_tokens":0,'
        b'"cache_read_input_tokens":0,"output_tokens":180,"service_tier":"batch"}}}}\n'
    )


SUCCEEDED = _succeeded(LOG * 4)
"""An answer of a few sentences."""
BRIEF = _succeeded("yes")
ERRORED = (
    b'{"custom_id":"%b","result":{"type":"errored","error":{"type":"error","request_id":"req_%b",'
    b'"error":{"type":"overloaded_error","message":"Overloaded"}}}}\n'
)
