"""The verification examples of docs/api.md accept what we send and nothing else."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from bot.channels.webhook.channel import signed
from handlers.actions.system.webhook_registry import Secret
from tests.bot.channels.webhook.receiver import FORMER, SECRET

_PAGE = (Path(__file__).parents[4] / "docs" / "api.md").read_text("utf-8")
BODY = '{"type": "interview.exited", "data": {"unit": "华东"}}'
Case = tuple[str, dict[str, str], str]


def _example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", _PAGE, re.DOTALL)
    return str(found)


def signature_cases() -> list[tuple[Case, bool]]:
    now = int(time.time() * 1000)
    sent = signed("i1-1-1", BODY, (Secret(SECRET),), now)
    both = signed("i1-1-1", BODY, (Secret(FORMER), Secret(SECRET, now + 60_000)), now)
    old = signed("i1-1-1", BODY, (Secret(SECRET),), now - 400_000)
    return [
        ((SECRET, sent, BODY), True),
        ((SECRET, both, BODY), True),
        ((FORMER, both, BODY), True),
        ((FORMER, sent, BODY), False),
        ((SECRET, sent, BODY.replace("exited", "erased")), False),
        ((SECRET, {**sent, "webhook-id": "i1-1-2"}, BODY), False),
        ((SECRET, old, BODY), False),
        ((SECRET, {**sent, "webhook-timestamp": "now"}, BODY), False),
    ]


def test_in_python() -> None:
    names: dict[str, Any] = {}
    exec(_example("python"), names)
    for (secret, headers, body), right in signature_cases():
        assert names["is_ours"](secret, headers, body.encode()) == right


def test_in_javascript() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node.js")
    cases = signature_cases()
    calls = json.dumps([case for case, _ in cases])
    answers = f"JSON.stringify({calls}.map((each) => isOurs(...each)))"
    program = f"{_example('javascript')}\nconsole.log({answers});"
    said = subprocess.run([node, "-e", program], capture_output=True, check=True, text=True, timeout=60).stdout
    assert json.loads(said) == [right for _, right in cases]
