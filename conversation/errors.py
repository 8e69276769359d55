"""The root of the project's errors."""


class BotError(Exception):
    """Something failed; the message says what, for which id, and what to do now. Never a secret, never
    a candidate's words."""


class ChainBroken(BotError):
    """An interview's record does not hold: an entry was altered, removed, inserted or moved."""

    def __init__(self, interview: str, entry: int, why: str) -> None:
        super().__init__(f"the record of interview {interview} is broken at entry {entry}: {why}")
        self.interview = interview
        self.entry = entry
