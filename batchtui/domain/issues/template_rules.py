"""What of a message is a particular, and the word that stands for it. Read by `templates`; every digit is a 0 by then.

No rule asks how long a number is, so none can tell two numbers apart; each starts at the edge of a word and looks at
most once ahead, so that time grows with the length of a message.
"""

import re
from collections.abc import Callable
from functools import cache

Replacement = str | Callable[[re.Match[str]], str]
Rule = tuple[re.Pattern[str], Replacement]

_MARK = r"<[a-z]+>"
"""What an earlier rule left."""
_OPENS = r"(?:(?<=[\s(\[{<:=,;|/>+\-])|^)"
"""A quote opens behind a blank or a bracket, never inside a word: `don't` quotes nothing."""
_FIELDS = (
    r"anthropic-[a-z]+|assistant|betas|budget_tokens|cache_control|citations|container|content|context_management"
    r"|custom_id|data|display|document|effort|fallbacks?|id|image|inference_geo|input|input_schema|is_error|max_tokens"
    r"|mcp_servers|media_type|messages?|metadata|model|name|output_config|output_format|params|redacted_thinking|role"
    r"|schema|search_result|server_tool_use|service_tier|signature|source|speed|stop_sequences|store|stream|strict"
    r"|system|temperature|text|thinking|title|tool_choice|tool_result|tool_use|tool_use_id|tools?|top_k|top_p|ttl|type"
    r"|url|user|x-api-key"
)
"""The API's own fields and kinds of block, which it names in backticks: they say which fault it is."""
_FIELD = rf"(?:{_FIELDS})(?:\.(?:{_FIELDS}))*`"
_QUOTED = (
    rf"{_OPENS}(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|(?:(?<=found )|(?<=got )|(?!`{_FIELD}))`[^`]*`)(?!\w)"
    r"|“[^“”]*”|„[^„“”]*[“”]|‘[^‘’]*’(?!\w)|«[^«»]*»|「[^「」]*」"
    rf"|{_OPENS}[\"'`“][^\"'`”]{{120,}}$"
)
_MIXED = r"(?=[A-Za-z]*0)(?=0*[A-Za-z])"
"""A word of letters and digits follows."""
_NUMBER = r"(?:(?<![\w.\-])[+\-])?(?<![A-Za-z0])0+(?:[,_'\u00a0\u202f]0+)*(?:\.0+)?(?:[eE][+\-]?0+\b)?"
_CLOCK = r"0+:0+(?::0+)?(?:[.,]0+)?"
_ZONE = r"(?: ?(?:Z\b|UTC\b|GMT\b|AM\b|PM\b|[+\-]0+:?0+\b))?"
_AT_CLOCK = rf"(?:(?:T| |, | at |, at ){_CLOCK})?{_ZONE}"
_WEEKDAY = r"(?:\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DAY_OF_MONTH = r"0+(?:st|nd|rd|th)?"
_MODELS = r"claude|gpt|chatgpt|gemini|gemma|llama|mistral|mixtral|codestral|qwen|deepseek|titan|nova|grok|phi"
_DOMAINS = r"(?:com|net|org|io|dev|ai|edu|gov|cloud|internal|local|example)"
_EXTENSIONS = (
    r"(?:jsonl|json|ndjson|csv|tsv|txt|md|pdf|png|jpe?g|gif|webp|svg|docx?|xlsx?|pptx?|zip|gz|zst|tar|html?|xml|ya?ml"
    r"|toml|parquet|mp0|wav|py|js|ts)"
)
_IDS = r"req|msg|msgbatch|toolu|srvtoolu|file|wrkspc|call|container|org|sess|batch|run"
_ID_LIKE = r"[^\s,]*[\w>]"
_NAMED_ID = r"(?i:request|trace|span|correlation|operation|incident|debug|support|session)[ _\-]?[Ii][Dd]\b"
_COUNTED = (
    r"tokens?|images?|requests?|characters?|chars?|items?|messages?|blocks?|pages?|tools?|documents?|files?|times?"
    r"|attempts?|errors?|results?|pixels?|videos?|frames?|elements?|entry|entries|retry|retries|batch|batches|workers?"
)
_TIME_UNIT = (
    r"(?:ms|milliseconds?|µs|us|microseconds?|ns|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?)"
)
_SIZE_UNIT = r"(?:[KMGT]i?[Bb](?:ytes?)?|[kmgt]i?[Bb]|(?:kilo|mega|giga)?bytes?)"


