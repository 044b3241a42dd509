"""The words that simulated answers are put together from."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GOOD = _words(
    "love loved great excellent perfect perfectly amazing sturdy comfortable beautiful easy recommend happy "
    "best fantastic solid impressed worth quiet reliable lovely brilliant pleased smooth fast warm crisp"
)
BAD = _words(
    "broke broken terrible awful refund disappointed waste cheap leaks leaked late wrong useless noisy poor "
    "scratched worst flimsy returned returning dead faulty missing stopped cracked crackles never rude hot "
    "smell"
)
TOPICS = {
    "delivery": _words("delivery delivered shipping arrived courier package box late"),
    "price": _words("price money expensive cheap worth value cost refund paid"),
    "build quality": _words("broke broken sturdy solid flimsy cracked plastic seams stitching handle zip"),
    "battery": _words("battery charge charging charger usb"),
    "noise": _words("noise noisy quiet loud hum"),
    "comfort": _words("comfortable comfort fit fits tight soft warm size"),
    "support": _words("support service customer reply replied email warranty rude"),
    "setup": _words("setup manual instructions install assemble assembly app"),
}
OPENINGS = (
    "Meet the {name}: made for the days that ask a little more of your kit.",
    "{name} does one thing and does it properly.",
    "Some things earn their place at home within a week. {name} is one of them.",
    "Simple to look at and hard to put down, {name} was made to be used daily.",
    "You will notice the difference the first time you pick up {name}.",
)
BENEFITS = (
    "The materials were chosen to age well, so a few years of use only add character.",
    "Every edge that meets your hand has been rounded, and nothing rattles.",
    "It packs flat, weighs next to nothing and is ready in under a minute.",
    "Cleaning takes a damp cloth and no patience.",
    "Spare parts are sold separately, so a worn piece never means a new purchase.",
    "It works straight out of the box, without an app or an account.",
    "The finish shrugs off rain, coffee and the odd knock against a doorframe.",
    "Sized for small flats, it still holds what a family needs for a weekend.",
)
CLOSINGS = (
    "Comes with a five-year guarantee.",
    "Try {name} for sixty days; send it back if it does not win you over.",
    "Pick your colour and it ships tomorrow.",
    "A small upgrade you will use every day.",
)
TITLES = ("made to last, easy to repair", "for every day", "small, light, honest", "built for wet Tuesdays")
CALLS = ("See it in the shop.", "Have a look.", "Pick your colour.", "Find yours today.")
APPROVAL = "Looks good to me."
VERDICTS = (
    "The change does what it says; a few points before it goes in.",
    "Good direction, with one thing that should be fixed first.",
    "Mostly fine. I would not merge it quite yet.",
    "The intent is clear and the diff is small. Remarks below.",
)
FINDINGS = (
    "the early return skips releasing the lock taken above; use a context manager.",
    "this is evaluated on every iteration; hoist it out of the loop.",
    "a `None` from the cache and a missing key can no longer be told apart.",
    "the timeout is in milliseconds here and in seconds at the call site.",
    "the error is logged and then swallowed, so the caller believes it succeeded.",
    "user input reaches the query without being bound as a parameter.",
    "off by one: the last page is dropped when the total is a multiple of the page size.",
    "the new branch has no test; the existing one still passes if it is removed.",
    "naming: `data` says nothing; `pending_invoices` would.",
    "comparing floats for equality; round to cents or use a decimal type.",
    "the retry has no upper bound and no jitter, which will hurt after an outage.",
)
REVIEW_ENDS = (
    "With that fixed I am happy to approve.",
    "The rest reads well.",
    "Could you add a test that fails without this change?",
    "Nothing else stood out.",
)
PROSE_OPENINGS = (
    "On “{subject}”, the short answer is that it depends on what you optimise for.",
    "Taking “{subject}” step by step makes it easier to judge.",
    "There are three things worth saying about “{subject}”.",
    "In brief, regarding “{subject}”: yes, with conditions.",
)
SENTENCES = (
    "The first consideration is cost, and it is usually smaller than people expect.",
    "Most of the difficulty sits in the exceptions rather than in the common case.",
    "A small trial over two weeks would settle the question better than further debate.",
    "It helps to write down beforehand what would count as success.",
    "Where the figures disagree, the older source tends to be the more careful one.",
    "None of this rules out the alternative; it only raises the bar for it.",
    "Keep the parts that can change apart from the parts that cannot.",
    "If only one thing is done, let it be the measurement.",
)
