"""A certificate of 127.0.0.1 with its key and authority, made anew for each test process: no key lies in the tree."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import trustme


@cache
def certificate() -> Path:
    """One PEM file for a server on loopback to show, and for its clients to trust."""
    folder = Path(tempfile.mkdtemp(prefix="batchtui-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    authority = trustme.CA()
    shown = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.bytes()
    path = folder / "loopback.pem"
    path.write_bytes(shown + authority.cert_pem.bytes())
    return path
