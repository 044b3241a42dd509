"""`batchtui demo`: a simulated API in a process of its own, a throwaway workspace with a past, the dashboard."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from batchtui.cli.demo_seed import seed
from batchtui.cli.demo_story import SETTINGS
from batchtui.domain.failures import Failure
from batchtui.wiring import Session
from batchtui.workspace import folder, layout
from batchtui.workspace.settings.reading import load_settings

KEY = "sk-ant-demo-no-key-at-all-demo"
"""Not a credential: the simulator takes any."""

DEMO_VARIABLE = "BATCHTUI_DEMO"
"""Set for the dashboard, which then says `demo` in its header."""

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy")


def demo() -> int:
    """Run the demo; whatever the environment holds, nothing but loopback is spoken to."""
    scratch = Path(tempfile.mkdtemp(prefix="batchtui-demo-"))
    try:
        return _demo_in(scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _demo_in(scratch: Path) -> int:
    replace_environment(scratch)
    root = scratch / "demo"
    folder.create(root)
    settings_file = layout.settings(root)
    settings_file.write_text(SETTINGS, encoding="utf-8")
    settings_file.chmod(0o600)
    settings = load_settings(root)
    with simulator() as base_url:
        os.environ["ANTHROPIC_BASE_URL"] = base_url
        print("batchtui demo: making a workspace with a past …", file=sys.stderr)
        asyncio.run(seed(root, base_url, settings))
        from batchtui.tui.app import run_dashboard  # Textual only when a screen is wanted

        return run_dashboard(Session(root=root, settings=settings, may_create=True, uses_children=True))


def replace_environment(scratch: Path) -> None:
    """Take away everything that could lead to the real service: keys, profiles, proxies, other workspaces."""
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "BATCHTUI_")) or name.lower() in _PROXIES:
            del os.environ[name]
    os.environ["ANTHROPIC_API_KEY"] = KEY
    os.environ["ANTHROPIC_CONFIG_DIR"] = str(scratch / "no-profiles")
    os.environ["NO_PROXY"] = "127.0.0.1"
    os.environ[DEMO_VARIABLE] = "1"


@contextmanager
def simulator() -> Iterator[str]:
    """A simulator of our own; it ends with its standard input, so it cannot outlive this process, however it dies."""
    command = [sys.executable, "-m", "batchtui.simulator", "--scenario", "demo", "--seed", "1", "--exit-with-parent"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        base_url = process.stdout.readline().decode().strip()
        if not base_url:
            raise Failure("the simulated API did not start", next="`batchtui simulate` shows why")
        yield base_url
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
