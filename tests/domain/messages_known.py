"""Service messages of many shapes, sorted by hand into the groups a person would make. Written before the rules."""

UUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
BASE64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" * 4

GROUPS: tuple[tuple[str, ...], ...] = (
    ("Overloaded",),
    ("Internal server error",),
    ("Request timed out", "Request  timed out", "Request timed\nout"),
    (
        "Request timed out after 600 seconds",
        "Request timed out after 1 second",
        "Request timed out after 10 minutes",
        "Request timed out after 2m30s",
        "Request timed out after 350ms",
    ),
    (
        "prompt is too long: 204918 tokens > 200000 maximum",
        "prompt is too long: 1,024,001 tokens > 1,000,000 maximum",
    ),
    (
        "max_tokens: 90000 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5",
        "max_tokens: 8193 > 8192, which is the maximum allowed number of output tokens for claude-3-5-sonnet-20241022",
        "max_tokens: 1e6 > 8192, which is the maximum allowed number of output tokens for "
        "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
        "max_tokens: 9 > 8, which is the maximum allowed number of output tokens for anthropic/claude-opus-5.5",
        "max_tokens: 9 > 8, which is the maximum allowed number of output tokens for claude-3-5-sonnet@20240620",
    ),
    (
        "model: claude-opus-9",
        "model: claude-sonnet-4-20250514",
        "model: gpt-4o-mini-2024-07-18",
        "model: gemini-1.5-pro",
        "model: my-finetune-3",
        "model: anthropic.claude-v2:1",
    ),
    ("model: Field required",),
    (
        "messages.0.content.0.text: text content blocks must be non-empty",
        "messages.13.content.2.text: text content blocks must be non-empty",
    ),
    (
        "messages[3].content[0].text: text content blocks must be non-empty",
        "messages[12].content[7].text: text content blocks must be non-empty",
    ),
    (
        "messages.2.role: Input should be 'user' or 'assistant'",
        "messages.0.role: Input should be 'user' or 'assistant'",
    ),
    (
        "messages.4: `tool_use` ids were found without `tool_result` blocks immediately after: "
        "toolu_01A09q90qw90lq917835lq9. Each `tool_use` block must have a corresponding `tool_result` block in the "
        "next message.",
        "messages.16: `tool_use` ids were found without `tool_result` blocks immediately after: "
        "toolu_01DRT4nKQAxM8e, toolu_01XFDUDYJgAACzvn. Each `tool_use` block must have a corresponding `tool_result` "
        "block in the next message.",
        "messages.6: `tool_use` ids were found without `tool_result` blocks immediately after: call_abc123XYZ, "
        "toolu_01XFDUDYJgAACzvn, toolu_01T and toolu_01Z9. Each `tool_use` block must have a corresponding "
        "`tool_result` block in the next message.",
    ),
    (
        "messages.0.content.1.image.source.base64: The image was specified using the image/jpeg media type, but the "
        "image appears to be a image/png image",
        "messages.2.content.0.image.source.base64: The image was specified using the image/webp media type, but the "
        "image appears to be a image/gif image",
    ),
    (
        "messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes",
        "messages.8.content.0.image.source.base64: image exceeds 10MB maximum: 12582913 bytes > 10485760 bytes",
    ),
    (
        "tools.0.custom.input_schema.properties.user_email.type: Field required",
        "tools.3.custom.input_schema.properties.city.type: Field required",
    ),
    (
        "tools.1.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
        "tools.22.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
    ),
    (
        f"File not found: {UUID}",
        "File not found: 550E8400-E29B-41D4-A716-446655440000",
        "File not found: file_011CNha8iCJcU1wXNR6q4V8w",
    ),
    ("No such file: /home/ana/data/in1.pdf", "No such file: ./out.csv", "No such file: C:\\x\\y.txt"),
    (
        "Unable to download https://example.com/a.png?sig=abc&x=1",
        "Unable to download http://10.0.0.8:8080/img/77",
        "Unable to download s3://bucket-7/key/of/thing.jpg",
    ),
    (
        "This request would exceed your organization's rate limit of 400,000 input tokens per minute. For details, "
        "refer to: https://docs.claude.com/en/api/rate-limits",
        "This request would exceed your organization's rate limit of 2000000 input tokens per minute. For details, "
        "refer to: https://docs.anthropic.com/en/api/rate-limits",
    ),
    (
        "This request would exceed your organization's rate limit of 8,000 output tokens per minute. For details, "
        "refer to: https://docs.claude.com/en/api/rate-limits",
    ),
    (
        "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
        "You have reached your specified API usage limits. You will regain access on 2027-01-01 at 12:30 UTC.",
    ),
    (
        "Limit resets at 2026-11-21T10:00:00Z",
        "Limit resets at 2026-11-21T10:00:00.123456+02:00",
        "Limit resets at 2026-11-21 10:00:00 UTC",
        "Limit resets at Sat, 21 Nov 2026 10:00:00 GMT",
    ),
    (
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
        "A maximum of 4 blocks with cache_control may be provided. Found 12.",
    ),
    ("at most 1 image is allowed", "at most 20 image is allowed"),
    (
        "The document has 101 pages, at most 100 pages can be read",
        "The document has 1 page, at most 1 page can be read",
    ),
    ("temperature: range: 0..1", "temperature: range: -1..2.5"),
    ('Found 3 tools named "get_weather"', "Found 2 tools named “send ‘mail’ now”", "Found 12 tools named `x`"),
    (
        'invalid value \'it\\\'s "nested" here\' for "system"',
        "invalid value 'plain' for \"metadata\"",
        'invalid value "with\nnew line" for `x`',
    ),
    (f"could not decode image data {BASE64}", f"could not decode image data {BASE64[7:150]}=="),
    ("data:image/png;base64,iVBORw0KGgo= is too large", f"data:image/jpeg;base64,{BASE64} is too large"),
    ("Error in req_011CTkAbc: worker 7 of 12 lost", "Error in req_01ZZ9Qq77: worker 11 of 12 lost"),
    (
        "Connection to upstream 10.12.0.7:8443 reset",
        "Connection to upstream 192.168.100.200:443 reset",
    ),
    ("Quota of ana.b+x@example.org is used up", "Quota of bob@sub.example.co.uk is used up"),
    ("Utilisation is at 99.7 %", "Utilisation is at 100%", "Utilisation is at 7%"),
    (
        "trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7",
        "trace 0af7651916cd43dd8448eb211c80319c span b7ad6b7169203331",
    ),
    ("build 3a4b5c6 is gone", "build 0f9e8d7 is gone"),
    ("bad pointer 0x7f3a00 in frame #12", "bad pointer 0xDEADBEEF in frame #3"),
    ("invalid x-api-key",),
    ("Your API key does not have permission to use the specified resource.",),
    (
        "unexpected token 17 in [1, 2, 3]",
        "unexpected token 4 in [7]",
        "unexpected token 4 in [10, 20, 30, 40, 50]",
    ),
    (
        "Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}}",
        "Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}, "
        "'request_id': 'req_011CTkAbc'}",
    ),
    ("Error code: 500 - {'type': 'error', 'error': {'type': 'api_error', 'message': 'Internal server error'}}",),
    (
        'Invalid tool input: {"city": "Wien", "days": 3}',
        'Invalid tool input: {"to": ["a@b.de"], "body": {"text": "x"}}',
    ),
    ("Request doc-004411 was dropped", "Request doc-7 was dropped"),
    ("custom_id eval-a-b-c is duplicated", "custom_id zebra is duplicated"),
    (
        "Batch msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d belongs to wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ",
        "Batch msgbatch_013Zva2CMHLNnXjNJJKqJ2EF belongs to wrkspc_011CSHoEeqs5C35K2UUqR7Fy",
    ),
    ("the 1st block is empty", "the 2nd block is empty", "the 13th block is empty"),
    ("spend limit of $100.00 reached", "spend limit of $1,250 reached"),
)
