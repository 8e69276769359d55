"""What a test does when something it needs is not on this machine."""

import os
from typing import NoReturn

import pytest


def skip_or_fail(reason: str) -> NoReturn:
    """Skips, except in CI, where everything must be there and a skip would hide that it is not."""
    if os.environ.get("CI"):
        pytest.fail(f"in CI nothing may be skipped: {reason}", pytrace=False)
    pytest.skip(reason)
