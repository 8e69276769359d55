"""The client that `make client` generates from the OpenAPI document works with the application."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.api.application import application
from tests.bot.api.calls import CALLS
from tests.bot.api.site import URL, Site
from tests.fakes.skips import skip_or_fail

_CONFIG = Path(__file__).parents[3] / ".ci" / "client.yml"
_TOOLS = Path(sys.prefix) / "client" / "bin"
_PACKAGE = "xumian_client"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated package, which can be imported."""
    generator = _TOOLS / "openapi-python-client"
    if not generator.exists():
        skip_or_fail("needs the generator: make client")
    folder = tmp_path_factory.mktemp("client")
    document = folder / "openapi.json"
    document.write_text(json.dumps(application(None).openapi()), encoding="utf-8")
    command = [generator, "generate", "--path", document, "--output-path", folder / _PACKAGE, "--config", _CONFIG]
    subprocess.run(
        [*map(str, command), "--meta", "none", "--fail-on-warning"],
        env={**os.environ, "PATH": f"{_TOOLS}{os.pathsep}{os.environ['PATH']}"},
        check=True,
        capture_output=True,
        timeout=300,
    )
    sys.path.insert(0, str(folder))
    yield folder / _PACKAGE
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
        del sys.modules[name]


def _call(name: str) -> Any:
    return import_module(f"{_PACKAGE}.api.{name}")


def test_it_has_every_call(client: Path) -> None:
    made = [each for each in (client / "api").rglob("*.py") if each.name != "__init__.py"]
    assert len(made) == len(CALLS)


async def test_it_reads_and_changes_what_is_there(client: Path, site: Site) -> None:
    models = import_module(f"{_PACKAGE}.models")
    token = await site.token("boss", "recruiter", "East")
    made = import_module(_PACKAGE).AuthenticatedClient(base_url=URL, token=token)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site.app), base_url=URL, headers={"authorization": f"Bearer {token}"}
    ) as web:
        made.set_async_httpx_client(web)
        campaigns = await _call("campaigns.list_campaigns").asyncio(client=made)
        assert [each.campaign for each in campaigns.campaigns] == ["spring"]
        people = models.Invitations(people=[models.Person(name="Ann 安", phone="138 0013 8000")])
        for _ in range(2):
            invited = await _call("campaigns.invite_candidates").asyncio(
                "spring", client=made, body=people, idempotency_key="k"
            )
            (ann,) = invited.invitations
        listed = await _call("campaigns.list_interviews").asyncio("spring", client=made)
        assert sorted(each.name for each in listed.interviews) == ["Ann 安", "Mia"]
        shown = await _call("interviews.show_interview").asyncio(ann.interview, client=made)
        assert shown.interview.additional_properties["candidate"]["name"] == "Ann 安"
        gone = await _call("interviews.show_interview").asyncio("0" * 16, client=made)
        assert isinstance(gone, models.Problem)
        assert (gone.status, gone.type_) == (404, "urn:xumian:problem:candidate.unknown")
