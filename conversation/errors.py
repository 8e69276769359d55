"""The root of the project's exceptions."""


class BotError(Exception):
    """Base class of the project's errors. The message says what failed, for which id, and what to do now. It never
    contains a secret or a candidate's words."""


class ChainBroken(BotError):
    """An interview's record fails verification: an entry was altered, removed, inserted or moved."""

    def __init__(self, interview: str, entry: int, why: str) -> None:
        super().__init__(f"the record of interview {interview} is broken at entry {entry}: {why}")
        self.interview = interview
        self.entry = entry
