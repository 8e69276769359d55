"""Whether the optional library for time stamps is there, told without loading it."""

from importlib.util import find_spec

INSTALL = "pip install 'xumian[timestamps]'"


def installed() -> bool:
    """Return whether rfc3161-client, which `tokens` needs, is installed."""
    return find_spec("rfc3161_client") is not None
