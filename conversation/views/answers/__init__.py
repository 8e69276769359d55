"""What was said in an interview, read from the record."""

from conversation.views.answers.models import (
    Answer,
    Confirmation,
    Decision,
    Feedback,
    FollowUp,
    Interruption,
    Note,
    Request,
    SaidPart,
    SentFile,
    Spoken,
    SupportLine,
    Transcript,
)
from conversation.views.answers.reader import read

__all__ = [
    "Answer",
    "Confirmation",
    "Decision",
    "Feedback",
    "FollowUp",
    "Interruption",
    "Note",
    "Request",
    "SaidPart",
    "SentFile",
    "Spoken",
    "SupportLine",
    "Transcript",
    "read",
]
