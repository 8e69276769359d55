"""Interview scripts: checking and storing them, and what is stored."""

import asyncio

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.api.call import Calling
from bot.api.campaigns import Body
from bot.api.described import answers, examples, posts, titled
from bot.api.problems import language_of
from bot.api.results import ScriptChecked
from handlers.actions.scripts import ScriptStored, StoreScript
from handlers.authoring import MAX_BYTES, read_script
from handlers.queries.scripts import ScriptOutline, ShowScript

router = APIRouter(prefix="/scripts", tags=["scripts"])
_FILE = "script.yaml"


class ScriptText(Body):
    """A script as YAML, in the format of docs/scripts.md."""

    model_config = ConfigDict(str_strip_whitespace=False, json_schema_extra=examples("ScriptText"))
    yaml: str = Field(min_length=1, max_length=MAX_BYTES)


@router.post("/check", **answers(ScriptChecked), summary=titled("what_is_wrong_with_a_script"))
async def check_script(call: Calling, given: ScriptText) -> Response:
    reading = await asyncio.to_thread(read_script, given.yaml, _FILE)
    language = language_of(call.request)
    worded = [(each.level, each.worded(language)) for each in reading.faults]
    faults = tuple(text for level, text in worded if level == "error")
    warnings = tuple(text for level, text in worded if level == "warning")
    return call.reply(ScriptChecked(reading.script is not None, faults, warnings))


@router.post("", **posts(ScriptStored, 201), summary=titled("store_a_script_version"))
async def store_script(call: Calling, given: ScriptText) -> Response:
    async def make() -> Response:
        stored = await call.perform(StoreScript(given.yaml), ScriptStored)
        return call.reply(stored, 201, at=f"/scripts/{stored.version}")

    return await call.once(make)


@router.get("/{script}", **answers(ScriptOutline), summary=titled("a_script_s_stages_and_questions"))
async def show_script(call: Calling, script: str) -> Response:
    return call.reply(await call.ask(ShowScript(script), ScriptOutline))
