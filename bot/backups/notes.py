"""Which notes (`storage.ports.Kv`) a backup leaves out, because they concern only the processes that run now."""

import re

_LEFT_OUT = re.compile(
    r"drill-lease"  # which process runs a drill
    r"|meters"  # what each process has counted
    r"|.*:token"  # access tokens of platforms: valid for two hours, fetched anew
    r"|.*:token-lock"
    r"|topic-lock:.*"
    r"|wecom-kf:.*:round",  # when somebody last asked for messages
    re.DOTALL,
)


def is_left_out(note: str) -> bool:
    return _LEFT_OUT.fullmatch(note) is not None
