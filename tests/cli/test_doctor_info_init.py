"""`doctor`, `info`, `init`: what is here, where it comes from, and what could go wrong."""

from pathlib import Path

import pytest

from batchtui.cli import doctor_checks
from batchtui.domain.failures import ExitCode
from tests.cli.conftest import KEY, SETTINGS
from tests.cli.program import Program
from tests.otherserver import OtherServer


def checks(program: Program, *arguments: str) -> dict[str, str]:
    """Verdicts by check."""
    return {entry["check"]: entry["verdict"] for entry in program.json("doctor", *arguments).object["checks"]}


def test_all_is_well(online: Program, server: OtherServer) -> None:
    ending = online.json("doctor")
    assert ending.code == ExitCode.DONE
    assert ending.object["ok"] is True
    found = {entry["check"]: entry for entry in ending.object["checks"]}
    assert {"settings", "folder", "space", "journal", "key", "account", "clock", "models"} <= found.keys()
    assert {entry["verdict"] for entry in found.values()} == {"ok"}
    assert "org-of-the-other-server" in found["account"]["message"]
    assert f"…{KEY[-4:]}" in found["key"]["message"]
    assert KEY not in ending.stdout


def test_the_terminal_is_said_to_be_none_only_where_stdout_is_a_pipe(
    online: Program, server: OtherServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def terminal() -> str:
        (found,) = [one for one in online.json("doctor", "--offline").object["checks"] if one["check"] == "terminal"]
        return str(found["message"])

    assert terminal() == "not looked at: stdout is a pipe or a file, not a terminal"
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("BATCHTUI_BESIDE", "76x24")
    assert terminal().startswith("xterm-256color, ") and terminal().endswith(": the dashboard is open in it")


def test_what_is_wrong_is_told_with_what_to_do(online: Program, server: OtherServer) -> None:
    online.workspace.chmod(0o755)
    (online.workspace / "journal.jsonl").write_text("not a record\n{}\n")
    ending = online.json("doctor")
    assert ending.code == ExitCode.ERROR
    found = {entry["check"]: entry for entry in ending.object["checks"]}
    assert found["folder"]["verdict"] == "warn"
    assert "chmod 700" in found["folder"]["next"]
    assert found["journal"]["verdict"] == "fail"
    assert "1" in found["journal"]["message"]


def test_a_setting_without_an_effect_is_no_secret(online: Program, server: OtherServer) -> None:
    with (online.workspace / "batchtui.toml").open("a") as settings:
        settings.write("\n[retry]\nautomatic = true\n")
    assert checks(online)["settings"] == "warn"


def test_a_key_that_another_action_has_is_told_with_its_place_and_stops_nothing(program: Program) -> None:
    program.workspace.mkdir(mode=0o700)
    (program.workspace / "batchtui.toml").write_text('[keys]\nerrors = "f"\nsubmit = "q"\n')
    clash = "batchtui.toml:3: [keys] submit = 'q': quit has that key; submit keeps its own"
    found = [one for one in program.json("doctor", "--offline").object["checks"] if one["check"] == "settings"]
    assert [one["verdict"] for one in found] == ["warn"]
    assert clash in found[0]["message"]
    for command in ("ls", "info"):
        ending = program.json(command, "--offline")
        assert ending.code == ExitCode.DONE, "it is a mistake that stops nothing"
        assert clash in ending.stderr


def test_info_says_that_there_is_no_key(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    assert [line.split(maxsplit=1)[1] for line in program("info").stdout.splitlines() if line.startswith("key ")] == [
        "none was found"
    ]


def test_a_class_of_errors_that_is_not_known_is_told_with_its_place_and_stops_nothing(program: Program) -> None:
    program.settings('[retry]\nclasses = ["overloaded_error", "overloaded"]\n\n[retry.rules]\nbiling_error = "ask"\n')
    found = [one for one in program.json("doctor", "--offline").object["checks"] if one["check"] == "settings"]
    assert [one["verdict"] for one in found] == ["warn", "warn"]
    assert ":2: [retry] names the class 'overloaded', which is not known here" in found[0]["message"]
    assert ":5: [retry] names the class 'biling_error'" in found[1]["message"]
    assert [one["next"] for one in found] == ["did you mean `overloaded_error`?", "did you mean `billing_error`?"]
    assert program("ls", "--offline").code == ExitCode.DONE


@pytest.mark.parametrize(("name", "hint"), [("drak", "did you mean `dark`?"), ("nope", "there are ansi16, dark,")])
def test_a_theme_that_is_not_there_is_told_with_its_place_and_stops_nothing(
    program: Program, name: str, hint: str
) -> None:
    program.workspace.mkdir(mode=0o700)
    (program.workspace / "batchtui.toml").write_text(f'[ui]\n\ntheme = "{name}"\n')
    line = 3
    (finding,) = [
        entry for entry in program.json("doctor", "--offline").object["checks"] if entry["check"] == "settings"
    ]
    assert finding["verdict"] == "warn"
    assert f"batchtui.toml:{line}: there is no theme {name}" in finding["message"] and hint in finding["next"]
    for command in (["ls", "--offline"], ["info"]):
        ending = program(*command)
        assert ending.code == ExitCode.DONE
        assert f"batchtui.toml:{line}: there is no theme {name}" in ending.stderr and hint in ending.stderr


def test_without_a_key_or_a_network_it_ends_like_every_command(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert program.json("doctor").code == ExitCode.UNREACHABLE
    assert checks(program)["service"] == "fail"
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    assert program.json("doctor").code == ExitCode.UNREACHABLE
    assert checks(program, "--offline")["key"] == "fail"


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ("/dev/sda / ext4 rw 0 0\n", "ext4"),
        ("/dev/sda / ext4 rw 0 0\nhost:/x /data nfs4 rw 0 0\n", "nfs4"),
        ("/dev/sda / ext4 rw 0 0\nhost:/x /dat nfs4 rw 0 0\n", "ext4"),
        ("/dev/sda / ext4 rw 0 0\nme@host:/ /data/with\\040blank fuse.sshfs rw 0 0\n", "ext4"),
    ],
)
def test_the_filesystem_is_that_of_the_nearest_mount(tmp_path: Path, mounts: str, kind: str) -> None:
    table = tmp_path / "mounts"
    table.write_text(mounts)
    assert doctor_checks.filesystem_of(Path("/data/work"), table) == kind


def test_a_system_that_does_not_tell_its_mounts_is_no_trouble(tmp_path: Path) -> None:
    assert doctor_checks.filesystem_of(tmp_path, tmp_path / "nothing") is None


@pytest.mark.parametrize(
    ("kind", "is_network"), [("ext4", False), ("fuse.sshfs", True), ("fuse.ntfs", False), ("nfs", True), ("9p", True)]
)
def test_network_filesystems_are_known(kind: str, is_network: bool) -> None:
    assert doctor_checks.is_network(kind) is is_network


def test_info_tells_every_setting_with_its_origin(online: Program, server: OtherServer) -> None:
    online("ls")
    found = online.json("info").object
    settings = {entry["name"]: entry for entry in found["settings"]}
    assert settings["poll.running"] == {
        "name": "poll.running",
        "value": 0.05,
        "from": f"{online.workspace / 'batchtui.toml'}:{SETTINGS.splitlines().index('running = 0.05') + 1}",
    }
    assert settings["submit.chunk_requests"]["from"] == "default"
    assert settings["api.base_url"]["from"] == "ANTHROPIC_BASE_URL"
    assert found["account"]["organization_id"] == "org-of-the-other-server"
    assert found["key"] == {"from": "ANTHROPIC_API_KEY", "tail": KEY[-4:], "base_url": server.base_url}
    assert found["workspace_from"] == "BATCHTUI_WORKSPACE"
    text = online("info").stdout
    assert "submit.chunk_requests" in text
    assert KEY not in text


def test_workspaces_that_were_worked_in_are_known(program: Program, requests_file: Path) -> None:
    assert program.json("info").object["workspaces"] == []
    program("submit", str(requests_file), "--detach", "--yes")
    (known,) = program.json("info").object["workspaces"]
    assert (known["workspace"], known["exists"]) == (str(program.workspace), True)


def test_init_makes_a_folder_once_and_overwrites_nothing(
    program: Program, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BATCHTUI_WORKSPACE")
    would = program.json("init", "--dry-run")
    assert would.object["created"] is True
    assert not (environment / ".batchtui").exists()
    assert program.json("init").object["created"] is True
    settings = environment / ".batchtui" / "batchtui.toml"
    settings.write_text("# mine\n")
    assert program.json("init").object["created"] is False
    assert settings.read_text() == "# mine\n"
    assert program.json("info").object["workspace"] == str(environment / ".batchtui")
