"""A settings file becomes settings, or one sentence with file, line and the nearest known key."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.failures import ExitCode, SettingsBroken
from batchtui.domain.prices import Price
from batchtui.domain.settings import Settings
from batchtui.workspace.settings.diagnose import problems
from batchtui.workspace.settings.origins import origins
from batchtui.workspace.settings.reading import load_settings, parse
from batchtui.workspace.settings.rules import RANGES
from batchtui.workspace.settings.template import COMMENTS, EXAMPLES, template

FILE = Path("batchtui.toml")


def broken(text: str) -> SettingsBroken:
    with pytest.raises(SettingsBroken) as caught:
        parse(text, file=FILE)
    return caught.value


def test_no_file_means_the_defaults(root: Path) -> None:
    assert load_settings(root) == Settings()


def test_a_file_is_read_and_the_rest_stays_default(root: Path) -> None:
    (root / "batchtui.toml").write_text(
        '[submit]\nchunk_requests = 5_000\n[poll]\nidle = 60\n[retry]\nclasses = ["overloaded_error"]\n'
        '[budget]\ndaily_usd = 200\n[keys]\nrefresh = "f5"\n'
        '[prices."my-model"]\ninput = 1\noutput = 2\ncache_write_5m = 3\ncache_write_1h = 4\ncache_read = 0.5\n'
    )
    settings = load_settings(root)
    assert settings.submit.chunk_requests == 5000
    assert settings.submit.max_open_batches == 20
    assert settings.poll.idle == 60
    assert settings.retry.classes == ("overloaded_error",)
    assert settings.budget.daily_usd == 200
    assert settings.keys == {"refresh": "f5"}
    assert settings.prices == {"my-model": Price(input=1, output=2, cache_write_5m=3, cache_write_1h=4, cache_read=0.5)}


@pytest.mark.parametrize(
    ("text", "line", "what", "next_step"),
    [
        ("[submit]\nchunk_request = 5\n", 2, "unknown setting `submit.chunk_request`", "`chunk_requests`"),
        ("\n# x\n[submitt]\nchunk_requests = 5\n", 3, "unknown setting `submitt`", "`submit`"),
        ("chunk_requests = 5\n", 1, "unknown setting `chunk_requests`", "`chunk_requests` in [submit]"),
        ("[ui]\nzzz = 5\n", 2, "unknown setting `ui.zzz`", "theme, mouse, glyphs, time"),
        ('[keys]\nrefersh = "f5"\n', 2, "unknown setting `keys.refersh`", "`refresh`"),
        ('[keys]\nzzqq = "f5"\n', 2, "unknown setting `keys.zzqq`", "the nearest are "),
        ('[prices."a.b"]\ninput = 1\noutptu = 2\n', 3, "unknown setting `prices.a.b.outptu`", "`output`"),
        ("[submit]\n\nchunk_requests = 'many'\n", 3, "must be a whole number, not a text", ""),
        ("[submit]\nchunk_requests = 5.5\n", 2, "must be a whole number, not 5.5", ""),
        ("[ui]\nmouse = 1\n", 2, "must be true or false, not 1", ""),
        ("[budget]\ndaily_usd = '5'\n", 2, "must be a number, not a text", ""),
        ("[retry]\nclasses = 'x'\n", 2, "must be a list of texts", ""),
        ("[retry]\nclasses = ['x', 3]\n", 2, "must be a list of texts", ""),
        ("[submit]\nchunk_requests = 100001\n", 2, "must be between 1 and 100,000, not 100,001", ""),
        ("[poll]\nidle = -3\n", 2, "must be between 0.01 and 31,536,000, not -3", ""),
        ("[budget]\nrun_usd = nan\n", 2, "must be a plain number", ""),
        ("[retry.rules]\nexpired = 'send'\n", 2, "must be one of resend, edit, refuse, ask, not 'send'", ""),
        ("[retry]\nbackoff = 'expo'\n", 2, "must be one of exponential, linear, fixed, not 'expo'", ""),
        ("[api]\nbase_url = 'localhost:8080'\n", 2, "must begin with https:// or http://", ""),
        ("[api]\nbase_url = 'https://'\n", 2, "must be an address such as https://", ""),
        ("[api]\nbase_url = 'https://a:port'\n", 2, "must be an address such as https://", ""),
        ("[alerts]\nwebhook = 'https://a b'\n", 2, "must be an address such as https://", ""),
        ('[api]\nanthropic_version = "2023\\n06"\n', 2, "without blanks", ""),
        ("[api]\nbetas = ['one', '']\n", 2, "without blanks", ""),
        ("[api]\napi_workspace_id = ''\n", 2, "without blanks", ""),
        ("[alerts]\ncommand = ' '\n", 2, "is empty", ""),
        ("[alerts]\nresults_days = 1e300\n", 2, "must be between 0 and 365, not 1e+300", ""),
        ("[submit]\nmax_open_batches = 0\n", 2, "must be between 1 and 1,000,000,000,000, not 0", ""),
        ("submit = 5\n", 1, "`submit` must be a table", "[submit]"),
        ("keys = 5\n", 1, "`keys` must be a table", "[keys]"),
        ("[prices.x]\ninput = 1\n", 1, "`prices.x` lacks `output`", "all of its parts"),
        ("[prices]\nx = 3\n", 2, "`prices.x` must be a table", ""),
        ("[submit]\nchunk_requests = \n", 2, "is not TOML", ""),
        ("[submit]\n[submit]\n", 2, "is not TOML: cannot declare", ""),
        ("[ui]\ntheme = '''dark", 2, "is not TOML", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, what: str, next_step: str) -> None:
    failure = broken(text)
    assert failure.line == line
    assert f"batchtui.toml:{line}: " in str(failure)
    assert what in failure.what
    assert next_step in failure.next
    assert failure.exit_code is ExitCode.USAGE


def test_an_action_that_nobody_knows_is_not_answered_with_all_the_names_there_are() -> None:
    assert broken('[keys]\nzzqq = "f5"\n').next.count(",") == 2


def test_lines_are_found_behind_texts_and_lists_of_several_lines() -> None:
    text = '[retry]\nclasses = [\n  "a",\n  "delay = 1",\n]\n[alerts]\ncommand = """notify\nfoo = 1"""\nfoo = 2\n'
    assert broken(text).line == 9


def test_a_dotted_key_and_an_inline_table_have_lines_too() -> None:
    assert broken("\nsubmit.chunk_requests = -1\n").line == 2
    assert broken("[ui]\n[prices]\n\nm = { input = 1, output = -2 }\n").line == 4


def test_the_first_problem_of_the_file_is_told_and_the_others_counted() -> None:
    failure = broken("[ui]\ntime = 'mars'\n[submit]\nchunk_requests = 0\nfoo = 1\n")
    assert failure.line == 2
    assert "(and 2 more)" in failure.what


def test_a_value_in_the_wrong_place_is_not_shown_since_it_may_be_a_key() -> None:
    secret = "sk-ant-secret"
    for text in (f"[api]\nbase_url = '{secret}'\n", f"[submit]\nchunk_requests = '{secret}'\n", f"key = '{secret}'\n"):
        assert secret not in str(broken(text))


def test_a_deeply_nested_file_is_no_traceback() -> None:
    assert broken("x = " + "[" * 5000 + "]" * 5000).exit_code is ExitCode.USAGE


_WORDS = ["[submit]", "[prices.x]", "[[ui]]", "[keys]", "chunk_requests", "idle", "input", "refresh", "=", ".", "\n"]
_VALUES = ["5", "-1", "'x'", '"""\n', "[1,\n 2]", "{ input = 1 }", "true", "nan", "1979-05-27", "# c", "'''", "é\0"]


