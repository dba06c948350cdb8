"""A WACZ before the tool of those who specified it: WACZ names the folder of programs of its environment.

Left out where that is not set (see tests/conftest.py).
"""

import os
import subprocess
from pathlib import Path

from tests.archive.test_wacz import wacz

__all__ = ["wacz"]


def test_it_is_valid(wacz: Path) -> None:
    done = subprocess.run(
        [Path(os.environ["WACZ"], "wacz"), "validate", "--file", wacz],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "is valid" in done.stdout + done.stderr) == (0, True)
