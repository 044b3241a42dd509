"""The usual technique, as people write it with the SDK: dicts in a list, `json.dumps` to measure, typed results.

`python -m tests.bench.usual FILE BASE_URL` goes through all of it and prints the seconds of each step.
"""

import json
import sys
import time
import urllib.request
from typing import Any

MOST_REQUESTS, MOST_BYTES = 100_000, 256_000_000
SHARE = 0.9
"""Of the limits, as a margin."""


def load(path: str) -> list[dict[str, Any]]:
    with open(path) as file:
        return [json.loads(line) for line in file]


def split(requests: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    batches: list[list[dict[str, Any]]] = [[]]
    size = 0
    for request in requests:
        length = len(json.dumps(request).encode())
        if batches[-1] and (len(batches[-1]) >= MOST_REQUESTS * SHARE or size + length > MOST_BYTES * SHARE):
            batches.append([])
            size = 0
        batches[-1].append(request)
        size += length
    return batches


def main() -> None:
    """Each step once, timed; imports and the making of the client are not."""
    import anthropic

    path, base_url = sys.argv[1:3]
    client = anthropic.Anthropic(base_url=base_url, max_retries=0)
    seconds = {}
    begun = time.perf_counter()
    batches = split(load(path))
    seconds["prepare"] = time.perf_counter() - begun

    begun = time.perf_counter()
    created = [client.messages.batches.create(requests=requests) for requests in batches]  # type: ignore[arg-type]
    seconds["send"] = time.perf_counter() - begun
    urllib.request.urlopen(urllib.request.Request(f"{base_url}/bench/end", method="POST")).read()

    begun = time.perf_counter()
    results = {}
    for batch in created:
        for entry in client.messages.batches.results(batch.id):
            results[entry.custom_id] = entry
    seconds["collect"] = time.perf_counter() - begun
    print(json.dumps({**seconds, "batches": len(created), "results": len(results)}))


if __name__ == "__main__":
    main()