@given(st.lists(st.sampled_from([*_WORDS, *_VALUES]), max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_settings_or_one_sentence(text: str) -> None:
    try:
        settings = parse(text, file=FILE)
    except SettingsBroken as failure:
        assert failure.line is None or 1 <= failure.line <= text.count("\n") + 1
        return
    assert isinstance(settings, Settings)


def test_a_file_that_is_not_utf8_says_where(root: Path) -> None:
    (root / "batchtui.toml").write_bytes(b"[ui]\n# caf\xe9\n")
    with pytest.raises(SettingsBroken, match="not UTF-8") as caught:
        load_settings(root)
    assert caught.value.line == 2


def test_a_byte_order_mark_is_no_trouble(root: Path) -> None:
    (root / "batchtui.toml").write_bytes(b"\xef\xbb\xbf[ui]\nmouse = true\n")
    assert load_settings(root).ui.mouse


def test_a_file_that_cannot_be_read_is_no_traceback(root: Path) -> None:
    (root / "batchtui.toml").mkdir()
    with pytest.raises(SettingsBroken, match="is a directory"):
        load_settings(root)


def uncommented(text: str) -> str:
    """The template with every default line made active."""
    return "\n".join(line[1:] if line.startswith("#") and line[1:2].isalpha() else line for line in text.split("\n"))


def test_the_template_is_the_defaults_commented_or_not() -> None:
    assert parse(template(), file=FILE) == Settings()
    active = uncommented(template())
    assert active != template()
    assert parse(active, file=FILE) == Settings()


def test_the_template_explains_every_setting_and_no_other() -> None:
    defaults = msgspec.to_builtins(Settings())
    sections = {name: set(values) for name, values in defaults.items() if name not in ("keys", "prices")}
    assert {name: set(comments) for name, comments in COMMENTS.items()} == sections
    unset = {(name, key) for name in sections for key, value in defaults[name].items() if value is None}
    assert set(EXAMPLES) == unset


def test_the_examples_of_the_template_are_valid() -> None:
    for (section, name), value in EXAMPLES.items():
        assert list(problems({section: {name: value}})) == []
    examples = [line.removeprefix("# For example: ") for line in template().split("\n") if "For example: " in line]
    assert list(problems({"keys": parse_line(examples[-2]), "prices": parse_line(examples[-1])})) == []


def parse_line(line: str) -> object:
    return msgspec.toml.decode(line)


def test_every_number_has_a_range_that_its_default_keeps() -> None:
    defaults = msgspec.to_builtins(Settings())
    numbers = {
        (section, name): value
        for section, values in defaults.items()
        for name, value in values.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    assert set(RANGES) == set(numbers) | {("budget", "daily_usd"), ("budget", "run_usd")}
    assert all(RANGES[key][0] <= value <= RANGES[key][1] for key, value in numbers.items())


def test_every_setting_says_where_it_comes_from(root: Path) -> None:
    file = root / "batchtui.toml"
    file.write_text('[ui]\nmouse = true\n\n[keys]\nrefresh = "f5"\n')
    found = {one.name: one for one in origins(root, {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1"})}
    assert (found["ui.mouse"].value, found["ui.mouse"].origin) == (True, f"{file}:2")
    assert (found["keys.refresh"].value, found["keys.refresh"].origin) == ("f5", f"{file}:5")
    assert (found["ui.time"].value, found["ui.time"].origin) == ("utc", "default")
    assert (found["api.base_url"].value, found["api.base_url"].origin) == ("http://127.0.0.1:1", "ANTHROPIC_BASE_URL")
    file.write_text('[api]\nbase_url = "https://example.com"\n')
    [base] = [one for one in origins(root, {"ANTHROPIC_BASE_URL": "http://x"}) if one.name == "api.base_url"]
    assert (base.value, base.origin) == ("https://example.com", f"{file}:2")


def test_a_table_that_holds_nothing_is_still_the_default(root: Path) -> None:
    file = root / "batchtui.toml"
    file.write_text(template())
    assert {one.origin for one in origins(root, {})} == {"default"}
    file.write_text('[retry.rules]\ncanceled = "resend"\n')
    [rule] = [one for one in origins(root, {}) if one.name.startswith("retry.rules")]
    assert (rule.name, rule.origin) == ("retry.rules.canceled", f"{file}:2")


def test_origins_without_a_file_are_all_defaults(tmp_path: Path) -> None:
    found = origins(tmp_path / "nowhere", {})
    assert {one.origin for one in found} == {"default"}
    assert len(found) == sum(len(comments) for comments in COMMENTS.values())
