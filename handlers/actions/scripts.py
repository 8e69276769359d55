"""Storing interview scripts."""

import asyncio
from typing import ClassVar

from conversation.script import Wording
from handlers.actions.base import Action, Result
from handlers.actions.campaigns import MOST_CHARACTERS
from handlers.actions.context import Context, Refused
from handlers.authoring import read_script, report
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Role

_FILE = "script.yaml"


class ScriptStored(Result, frozen=True):
    """A stored script version, which campaigns can be opened on. `advice`: warnings about it, in words."""

    script: str
    version: str
    title: Wording
    advice: tuple[str, ...]


class StoreScript(Action, frozen=True, tag="store_script"):
    """Check a script's YAML and store it as a version. Storing the same one again changes nothing."""

    yaml: str
    roles: ClassVar[frozenset[Role]] = HIRES
    personal: ClassVar[bool] = True

    @property
    def line(self) -> str:
        return "/script store"

    async def execute(self, context: Context) -> ScriptStored:
        script, faults = await asyncio.to_thread(read_script, self.yaml, _FILE)
        said = report(faults, context.language)
        if script is None:
            raise Refused("open.script", why="\n".join(said)[:MOST_CHARACTERS])
        await context.tools.store.directory.put_script(script)
        return ScriptStored(script.id, script.version, script.title, tuple(said))
