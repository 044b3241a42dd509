"""Groups held back while the template rules were made: they judge, they do not teach. Written before the rules."""

GROUPS: tuple[tuple[str, ...], ...] = (
    ("messages: at least one message is required",),
    (
        "messages.1.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_01QjR8cJtEkkHAF. Each "
        "`tool_result` block must have a corresponding `tool_use` block in the previous message.",
        "messages.31.content.4: unexpected `tool_use_id` found in `tool_result` blocks: call_9Xk2mPq4. Each "
        "`tool_result` block must have a corresponding `tool_use` block in the previous message.",
    ),
    (
        "input length and `max_tokens` exceed context limit: 187254 + 20000 > 200000, decrease input length or "
        "`max_tokens` and try again",
        "input length and `max_tokens` exceed context limit: 99 + 200001 > 200000, decrease input length or "
        "`max_tokens` and try again",
    ),
    (
        "messages.5.content.1.document.source.base64.data: The PDF specified was not valid.",
        "messages.0.content.0.document.source.base64.data: The PDF specified was not valid.",
    ),
    (
        "messages.0.content.3.image.source.base64.data: At least one of the image dimensions exceed max allowed size: "
        "8000 pixels",
        "messages.14.content.0.image.source.base64.data: At least one of the image dimensions exceed max allowed size: "
        "2000 pixels",
    ),
    (
        "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
        "thinking.enabled.budget_tokens: Input should be greater than or equal to 512",
    ),
    ("thinking.enabled.budget_tokens: Field required",),
    ("`temperature` and `top_p` cannot both be specified for this model. Please use only one.",),
    (
        "'claude-3-opus-20240229' does not support image input.",
        '"claude-instant-1.2" does not support image input.',
    ),
    (
        "claude-opus-4-1-20250805 does not support assistant message prefill.",
        "eu.anthropic.claude-sonnet-4-6-v1:0 does not support assistant message prefill.",
        "vertex_ai/claude-haiku-4-5@20251001 does not support assistant message prefill.",
    ),
    ("Could not process image",),
    (
        "Unable to fetch the URL https://cdn.shop.example/p/99812/front.jpg: robots.txt disallows it",
        "Unable to fetch the URL https://img.example.net/x?id=4c1: robots.txt disallows it",
    ),
    (
        "Container container_011CSbtZ4oFnv was not found or has expired",
        "Container container_01Qz9 was not found or has expired",
    ),
    (
        "Number of request tokens has exceeded your per-minute rate limit "
        "(https://docs.anthropic.com/en/api/rate-limits); see the response headers for current usage. "
        "Retry after 17s.",
        "Number of request tokens has exceeded your per-minute rate limit "
        "(https://docs.anthropic.com/en/api/rate-limits); see the response headers for current usage. "
        "Retry after 2 minutes.",
    ),
    ("upstream connect error or disconnect/reset before headers. reset reason: connection termination",),
    (
        "Deadline exceeded: 59.998s elapsed of 60s at node ip-10-2-33-4",
        "Deadline exceeded: 61.2s elapsed of 60s at node ip-172-31-7-99",
    ),
    (
        "Internal error (trace id: 9f86d081884c7d659a2feaa0c55ad015)",
        "Internal error (trace id: c3fcd3d76192e4007dfb496cca67e13b)",
        "Internal error (trace id: 1b4e28ba-2fa1-11d2-883f-0016d3cca427)",
    ),
    (
        "tools: Tool names must be unique; “lookup order” appears 2 times",
        "tools: Tool names must be unique; “search” appears 5 times",
        "tools: Tool names must be unique; 'search' appears 1 time",
    ),
    (
        "tools.4.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 "
        "(https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/tool-use.",
        "tools.0.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 "
        "(https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/tool-use.",
    ),
    (
        "system.0.cache_control.ttl: Input should be '5m' or '1h'",
        "system.3.cache_control.ttl: Input should be '5m' or '1h'",
    ),
    (
        "The request body is 33.6 MB; the limit is 32 MB",
        "The request body is 35231872 bytes; the limit is 33554432 bytes",
        "The request body is 40.01 MiB; the limit is 32 MiB",
    ),
    (
        "file_url: could not open /mnt/data/input/part-00017.parquet",
        "file_url: could not open /srv/x/y.csv",
    ),
    (
        "Your organization has been disabled. Contact support@anthropic.com",
        "Your organization has been disabled. Contact help@example.com",
    ),
    (
        "unknown field $.messages[0].content[2].cache_contol",
        "unknown field $.messages[44].content[0].cache_contol",
    ),
    (
        "Access to model claude-fable-5-2 is granted from Dec 1, 2026 on",
        "Access to model claude-mythos-1 is granted from 15 January 2027 on",
        "Access to model claude-opus-6 is granted from 2026-12-24 on",
    ),
    (
        "Session 6a1f0c2d4e expired at 14:02:11",
        "Session 0be99aa31f expired at 9:05",
    ),
    (
        "Shard eu-west-1b/17 answered 503 three times",
        "Shard eu-west-1b/4 answered 502 three times",
    ),
    (
        "unexpected end of input at line 1 column 88",
        "unexpected end of input at line 204 column 3",
    ),
    (
        'Value error: "{\\"a\\": 1}" is not a list',
        "Value error: 'x' is not a list",
    ),
    (
        "Input should be a valid string, got 12",
        "Input should be a valid string, got -0.5",
        "Input should be a valid string, got 1e-7",
    ),
    (
        "messages.3.content.0.tool_result.content.1.image.source.url: Only HTTPS URLs are supported",
        "messages.9.content.2.tool_result.content.0.image.source.url: Only HTTPS URLs are supported",
    ),
    (
        "betas: Unexpected value(s) `context-1m-2025-08-07` for the `anthropic-beta` header.",
        "betas: Unexpected value(s) `foo`, `files-api-2025-04-14` for the `anthropic-beta` header.",
    ),
    (
        "Key a3:4f:99:0c:d1:22 is revoked",
        "Key 0e:77:1b:c4:59:fa is revoked",
    ),
    (
        "IPv6 address 2001:db8:85a3::8a2e:370:7334 is blocked",
        "IPv6 address fe80:0:0:0:1:2:3:4 is blocked",
    ),
    (
        "Your request was flagged (policy 4.2): see https://support.example.com/a#b",
        "Your request was flagged (policy 11.7): see https://support.example.com/zz",
    ),
)