@cache
def first_rules() -> tuple[Rule, ...]:
    """Quoted text and ids. Made when the first message is looked at: a listing, which looks at none, starts sooner."""
    return _compiled(
        (r"\bdata:[a-z]+/[\w.+\-]+;base0+,[A-Za-z0+/=_\-]*", "<data>"),
        (r"\b[a-zA-Z][a-zA-Z0+.\-]{1,15}://[^\s\"'`<>(){}”’]*[^\s\"'`<>(){}”’.,:;!?\]]", "<url>"),
        (_QUOTED, "<text>"),
        (r"(?<![\w.+\-])[\w.+\-]{1,64}@[A-Za-z0\-]{1,63}(?:\.[A-Za-z0\-]{1,63})+", "<email>"),
        (r"\b[0a-fA-F]{8}-(?:[0a-fA-F]{4}-){3}[0a-fA-F]{12}\b", "<id>"),
        (rf"\b(?:{_IDS})_(?:(?:[a-z]{{2,6}}_)?0|(?=[a-z]*[0A-Z]))[A-Za-z0]+", "<id>"),
        (rf"(?P<before>\b{_NAMED_ID}[:=# ]{{1,3}})(?=[\w\-]*0)[\w\-]+", r"\g<before><id>"),
        (rf"\b[a-z]{{2,12}}_{_MIXED}[A-Za-z0]{{8,}}\b", "<id>"),
        (r"\b0x[0a-fA-F]+\b", "<id>"),
        (rf"(?<![\w.\-]){_MIXED}[0a-fA-F]{{7,}}(?:-[A-Z]{{3}}\b|\b(?![+\-]))", "<id>"),
        (r"(?<![\w/+])(?=[A-Za-z+/]*0)(?=[0+/]*[A-Za-z])[A-Za-z0+/]{32,}={0,2}(?![\w/+=])", "<data>"),
        (r"(?<![\w/+])(?=[0+/]*[A-Za-z])[A-Za-z0+/]{64,}={0,2}(?![\w/+=])", "<data>"),
    )


@cache
def second_rules() -> tuple[Rule, ...]:
    """All that has few forms once the first rules are done."""
    return (*_names(), *_places(), *_figures())


def _names() -> tuple[Rule, ...]:
    no_name = r"(?!(?:is|must|should|was|has|of|in|and|or|to|not)\b)"
    return _compiled(
        (r"\barn:[a-z\-]+:[\w:/.\-]+", "<id>"),
        (rf"(?<![\w./:\-])(?:[\w\-]{{1,40}}[./:]){{0,8}}(?:{_MODELS})[\w.@:\-]*\w", _model),
        (r"\bo0(?:-[a-z]+)*\b", "<model>"),
        (r"(?P<before>\b[Mm]odel:? )(?=[\w.:@]*[\-0/])[A-Za-z][\w./:@\-]*\w", r"\g<before><model>"),
        (
            rf"(?P<before>(?:immediately after|`tool_result` blocks): ){_ID_LIKE}(?:(?:, and |, | and ){_ID_LIKE})*",
            r"\g<before><id>",
        ),
        (rf"(?P<before>\bcustom_id(?:[:=] ?| )){no_name}[\w\-]+", r"\g<before><id>"),
        (r"(?P<before>\bproperties\.)[\w\-]+", r"\g<before><name>"),
        (r"(?<![\w/])(?:image|audio|video|text|application|font)/[a-z0][\w.+\-]*\w", "<type>"),
    )


