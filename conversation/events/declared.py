"""The group to which candidates say that they count themselves, apart from their answers."""

from conversation.events.base import Event


class GroupDeclared(Event, frozen=True, tag="group"):
    """The candidate chose this option of the script's `group_question`. Empty: they would rather not say, or have
    withdrawn what they had said."""

    option: str = ""
