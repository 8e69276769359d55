"""The program `xumian`, which is the same as `python -m bot`."""

import gc
import os
import sys
from typing import cast


def main() -> None:
    """Import the command line and run it."""
    gc.disable()  # importing leaves hardly any garbage, and looking for it takes a tenth of the time
    _import_less()
    from bot.cli import main as command_line

    gc.freeze()
    gc.enable()
    command_line()


def _import_less() -> None:
    """Keep libraries from importing what we do not use, which also takes a tenth of the time.

    pydantic looks for plugins among all installed packages. structlog prints tracebacks with rich, if it is there;
    we print none (see `logs.describe_error`). redis-py loads OpenTelemetry for metrics of its own.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    modules = cast(dict[str, object], sys.modules)
    modules["rich"] = modules["opentelemetry"] = None  # importing these fails
    import structlog  # noqa: F401

    import storage.redis.store  # noqa: F401

    del modules["rich"], modules["opentelemetry"]


if __name__ == "__main__":
    main()
