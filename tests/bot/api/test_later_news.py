"""News that come later, such as of an erasure, have a place where a program asked for it, and alarm nobody."""

from bot.channels.base import Registry
from bot.channels.shared.programs import ProgramsChannel, place_of
from tests.bot.api.site import Site


async def test_what_a_program_would_be_told_later_is_settled_and_read_by_nobody(site: Site) -> None:
    token, mia = await site.token("boss", "admin", "East"), site.desk.interview_of("Mia")
    assert (await site.call(token, "DELETE", f"/interviews/{mia}")).status_code == 202
    await site.desk.erases()
    await site.desk.sent()
    (news,) = [each for each in site.desk.heard if each.to.channel == ProgramsChannel.name]
    assert news.to == place_of(news.to.user)
    assert news.to.user.startswith("token:")
    channels = Registry()
    channels.add(ProgramsChannel())
    channel = channels.at(news.to)
    assert channel is not None
    assert await channel.send(news, "key") == ""
    assert channels.accounts() == [], "it is no account of ours"
