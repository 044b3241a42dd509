"""Strings that try to drive a terminal, break a layout, or be taken for markup, a path or a format.

Each sequence carries the number 6661, so that it can be told from one of the program's own.
"""

from typing import Final

SEQUENCES: Final = (
    "\x1b[6661;6661H",
    "\x1b[2J\x1b[6661C",
    "\x1b[31;6661m",
    "\x1b[?6661h\x1b[?1049l",
    "\x1b]0;owned 6661\x07",
    "\x1b]52;c;NjY2MQ==\x07",
    "\x1b]8;;http://127.0.0.1/6661\x1b\\link\x1b]8;;\x1b\\",
    "\x1bP$q6661\x1b\\",
    "\x1b_6661\x1b\\\x1b^6661\x1b\\",
    "\x1bc\x1b7\x1b8\x1bM",
    "\x9b6661H\x9d0;owned 6661\x9c\x90q6661\x9c",
)
CONTROLS: Final = (
    "nul\x00bel\x07back\x08\x08\x08\x08del\x7f",
    "carriage\rreturn 6661",
    "new\nline\r\n\n\ntab\tvertical\x0bform\x0c",
    "next\x85line sep\u2028para\u2029",
    "shift\x0e\x0fout",
)
UNSEEN: Final = (
    "bidi \u202ereversed\u202c \u2066isolated\u2069 \u200fmark",
    "zero\u200bwidth\u200d\ufeff\u2060joined",
    "tags\U000e0041\U000e007f soft\u00adhyphen",
)
MARKUP: Final = (
    "[/nope]",
    "[@click=app.quit]press[/]",
    "[bold red]red[/bold red] [link=http://127.0.0.1/6661]l[/link]",
    "[on red]$text-error[/] {curly} :warning:",
)
LONG: Final = (
    "w" * 3000,
    "漢字かな交じり文" * 40,
    "👨‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪" * 20,
    "Z" + "\u0301\u0316\u0360" * 200,
    "ｆｕｌｌ" * 90,
)
ODD: Final = (
    "../../../../etc/passwd",
    "/etc/passwd",
    "..",
    "%s%n%d {0} {x!r} $HOME `id` $(id)",
    "quote\" 'single' back\\slash , comma;",
    "=1+1",
    "-rf",
    "",
    " ",
)
TEXTS: Final = (*SEQUENCES, *CONTROLS, *UNSEEN, *MARKUP, *LONG, *ODD)
LONE: Final = "lone \ud800 surrogate \udc00"
"""Cannot be written as UTF-8; in JSON it is an escape."""


def mixed(number: int) -> str:
    """A text of several kinds, another for each number, that begins with a word to find it by."""
    parts = (SEQUENCES, CONTROLS, UNSEEN, MARKUP, LONG, ODD)
    return f"text{number} " + " ".join(kind[number % len(kind)][:400] for kind in parts)


def sequence(number: int) -> str:
    """A short one, for names and types."""
    return f"n{number}{SEQUENCES[number % len(SEQUENCES)]}{MARKUP[number % len(MARKUP)]}{UNSEEN[number % 3]}"
