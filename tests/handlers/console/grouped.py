"""A desk whose campaign asks about groups after the end, with candidates who chose an option or none."""

from msgspec.structs import replace

from conversation import inbound as i
from conversation.script import GroupQuestion, Option, Script, Wording
from handlers.script_versions import content_version
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.handlers.console.desk import Desk

OPTIONS = ("planted-upper", "planted-lower")
LABELS = ("PLANTED ABOVE", "PLANTED BELOW")
NOT_SAID = "none"
QUESTION = GroupQuestion(
    Wording("PLANTED 您属于哪一组？", "PLANTED Which group are you in?"),
    Wording("PLANTED 为了统计。", "PLANTED For counting."),
    tuple(Option(each, Wording(label, label)) for each, label in zip(OPTIONS, LABELS, strict=True)),
)


def asking(name: str = "short", question: GroupQuestion = QUESTION) -> Script:
    """Return the script of this name with the question."""
    script = replace(script_named(name), group_question=question, version="")
    return replace(script, version=content_version(script))


async def grouped(language: str = "en") -> Desk:
    """Return a desk with the campaign `spring` of the unit East, whose script asks."""
    desk = Desk(MemoryStore(), language)
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.campaign("spring", "East")
    await desk.campaigns.renew(await desk.campaigns.find("spring"), asking())
    return desk


async def completes(desk: Desk, name: str, choice: str, decision: str = "") -> str:
    """Let a candidate complete the interview and choose an option (its number, `none`, or empty: nothing), and
    record a decision. Returns the interview's id."""
    interview = await desk.answers(name, "spring", 4)
    if choice:
        await desk.does(name, i.ChoicePressed(f"group.{choice}"))
    if decision:
        await desk.says("boss", f"/decide {interview} {decision}")
    return interview
