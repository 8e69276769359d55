"""Checks that need no candidate: the store, the archive, our accounts, links, the speech model."""

from handlers.actions.context import Tools
from handlers.drill.board import Failed, Skipped

_MOST_SHOWN = 200


async def redis(tools: Tools) -> dict[str, object]:
    """Check that the store can be written to and keeps data on disk."""
    problems = await tools.health()
    if "redis" in problems:
        raise Failed("redis", problem=problems["redis"])
    warnings = await tools.warnings() if tools.warnings else ()
    if warnings:
        raise Failed("not_durable", problem=warnings[0][:_MOST_SHOWN])
    return {}


async def archive(tools: Tools, recording: bytes) -> str:
    """Check that an archived file can be read back unchanged. Returns its SHA-256."""
    sha256 = await tools.put_file(recording)
    if await tools.get_file(sha256) != recording:
        raise Failed("archive")
    return sha256


async def accounts(tools: Tools) -> dict[str, object]:
    """Check our accounts as far as the platforms report on them. Returns their number and the pending updates."""
    known = list(tools.accounts())
    wrong = [f"{each.channel} {each.account}: {each.problem}" for each in known if each.problem]
    if wrong:
        raise Failed("accounts", problem="; ".join(wrong)[:_MOST_SHOWN], n=len(wrong))
    pending = 0
    if tools.figures:
        figures = await tools.figures([(each.channel, each.account) for each in known])
        pending = sum(each.pending or 0 for each in figures.values())
    return {"n": len(known), "pending": pending}


async def links(tools: Tools, token: str) -> dict[str, object]:
    """Check that candidates have at least one way in."""
    found = tools.links(token)
    if not found:
        raise Failed("links")
    return {"n": len(found)}


async def speech(tools: Tools) -> dict[str, object]:
    if tools.speech is None or not (model := tools.speech()):
        raise Skipped("no_model")
    return {"model": model}
