"""What we send is verified by the JavaScript library of the Standard Webhooks specification."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.bot.channels.webhook.test_documented_verification import signature_cases

_LOCKED = Path(__file__).parent / "javascript"
_INSTALL_S = 120
_PROGRAM = """
const { Webhook } = require("standardwebhooks");
const verified = ([secret, headers, body]) => {
  try {
    return JSON.stringify(new Webhook(secret).verify(body, headers)) === JSON.stringify(JSON.parse(body));
  } catch (error) {
    return error.name + ": " + error.message;
  }
};
console.log(JSON.stringify(JSON.parse(require("node:fs").readFileSync(0, "utf8")).map(verified)));
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the library, as its lock file says. Skips without Node.js, or where no package can be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("needs Node.js with npm")
    folder = tmp_path_factory.mktemp("javascript")
    shutil.copytree(_LOCKED, folder, dirs_exist_ok=True)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0"]
    try:
        installed = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_S, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip("npm cannot reach its registry")
    if installed.returncode:
        pytest.skip(f"npm cannot install the library: {installed.stderr.strip()[-200:]}")
    return folder


def test_the_specifications_own_library_accepts_what_we_send_and_nothing_else(library: Path) -> None:
    cases = signature_cases()
    given = json.dumps([case for case, _ in cases])
    ran = subprocess.run(
        ["node", "-e", _PROGRAM], cwd=library, input=given, capture_output=True, text=True, timeout=60, check=True
    )
    answers = json.loads(ran.stdout)
    for answer, (case, right) in zip(answers, cases, strict=True):
        assert (answer is True) == right, (case, answer)
        assert answer is True or answer.startswith("WebhookVerificationError"), answer