def _places() -> tuple[Rule, ...]:
    return _compiled(
        (r"(?<![\w.~])(?:[A-Za-z]:\\|\\\\)[^\s\"'`<>|]*[^\s\"'`<>|.,:;]", "<path>"),
        (r"(?<![\w>./~])(?:~|\.{1,2})?/(?:[\w.~@%+=\-]+/)*[\w.~@%+=\-]*\w", "<path>"),
        (rf"(?<![\w/.\[\-])(?:[\w.\-]+/)*[\w\-][\w.\-]*\.{_EXTENSIONS}\b(?![.\[/])", "<path>"),
        (rf"(?<![\w.@\-])(?:[a-zA-Z0\-]+\.)+{_DOMAINS}(?::0+)?\b(?![.\-]\w)", "<host>"),
        (r"(?<![\w:.\-])(?:[0a-fA-F]{2}[:\-]){5,31}[0a-fA-F]{2}\b", "<id>"),
        (r"(?<![\w:.])(?=[a-fA-F:]*0)(?:[0a-fA-F]{0,4}:){3,7}[0a-fA-F]{0,4}(?![\w:])", "<ip>"),
        (r"(?<![\w.])0+\.0+\.0+\.0+(?::0+)?(?![\w.]*\w)", "<ip>"),
    )


def _figures() -> tuple[Rule, ...]:
    return _compiled(
        (rf"{_WEEKDAY}(?<![\w\-])0+-0+-0+{_AT_CLOCK}(?![\w\-])", "<time>"),
        (rf"{_WEEKDAY}\b{_DAY_OF_MONTH} {_MONTH}(?:,? 0+)?{_AT_CLOCK}", "<time>"),
        (rf"{_WEEKDAY}\b{_MONTH} {_DAY_OF_MONTH}(?:,? 0+)?{_AT_CLOCK}", "<time>"),
        (rf"(?<![\w:.])0+(?::0+)+(?:[.,]0+)?{_ZONE}(?![\w:])", "<n>"),
        (r"\b0+(?:st|nd|rd|th)\b", "<n>th"),
        (rf"{_NUMBER} ?%", "<n>%"),
        (rf"{_NUMBER} ?{_SIZE_UNIT}\b", "<size>"),
        (rf"{_NUMBER}{_TIME_UNIT}(?: ?0+(?:\.0+)?{_TIME_UNIT})*\b", "<duration>"),
        (rf"{_NUMBER}[ \-]{_TIME_UNIT}\b", "<duration>"),
        (r"<duration>(?: <duration>)+", "<duration>"),
        (rf"{_NUMBER}[kMBT]?(?!\w)", "<n>"),
        (r"0+", "<n>"),
        (r" \((?i:request|trace)[ _\-]?[Ii][Dd]:? ?<[a-z]+>\)(?=\.?$)", ""),
        (r"<n>(?:\.<n>)+", "<n>"),
        (rf"<n> (?P<counted>{_COUNTED})\b", _plural),
        (rf"(?P<first>{_MARK})(?:(?:, and |, or |, | and | or |,)(?P=first))+", r"\g<first>"),
    )


def _compiled(*rules: tuple[str, Replacement]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


def _model(found: re.Match[str]) -> str:
    """`claude-…` is a model; another family's name is one with a version, for `mistral winds` are none."""
    text = found.group()
    return "<model>" if "claude-" in text or ("0" in text and re.search(rf"(?:{_MODELS})-?[\w.]*0", text)) else text


def _plural(found: re.Match[str]) -> str:
    """`1 token` and `2 tokens` are the same words."""
    word = found["counted"]
    if word.endswith("y"):
        return f"<n> {word[:-1]}ies"
    return f"<n> {word}" if word.endswith("s") else f"<n> {word}{'es' if word.endswith('ch') else 's'}"
