"""A job in figures as a program for one of the official SDKs: the same requests, in the same chunks."""

import json
from collections.abc import Callable
from typing import Final

import msgspec


class CodeJob(msgspec.Struct, frozen=True, kw_only=True):
    """What the program is about."""

    requests: int
    chunk_requests: int
    model: str
    max_tokens: int


def _python(job: CodeJob) -> str:
    return f"""\
import anthropic

# No retries: a batch whose answer was lost would be made, and paid, a second time.
client = anthropic.Anthropic(max_retries=0)

requests = [
    {{
        "custom_id": f"request-{{number:06}}",
        "params": {{
            "model": {json.dumps(job.model)},
            "max_tokens": {job.max_tokens},
            "messages": [{{"role": "user", "content": f"Prompt {{number}}"}}],
        }},
    }}
    for number in range(1, {job.requests + 1})
]

for first in range(0, len(requests), {job.chunk_requests}):
    batch = client.messages.batches.create(requests=requests[first : first + {job.chunk_requests}])
    print(batch.id)
"""


def _javascript(job: CodeJob) -> str:
    return _script(job, requests="requests")


def _typescript(job: CodeJob) -> str:
    return _script(job, requests="requests: Anthropic.Messages.BatchCreateParams.Request[]")


def _script(job: CodeJob, *, requests: str) -> str:
    return f"""\
import Anthropic from "@anthropic-ai/sdk";

// No retries: a batch whose answer was lost would be made, and paid, a second time.
const client = new Anthropic({{ maxRetries: 0 }});

const {requests} = Array.from({{ length: {job.requests} }}, (_, index) => ({{
  custom_id: `request-${{String(index + 1).padStart(6, "0")}}`,
  params: {{
    model: {json.dumps(job.model)},
    max_tokens: {job.max_tokens},
    messages: [{{ role: "user", content: `Prompt ${{index + 1}}` }}],
  }},
}}));

for (let first = 0; first < requests.length; first += {job.chunk_requests}) {{
  const batch = await client.messages.batches.create({{
    requests: requests.slice(first, first + {job.chunk_requests}),
  }});
  console.log(batch.id);
}}
"""


WRITERS: Final[dict[str, Callable[[CodeJob], str]]] = {
    "python": _python,
    "javascript": _javascript,
    "typescript": _typescript,
}
