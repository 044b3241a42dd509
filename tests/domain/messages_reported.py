"""Messages as they are reported of the API and of gateways before it, sorted by hand before any rule was tried."""

GROUPS: tuple[tuple[str, ...], ...] = (
    (
        "prompt is too long: 213455 tokens > 200000 maximum",
        "prompt is too long: 200,049 tokens > 200,000 maximum",
        "prompt is too long: 1000233 tokens > 1000000 maximum",
    ),
    (
        "input length and `max_tokens` exceed context limit: 178959 + 64000 > 200000, decrease input "
        "length or `max_tokens` and try again",
        "input length and `max_tokens` exceed context limit: 90402 + 116650 > 204648, decrease input "
        "length or `max_tokens` and try again",
    ),
    (
        "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for claude-3-opus-20240229",
        "max_tokens: 128000 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5",
        "max_tokens: 64000 > 32000, which is the maximum allowed number of output tokens for claude-opus-4-1-20250805",
    ),
    ("max_tokens: Field required",),
    ("max_tokens: Input should be greater than or equal to 1",),
    ("max_tokens: Input should be a valid integer",),
    (
        "messages.243: `tool_use` ids were found without `tool_result` blocks immediately after: "
        "bash-uOQIdN0O. Each `tool_use` block must have a corresponding `tool_result` block in the "
        "next message.",
        "messages.5: `tool_use` ids were found without `tool_result` blocks immediately after: "
        "toolu_01SWBkC2GPGhoSfEqTZ6y91b. Each `tool_use` block must have a corresponding `tool_result` "
        "block in the next message.",
        "messages.22: `tool_use` ids were found without `tool_result` blocks immediately after: "
        "toolu_01HqfLWiAKQLsniF2fBGF2KD, toolu_01SJzDkeAZER935cpGFptTNk. Each `tool_use` block must "
        "have a corresponding `tool_result` block in the next message.",
        "messages.31: `tool_use` ids were found without `tool_result` blocks immediately after: functions.search:0, "
        "chatcmpl-tool-9a8b7c. Each `tool_use` block must have a corresponding `tool_result` block in the next "
        "message.",
        "messages.7: `tool_use` ids were found without `tool_result` blocks immediately after: call_2. "
        "Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
        "messages.9: `tool_use` ids were found without `tool_result` blocks immediately after: "
        "toolu_vrtx_01A, toolu_vrtx_01B, toolu_vrtx_01Cd3. Each `tool_use` block must have a "
        "corresponding `tool_result` block in the next message.",
    ),
    (
        "messages.10.content.0: unexpected `tool_use_id` found in `tool_result` blocks: "
        "toolu_01HN9xhebKhu4LQkyWsyzW7C. Each `tool_result` block must have a corresponding `tool_use` "
        "block in the previous message.",
        "messages.0.content.12: unexpected `tool_use_id` found in `tool_result` blocks: "
        "toolu_bdrk_011CJ4xkqTj. Each `tool_result` block must have a corresponding `tool_use` block "
        "in the previous message.",
        "messages.4.content.1: unexpected `tool_use_id` found in `tool_result` blocks: call_abc123XYZ. "
        "Each `tool_result` block must have a corresponding `tool_use` block in the previous message.",
    ),
    (
        "messages.3.content.1: `tool_use` ids must be unique",
        "messages.41.content.0: `tool_use` ids must be unique",
    ),
    (
        "messages.1.content.1.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
        "messages.13.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
    ),
    (
        "messages.1.content.1.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,200}$'",
        "messages.6.content.2.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
    ),
    (
        "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
        "tools.11.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
    ),
    (
        "tools.0.custom.name: String should have at most 64 characters",
        "tools.31.custom.name: String should have at most 128 characters",
    ),
    ("tools: Tool names must be unique.",),
    (
        "tools.12.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 "
        "(https://json-schema.org/draft/2020-12). Learn more about tool use at "
        "https://docs.claude.com/en/docs/tool-use.",
        "tools.17.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 "
        "(https://json-schema.org/draft/2020-12). Learn more about tool use at "
        "https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview.",
        "tools.118.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft "
        "2020-12 (https://json-schema.org/draft/2020-12). Learn more about tool use at "
        "https://docs.anthropic.com/en/docs/tool-use.",
    ),
    (
        "tools.0.custom.input_schema.type: Input should be 'object'",
        "tools.3.custom.input_schema.type: Input should be 'object'",
    ),
    (
        "tools.0.custom.input_schema: Field required",
        "tools.8.custom.input_schema: Field required",
    ),
    ("tools.0.custom.input_schema: Extra inputs are not permitted",),
    (
        "tools.0: Input tag 'function' found using 'type' does not match any of the expected tags: "
        "'bash_20250124', 'custom', 'text_editor_20250124'",
        "tools.2: Input tag 'function' found using 'type' does not match any of the expected tags: "
        "'bash_20250124', 'custom', 'text_editor_20250124', 'web_search_20250305'",
    ),
    (
        "messages.0.content.2: Input tag 'image_url' found using 'type' does not match any of the "
        "expected tags: 'document', 'image', 'redacted_thinking', 'search_result', 'server_tool_use', "
        "'text', 'thinking', 'tool_result', 'tool_use', 'web_search_tool_result'",
        "messages.4.content.0: Input tag 'input_text' found using 'type' does not match any of the "
        "expected tags: 'document', 'image', 'text', 'thinking', 'tool_result', 'tool_use'",
    ),
    ("Could not process image",),
    (
        "messages.0.content.1.image.source.base64: Could not process image",
        "messages.14.content.0.image.source.base64: Could not process image",
    ),
    (
        "messages.118.content.4.image.source.base64: image cannot be empty",
        "messages.0.content.0.image.source.base64: image cannot be empty",
    ),
    (
        "messages.1.content.2.image.source.base64: image exceeds 5 MB maximum: 6275800 bytes > 5242880 bytes",
        "messages.161.content.1.image.source.base64: image exceeds 5 MB maximum: 5272940 bytes > 5242880 bytes",
        "messages.2.content.0.image.source.base64: image exceeds 10 MB maximum: 15908784 bytes > 10485760 bytes",
    ),
    (
        "messages.7.content.2.image.source.base64.data: At least one of the image dimensions exceed "
        "max allowed size: 8000 pixels",
        "messages.0.content.0.image.source.base64.data: At least one of the image dimensions exceed "
        "max allowed size: 8000 pixels",
    ),
    (
        "messages.84.content.1.image.source.base64.data: At least one of the image dimensions exceed "
        "max allowed size for many-image requests: 2000 pixels",
        "messages.2.content.31.image.source.base64.data: At least one of the image dimensions exceed "
        "max allowed size for many-image requests: 2000 pixels",
    ),
    (
        "messages.34.content.0.tool_result.content.1.image.source.base64: The image was specified "
        "using the image/png media type, but the image appears to be a image/jpeg image",
        "messages.4.content.1.tool_result.content.0.image.source.base64: The image was specified using "
        "the image/jpeg media type, but the image appears to be a image/webp image",
    ),
    (
        "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', "
        "'image/png', 'image/gif' or 'image/webp'",
        "messages.2.content.5.image.source.base64.media_type: Input should be 'image/jpeg', "
        "'image/png', 'image/gif' or 'image/webp'",
    ),
    (
        "messages.0.content.1.image.source.base64: invalid base64 data",
        "messages.3.content.0.image.source.base64: invalid base64 data",
    ),
    (
        "messages.38.content.0.pdf.source.base64.data: A maximum of 100 PDF pages may be provided.",
        "messages.4.content.0.pdf.source.base64.data: A maximum of 600 PDF pages may be provided.",
    ),
    (
        "messages.0.content.0.pdf.source.base64.data: The PDF specified was not valid.",
        "messages.8.content.3.pdf.source.base64.data: The PDF specified was not valid.",
    ),
    ("messages.0.content.0.pdf.source.base64.data: PDF cannot be empty",),
    (
        "messages.0.content.0.pdf.source.base64.data: The PDF specified is password protected.",
        "messages.2.content.1.pdf.source.base64.data: The PDF specified is password protected.",
    ),
    (
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
        "A maximum of 4 blocks with cache_control may be provided. Found 12.",
        "A maximum of 4 blocks with cache_control may be provided. Found 5. (request id: "
        "2026021521243083282862339RmOm6M)",
    ),
    (
        "messages.0.content.4.cache_control.ttl: a ttl='1h' cache_control block must not come after a "
        "ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, "
        "`system`, `messages`.",
        "messages.12.content.0.cache_control.ttl: a ttl='1h' cache_control block must not come after a "
        "ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, "
        "`system`, `messages`.",
    ),
    (
        "system.0.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' "
        "cache_control block. Note that blocks are processed in the following order: `tools`, "
        "`system`, `messages`.",
    ),
    (
        "system.0: cache_control cannot be set for empty text blocks",
        "system.3: cache_control cannot be set for empty text blocks",
    ),
    (
        "messages.5.content.0.text: cache_control cannot be set for empty text blocks",
        "messages.0.content.2.text: cache_control cannot be set for empty text blocks",
    ),
    ("messages: text content blocks must be non-empty",),
    ("messages: text content blocks must contain non-whitespace text",),
    (
        "messages.7: all messages must have non-empty content except for the optional final assistant message",
        "messages.0: all messages must have non-empty content except for the optional final assistant message",
    ),
    (
        "messages.2: user messages must have non-empty content",
        "messages.14: user messages must have non-empty content",
    ),
    ("messages: final assistant content cannot end with trailing whitespace",),
    ('messages: first message must use the "user" role',),
    (
        'messages: roles must alternate between "user" and "assistant", but found multiple "user" roles in a row',
        'messages: roles must alternate between "user" and "assistant", but found multiple "assistant" roles in a row',
    ),
    ("messages: at least one message is required",),
    (
        'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, '
        'not "system" as an input message role.',
    ),
    (
        "messages.0.role: Input should be 'user' or 'assistant'",
        "messages.19.role: Input should be 'user' or 'assistant'",
    ),
    ("This model does not support assistant message prefill. The conversation must end with a user message.",),
    (
        "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. "
        "When `thinking` is enabled, a final `assistant` message must start with a thinking block "
        "(preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you "
        "include thinking blocks from previous turns. To avoid this requirement, disable `thinking`. "
        "Please consult our documentation at "
        "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking",
        "messages.21.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. "
        "When `thinking` is enabled, a final `assistant` message must start with a thinking block "
        "(preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you "
        "include thinking blocks from previous turns. To avoid this requirement, disable `thinking`. "
        "Please consult our documentation at "
        "https://docs.claude.com/en/docs/build-with-claude/extended-thinking",
    ),
    (
        "messages.1.content.88: `thinking` or `redacted_thinking` blocks in the latest assistant "
        "message cannot be modified. These blocks must remain as they were in the original response.",
        "messages.5.content.4: `thinking` or `redacted_thinking` blocks in the latest assistant "
        "message cannot be modified. These blocks must remain as they were in the original response.",
    ),
    (
        "messages.1.content.0: Invalid `signature` in `thinking` block",
        "messages.5.content.24: Invalid `signature` in `thinking` block",
    ),
    (
        "messages.1.content.0: Invalid `data` in `redacted_thinking` block",
        "messages.5.content.24: Invalid `data` in `redacted_thinking` block",
    ),
    (
        "messages.3.content.0.thinking.signature: Field required",
        "messages.1.content.4.thinking.signature: Field required",
    ),
    ("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",),
    ("thinking.enabled.budget_tokens: Field required",),
    (
        "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation "
        "at "
        "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-"
        "window-size-with-extended-thinking",
        "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation "
        "at "
        "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-win"
        "dow-size",
    ),
    (
        "`temperature` may only be set to 1 when thinking is enabled. Please consult our documentation "
        "at "
        "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking#important-consideration"
        "s-when-using-extended-thinking",
    ),
    (
        "`top_k` must be unset when thinking is enabled. Please consult our documentation at "
        "https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking#important-consideration"
        "s-when-using-extended-thinking",
    ),
    ("temperature: Input should be less than or equal to 1",),
    ("top_p: Input should be less than or equal to 1",),
    ("temperature: range: 0..1",),
    ("`temperature` and `top_p` cannot both be specified for this model. Please use only one.",),
    ("`temperature` is deprecated for this model.",),
    ("`top_p` is deprecated for this model.",),
    ("continuationStore: Extra inputs are not permitted",),
    (
        "messages.1.output_config: Extra inputs are not permitted",
        "messages.55.output_config: Extra inputs are not permitted",
    ),
    (
        "messages.1.content.0.text._anchorCacheOwner: Extra inputs are not permitted",
        "messages.3.content.2.text._anchorCacheOwner: Extra inputs are not permitted",
    ),
    (
        "messages.1.content.0.text.parsed_output: Extra inputs are not permitted",
        "messages.3.content.2.text.parsed_output: Extra inputs are not permitted",
    ),
    (
        "messages.1.content.0.text.text: Field required",
        "messages.11.content.3.text.text: Field required",
    ),
    (
        "messages.2.content: Input should be a valid list",
        "messages.0.content: Input should be a valid list",
    ),
    (
        "messages.2.content.0.text.text: Input should be a valid string",
        "messages.9.content.1.text.text: Input should be a valid string",
    ),
    ("system: Input should be a valid list",),
    (
        "messages.5.content.1.tool_use.input: Input should be a valid dictionary",
        "messages.1.content.0.tool_use.input: Input should be a valid dictionary",
    ),
    (
        "messages.6.content.0.tool_result.content.0: Input tag 'json' found using 'type' does not "
        "match any of the expected tags: 'document', 'image', 'search_result', 'text'",
        "messages.2.content.1.tool_result.content.3: Input tag 'json' found using 'type' does not "
        "match any of the expected tags: 'document', 'image', 'search_result', 'text'",
    ),
    (
        "Tool 'get_weather' not found in provided tools",
        "Tool 'lookup_order_v2' not found in provided tools",
    ),
    ("Thinking may not be enabled when tool_choice forces tool use.",),
    ("output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",),
    (
        "output_config.format.schema: For 'integer' type, properties maximum, minimum are not supported",
        "output_config.format.schema: For 'number' type, properties maximum, minimum are not supported",
    ),
    (
        "The compiled grammar is too large, which would cause performance issues. Simplify your tool "
        "schemas or reduce the number of strict tools.",
    ),
    (
        "Schemas contains too many parameters with union types (49 parameters with type arrays or "
        "anyOf) which exceeds the limit: 16",
        "Schemas contains too many parameters with union types (17 parameters with type arrays or "
        "anyOf) which exceeds the limit: 16",
    ),
    (
        "Unexpected value(s) `effort-2025-11-24` for the `anthropic-beta` header. Please consult our "
        "documentation at docs.anthropic.com or try again without the header.",
        "Unexpected value(s) `advisor-tool-2026-03-01` for the `anthropic-beta` header. Please consult "
        "our documentation at docs.anthropic.com or try again without the header.",
    ),
    (
        "The request body is not valid JSON: no low surrogate in string: line 1 column 203558 (char 203557)",
        "The request body is not valid JSON: no low surrogate in string: line 1 column 247871 (char 247870)",
    ),
    (
        "The request body is not valid JSON: expected ',' or '}': line 1 column 812 (char 811)",
        "The request body is not valid JSON: expected ',' or '}': line 1 column 99 (char 98)",
    ),
    ("Unable to download the file. Please verify the URL and try again.",),
    ("This URL is disallowed by the website's robots.txt file",),
    (
        "messages.0.content.0.image.source.url.url: Only HTTPS URLs are supported.",
        "messages.4.content.2.image.source.url.url: Only HTTPS URLs are supported.",
    ),
    (
        "Failed to fetch https://cdn.example.com/a/b/photo-1.png?sig=9f8e7d6c5b4a: status 403",
        "Failed to fetch https://images.shop.example/item/77120.jpg: status 403",
    ),
    (
        "Timed out while fetching https://cdn.example.com/a/b/photo-1.png?sig=9f8e7d6c5b4a",
        "Timed out while fetching http://10.0.0.7:8080/x.png",
    ),
    (
        "File not found: file_011CNha8iCJcU1wXNR6q4V8w",
        "File not found: file_01AbCdEf",
    ),
    (
        "model: claude-3-5-sonnet-20240620",
        "model: claude-3.5-sonnet",
        "model: us.anthropic.claude-3-7-sonnet-20250219-v1:0",
        "model: gpt-4o-mini",
        "model: claude-opus-4-latest",
        "model: anthropic/claude-sonnet-4",
    ),
    ("model: String should have at most 256 characters",),
    ("model: Field required",),
    ("model: Input should be a valid string",),
    (
        "'claude-haiku-4-5-20251001' does not support the effort parameter.",
        "'claude-3-5-haiku-20241022' does not support the effort parameter.",
    ),
    (
        "'claude-haiku-4-5-20251001' does not support image input.",
        "'claude-3-5-haiku-20241022' does not support image input.",
    ),
    (
        "The model 'claude-2.1' has been deprecated and will reach end-of-life on July 21st, 2025",
        "The model 'claude-3-sonnet-20240229' has been deprecated and will reach end-of-life on October 28, 2025",
    ),
    (
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to "
        "upgrade or purchase credits.",
    ),
    (
        "You have reached your specified API usage limits. You will regain access on 2026-11-01 at 00:00 UTC.",
        "You have reached your specified API usage limits. You will regain access on 2025-02-01 at 00:00 UTC.",
    ),
    ("You have reached your specified workspace API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",),
    ("This organization has been disabled.",),
    ("Output blocked by content filtering policy",),
    (
        "anthropic-workspace-id is required when authenticating with an identity-linked API key; send "
        "the id of the workspace this request acts in.",
    ),
    (
        "This request would exceed your organization's rate limit of 30,000 input tokens per minute "
        "(org: 80162711-722b-4454-ae75-c6334e6796f2, model: claude-opus-4-6). For details, refer to: "
        "https://docs.claude.com/en/api/rate-limits. You can see the response headers for current "
        "usage. Please reduce the prompt length or the maximum tokens requested, or try again later. "
        "You may also contact sales at https://claude.com/contact-sales to discuss your options for a "
        "rate limit increase.",
        "This request would exceed your organization's rate limit of 2,000,000 input tokens per minute "
        "(org: 6b700525-ce41-438a-87ff-0ceffd4e4419, model: claude-sonnet-4-6). For details, refer to: "
        "https://docs.claude.com/en/api/rate-limits. You can see the response headers for current "
        "usage. Please reduce the prompt length or the maximum tokens requested, or try again later. "
        "You may also contact sales at https://claude.com/contact-sales to discuss your options for a "
        "rate limit increase.",
    ),
    (
        "This request would exceed your organization's rate limit of 8,000 output tokens per minute "
        "(org: 80162711-722b-4454-ae75-c6334e6796f2, model: claude-opus-4-6). For details, refer to: "
        "https://docs.claude.com/en/api/rate-limits. You can see the response headers for current "
        "usage. Please reduce the prompt length or the maximum tokens requested, or try again later. "
        "You may also contact sales at https://claude.com/contact-sales to discuss your options for a "
        "rate limit increase.",
    ),
    (
        "This request would exceed your organization's rate limit of 50 requests per minute (org: "
        "80162711-722b-4454-ae75-c6334e6796f2, model: claude-opus-4-6). For details, refer to: "
        "https://docs.claude.com/en/api/rate-limits. You can see the response headers for current "
        "usage. Please reduce the prompt length or the maximum tokens requested, or try again later. "
        "You may also contact sales at https://claude.com/contact-sales to discuss your options for a "
        "rate limit increase.",
    ),
    (
        "Number of request tokens has exceeded your per-minute rate limit "
        "(https://docs.anthropic.com/en/api/rate-limits); see the response headers for current usage.",
        "Number of request tokens has exceeded your per-minute rate limit "
        "(https://docs.anthropic.com/claude/reference/rate-limits); see the response headers for "
        "current usage.",
    ),
    (
        "Number of request tokens has exceeded your daily rate limit "
        "(https://docs.anthropic.com/en/api/rate-limits); see the response headers for current usage.",
    ),
    (
        "Number of requests has exceeded your per-minute rate limit "
        "(https://docs.anthropic.com/en/api/rate-limits); see the response headers for current usage.",
    ),
    (
        "Overloaded",
        '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_0'
        '11CZAau32QzxDkriovTaFCB"}',
        '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_0'
        '11CcLPrMiu53v6Rp1jfe1Cd"}',
    ),
    (
        "Internal server error",
        '{"type":"error","error":{"type":"api_error","message":"Internal server '
        'error"},"request_id":"req_011CZ9EcaUDcBH7UHfrMXgWX"}',
    ),
    (
        "An unexpected error has occurred internal to Anthropic's systems. (request id req_011CVKWY6Ue1FZoyBfkgAqyc)",
        "An unexpected error has occurred internal to Anthropic's systems. (request id "
        "req_vrtx_011CX8LKNqFusFUVvygN5vEH)",
    ),
    (
        "Request timed out after 600.3 s",
        "Request timed out after 1,204.77 s",
    ),
    ("Request exceeds the maximum size",),
    (
        "Request exceeds the maximum allowed number of bytes: 33554433 > 33554432",
        "Request exceeds the maximum allowed number of bytes: 41,000,112 > 33,554,432",
    ),
    ("Your API key does not have permission to use the specified resource.",),
    ("invalid x-api-key",),
    (
        "KeyError: 'choices'",
        "KeyError: 'usage'",
    ),
    (
        "[Errno 2] No such file or directory: '/var/data/in/part-0001.json'",
        "[Errno 2] No such file or directory: '/home/ann/My Documents/b c.txt'",
    ),
    (
        "ENOENT: no such file or directory, open /srv/app/uploads/9b1d/x.png",
        "ENOENT: no such file or directory, open C:\\Users\\Bob\\AppData\\Local\\Temp\\y.png",
    ),
    (
        "EACCES: permission denied, open /srv/app/uploads/9b1d/x.png",
        "EACCES: permission denied, open D:\\data\\in.json",
    ),
    (
        "'charmap' codec can't encode character '\\u2705' in position 15: character maps to <undefined>",
        "'charmap' codec can't encode character '\\u0394' in position 20049: character maps to <undefined>",
    ),
    (
        "'utf-8' codec can't encode characters in position 41-42: surrogates not allowed",
        "'utf-8' codec can't encode characters in position 7-9: surrogates not allowed",
    ),
    (
        "Object of type <class 'bytes'> at 0x7f3a2c is not JSON serializable",
        "Object of type <class 'datetime.datetime'> at 0x55d0e1f2 is not JSON serializable",
    ),
    (
        "upstream connect error or disconnect/reset before headers. reset reason: connection "
        "termination, upstream 10.42.3.17:8443",
        "upstream connect error or disconnect/reset before headers. reset reason: connection "
        "termination, upstream 10.42.9.2:8443",
    ),
    (
        "upstream connect error or disconnect/reset before headers. reset reason: connection timeout, "
        "upstream 10.42.3.17:8443",
    ),
    (
        "502 Bad Gateway cloudflare ray 8e695a03eed4f9fd-SJC at 2026-11-03T04:05:06Z",
        "502 Bad Gateway cloudflare ray 91b2c3d4e5f60718-AMS at 2026-11-04T23:59:59.123Z",
    ),
    ("503 Service Unavailable cloudflare ray 8e695a03eed4f9fd-SJC at 2026-11-03T04:05:06Z",),
    ("504 Gateway Timeout cloudflare ray 8e695a03eed4f9fd-SJC at 2026-11-03T04:05:06Z",),
    (
        "输入长度 213455 超过最大限制 200000",
        "输入长度 8 超过最大限制 4",
    ),
    (
        "账户余额不足，请充值后重试（请求编号：2026021521243083282862339）",
        "账户余额不足，请充值后重试（请求编号：2025110900112283282862339）",
    ),
    (
        "「写真_12.png」の画像を処理できませんでした",
        "「猫.jpg」の画像を処理できませんでした",
    ),
    (
        "Zeitüberschreitung nach 30,5 Sekunden bei der Anfrage „Übersetzung“",
        "Zeitüberschreitung nach 120 Sekunden bei der Anfrage „Prüfung B“",
    ),
    (
        "Превышен лимит токенов: 213455 из 200000",
        "Превышен лимит токенов: 99 из 98",
    ),
    (
        "Le champ « température » est invalide",
        "Le champ « top k » est invalide",
    ),
    (
        "Certificate expired on Mon, 03 Nov 2026 04:05:06 GMT",
        "Certificate expired on Tue, 14 Oct 2025 14:15:16 GMT",
    ),
    (
        "worker 3f2504e0-4f89-11d3-9a0c-0305e82c3301 lost while decoding shard 12/64",
        "worker 9d50ef40-6cc8-4ca6-9d35-1dc9cf26235c lost while decoding shard 3/64",
    ),
    (
        "blob sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 failed checksum",
        "blob sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752 failed checksum",
    ),
    (
        "The text field in the ContentBlock object at messages.15.content.0 is blank. Add text to the "
        "text field, and try again.",
        "The text field in the ContentBlock object at messages.3.content.2 is blank. Add text to the "
        "text field, and try again.",
    ),
    (
        "The model returned the following errors: messages.1.content.0.type: Expected `thinking` or "
        "`redacted_thinking`, but found `text`.",
        "The model returned the following errors: messages.31.content.2.type: Expected `thinking` or "
        "`redacted_thinking`, but found `text`.",
    ),
    (
        "User ann.lee@example.com is not a member of workspace wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ",
        "User bob+eval@corp.example.org is not a member of workspace wrkspc_01KdL2",
    ),
    (
        "custom_id 'doc-004411' duplicates an earlier request",
        "custom_id 'row_12' duplicates an earlier request",
    ),
    (
        "messages.0.content.3.document.title: String should have at most 500 characters",
        "messages.2.content.0.document.title: String should have at most 500 characters",
    ),
    ("stop_sequences: each stop sequence must contain non-whitespace",),
    (
        "stop_sequences.0: String should have at least 1 character",
        "stop_sequences.3: String should have at least 1 character",
    ),
    ("metadata.user_id: String should have at most 256 characters",),
    ("metadata.user_id: user_id appears to contain an email address",),
    (
        "container: container_011CNha8iCJcU1wXNR6q4V8w has expired",
        "container: container_01Z has expired",
    ),
    (
        "tools.0.web_search_20250305.allowed_domains: The following domains are not accessible to our "
        "user agent: ['reddit.com', 'nytimes.com'].",
        "tools.1.web_search_20250305.allowed_domains: The following domains are not accessible to our "
        "user agent: ['x.com'].",
        "tools.2.web_search_20250305.allowed_domains: The following domains are not accessible to our "
        "user agent: ['a.example', 'b.example', 'c.example'].",
    ),
    (
        "tools.0.web_search_20250305.max_uses: Input should be greater than 0",
        "tools.4.web_search_20250305.max_uses: Input should be greater than 0",
    ),
    (
        "Error while communicating with MCP server 'jira' at https://mcp.example.com/sse: 401",
        "Error while communicating with MCP server 'my notes' at https://notes.example.net/mcp?x=1: 401",
    ),
    (
        "MCP server name 'jira' is used more than once",
        "MCP server name 'my notes' is used more than once",
    ),
)
