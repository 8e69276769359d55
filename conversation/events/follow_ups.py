"""Follow-up questions to an answer that was handed in."""

from conversation.events.base import Event


class FollowUpAsked(Event, frozen=True, tag="follow_up", rename={"question": "q"}):
    """A follow-up question was asked. It was generated, by written rules. What is said to it belongs to the answer
    to `question`. `why` is short, vague or rubric-gap."""

    question: str
    text: str
    why: str


class FollowUpClosed(Event, frozen=True, tag="follow_up_closed", rename={"question": "q"}):
    """The open follow-up question was answered, or `passed` over."""

    question: str
    passed: bool = False
