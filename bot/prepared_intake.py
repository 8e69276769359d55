"""The intake of a process that has only just started."""

from functools import cached_property

from bot.loading import Once, in_thread
from conversation import remarks
from conversation.events import Invited
from conversation.inbound import Inbound, OtherReceived, TextEdited, TextReceived, TranscriptReady, VoiceReceived
from handlers.intake.receive import Intake
from handlers.intake.responses import Answerable
from handlers.intake.runner import Result

_WITH_WORDS = (TextReceived, TextEdited, OtherReceived, VoiceReceived, TranscriptReady)


class PreparedIntake(Intake):
    """An intake that can receive before the rules by which it recognises remarks are compiled.

    That takes a fifth of a second in a thread. Only events with words wait for it.
    """

    @cached_property
    def rules(self) -> Once[None]:
        return Once(lambda: in_thread(remarks.prepare))

    async def apply(
        self,
        interview: str,
        inbound: Inbound,
        seed: Invited | None = None,
        before: str = "",
        response: Answerable | None = None,
    ) -> Result:
        if isinstance(inbound.what, _WITH_WORDS) and not self.rules.made:
            await self.rules()
        return await super().apply(interview, inbound, seed, before, response)
