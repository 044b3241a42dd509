"""Make text from outside safe to draw. Nothing here knows where the text came from or where it goes."""

import re

REPLACEMENT = "\ufffd"

_BODIES = "\u261d\u26f9\u270a-\u270d\ufe0f\U0001f300-\U0001faff"
_PRESENTATION = re.compile(f"[\ufe0e\ufe0f]|(?<=[{_BODIES}])[\U0001f3fb-\U0001f3ff]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls: C0 and C1, both of which a terminal obeys
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, separators, bidi
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"  # fillers, variation selectors, interlinear
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"  # format characters that terminals disagree on
    "\ud800-\udfff"  # a lone half of a pair cannot be encoded
    "\U0001f3fb-\U0001f3ff"  # a tone of skin with nobody in front of it
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
)
_UNSAFE_BUT_LINES = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
_MARKS = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u0e31-\u0e3a\u0e47-\u0e4e"
    "\u0eb1-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u1161-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]"
)
_FLOOD = re.compile(f"({_MARKS}{{4}}){_MARKS}+")
"""No language puts so many marks on one letter; piled up they are drawn over the lines above and below."""
_BREAKS = re.compile("\r\n|[\r\n\t]")
_LINE_ENDS = re.compile("\r\n|\r")


def clean(text: str, *, multiline: bool = False) -> str:
    """Replace what could drive or confuse a terminal by U+FFFD.

    Tabs become blanks, and so do line breaks unless multiline keeps them as new lines. The two selectors that
    ask for a text or an emoji form and the tones of skin are dropped, and a flag is told by its letters: they change
    no meaning, and terminals disagree on the width. Of many marks piled on one letter four are kept.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _FLOOD.sub(rf"\1{REPLACEMENT}", _PRESENTATION.sub("", text))
    text = _FLAG.sub(lambda found: chr(ord(found[0]) - 0x1F1E6 + ord("A")), text)
    if multiline:
        text = _LINE_ENDS.sub("\n", text).replace("\t", "    ")
        return _UNSAFE_BUT_LINES.sub(REPLACEMENT, text)
    return _UNSAFE.sub(REPLACEMENT, _BREAKS.sub(" ", text))
