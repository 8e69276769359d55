"""Removing from inbound events what cannot be kept, and treating words that show nothing as if there were none."""

from msgspec.structs import replace

from conversation.inbound import (
    Announced,
    CommandReceived,
    DecisionMade,
    Inbound,
    Media,
    OtherReceived,
    RatingGiven,
    ResultGiven,
    SupportAnswered,
    TextEdited,
    TextReceived,
    VoiceReceived,
    What,
)
from conversation.visible_text import said


def cleaned(inbound: Inbound) -> Inbound:
    """Return the event with its words as in `visible_text.said`. Cleaning twice changes nothing more."""
    what, name = _words(inbound.what), said(inbound.name)
    if what == inbound.what and name == inbound.name:
        return inbound
    return replace(inbound, what=what, name=name)


def _words(what: What) -> What:
    match what:
        case TextReceived() | TextEdited() | SupportAnswered() | Announced() | ResultGiven():
            return replace(what, text=said(what.text))
        case CommandReceived():
            return replace(what, argument=said(what.argument))
        case VoiceReceived():
            return replace(what, text=said(what.text), media=_media(what.media))
        case OtherReceived():
            media = _media(what.media) if what.media else None
            return replace(what, text=said(what.text), name=said(what.name), media=media)
        case DecisionMade() | RatingGiven():
            return replace(what, note=said(what.note))
        case _:
            return what


def _media(media: Media) -> Media:
    return replace(media, recognised=said(media.recognised))
