"""Every command in both languages, as it arrives from Telegram. Answers are sent by PTB's real client."""

import pytest

from handlers.catalogues import staff_vocabulary
from handlers.console.registry import COMMANDS
from tests.bot.channels.telegram_staff.staff_bots import OnTelegram, on_telegram, words

EXAMPLES = {
    "open": "/{name} short",
    "invite": "/{name} spring Anna",
    "close": "/{name} spring",
    "candidate": "/{name} {interview}",
    "report": "/{name} {interview}",
    "rate": "/{name} {interview}",
    "decide": "/{name} {interview} hold",
    "extend": "/{name} {interview} 24h",
    "reopen": "/{name} {interview}",
    "remind": "/{name} {interview}",
    "broadcast": "/{name} spring Hello",
    "reply": "/{name} {interview} Hello",
    "done": "/{name} {interview}",
    "handover": "/{name} {interview}",
    "revoke": "/{name} {interview}",
    "reissue": "/{name} {interview}",
    "forget": "/{name} {interview}",
    "export": "/{name} spring",
    "drill": "/{name} spring",
    "bot": "/{name} pause 1",
}
NAMES = [
    (command.name, typed)
    for command in COMMANDS
    for typed in (
        command.name,
        *(
            staff_vocabulary()[language].text(f"staff.names.{command.name}").split("|")[0]
            for language in ("zh", "en")
        ),
    )
]


async def organisation(bot: OnTelegram) -> str:
    """Set up an owner and a campaign with one candidate. Returns the interview's id."""
    await bot.claims()
    await bot.desk.campaign("spring")
    return await bot.desk.answers("Ben", "spring", 2)


@pytest.mark.parametrize(("name", "typed"), NAMES)
async def test_it_is_understood_and_answered(name: str, typed: str) -> None:
    async with on_telegram() as bot:
        interview = await organisation(bot)
        await bot.deliver()
        line = EXAMPLES.get(name, "/{name}").format(name=typed, interview=interview)
        answer = words(await bot.says(line))
        unknown = words(await bot.says("/xyzzy")).replace("xyzzy", typed)
        assert answer
        assert answer != unknown
        version = await bot.version()
        assert version >= 3, "in the organisation's record"


def test_every_command_is_among_them() -> None:
    assert {name for name, _ in NAMES} == {command.name for command in COMMANDS}
    assert set(EXAMPLES) <= {command.name for command in COMMANDS}
