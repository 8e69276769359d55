"""Follow-up questions to an answer that was handed in."""

from conversation.events.base import Event
from conversation.inbound import Draft


class FollowUpSought(Event, frozen=True, tag="follow_up_sought", rename={"question": "q"}):
    """The answer calls for a follow-up question, and the assistant has until `until_ms` (epoch milliseconds) to
    word it. `text` is the rules' wording, which is asked otherwise. `why` is as in `FollowUpAsked`."""

    question: str
    text: str
    why: str
    until_ms: int


class FollowUpDrafted(Event, frozen=True, tag="follow_up_drafted"):
    """The assistant has worded the follow-up question, or could not. `draft.why` says why its wording was not
    asked."""

    draft: Draft


class FollowUpAsked(Event, frozen=True, tag="follow_up", rename={"question": "q"}):
    """A follow-up question was asked. It was generated: by written rules, or worded by the language model `model`
    with this version of the `prompt`. What is said to it belongs to the answer to `question`. `why` is short,
    vague or rubric-gap."""

    question: str
    text: str
    why: str
    model: str = ""
    prompt: str = ""


class FollowUpClosed(Event, frozen=True, tag="follow_up_closed", rename={"question": "q", "sequence": "sq"}):
    """The open follow-up question was answered, or `passed` over. If it was not asked yet, the candidate added to
    the answer unasked. `sequence`: as in `AnswerSubmitted`."""

    question: str
    passed: bool = False
    sequence: int = 0


OfFollowUp = FollowUpSought | FollowUpDrafted | FollowUpAsked | FollowUpClosed
