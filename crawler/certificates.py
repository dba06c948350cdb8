"""Whom to trust on https: the system, or where it says nothing, what browsers trust."""

import os
import ssl
from pathlib import Path

import certifi


def provide_certificates() -> None:
    """Make OpenSSL use certifi's certificates where the system has none, as in a bare container."""
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    if paths.cafile is None and not (folder and any(folder.iterdir())):
        os.environ["SSL_CERT_FILE"] = certifi.where()
