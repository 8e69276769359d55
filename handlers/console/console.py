"""The staff console, which handles the messages of staff from all platforms.

A command first carries out its effects, each with an id derived from the message's id. One commit then stores the
events, the answer, and the fact that the message was handled. So a command that runs again after a conflict or a
crash changes nothing twice.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Literal

from msgspec.structs import replace

from conversation.errors import BotError
from conversation.words import normal
from handlers.actions.approvals import wants_second
from handlers.actions.archived import archive_refusals
from handlers.actions.base import Action
from handlers.actions.codec import ActionUnreadable, decode
from handlers.actions.context import Refused, Tools
from handlers.console import approvals, command_line
from handlers.console.approvals import KEPT
from handlers.console.command_line import Line
from handlers.console.context import (
    LONGEST_LINE,
    Command,
    CommandContext,
    FileTrouble,
    Forms,
    Page,
    Refusal,
    StaffInbound,
    Usage,
    recorded_line,
)
from handlers.console.identity import Standing, join, joining_of, nobody, person_of, standing_of
from handlers.console.refusals import refuse
from handlers.console.suggestions import instead, say_unknown
from handlers.organisation.events import Acted, Confirmed, Taken, Withdrawn
from handlers.organisation.repository import commit, load
from handlers.organisation.state import OrganisationRecord, Ticket
from storage.errors import StoreUnavailable
from storage.ports import Committed, Conflict

Result = Literal["committed", "duplicate", "stranger", "ignored"]
_ATTEMPTS = 100
_PATIENCE = 2
_ALWAYS = ("claim", "yes", "no")
_WITH_FILES = ("invite", "open", "reply", "script", "preview")


class Console:
    """Carries out commands and sends their results. `forms` says how each kind of action is put into words."""

    def __init__(self, tools: Tools, commands: Sequence[Command], forms: Forms) -> None:
        self.tools = tools
        self.forms = forms
        self._committing = asyncio.Lock()
        self._alone = asyncio.Lock()
        self.commands: Mapping[str, Command] = {command.name: command for command in commands}
        self._names = self._typed_names()

    def _typed_names(self) -> dict[str, str]:
        """Return everything that may be typed for a command, in any language, with the command's name."""
        names = {name: name for name in self.commands}
        for name in self.commands:
            for language in ("zh", "en"):
                for typed in self.tools.words[language].text(f"staff.names.{name}").split("|"):
                    names[normal(typed)] = name
        return names

    async def receive(self, inbound: StaffInbound, page: Page | None = None) -> Result:
        """Handle a message and return what became of it. Strangers get no answer. A `page` takes what the sender
        would be sent.

        The result is committed on return. Raises StoreUnavailable if it could not be, and BotError after too many
        conflicts with other commits.
        """
        inbound = replace(inbound, text=self._without_tokens(inbound.text))
        line = command_line.read(inbound.text)
        if line is None and inbound.file is None and inbound.trouble is None:
            return "ignored"
        for attempt in range(_ATTEMPTS):
            # Messages that have met `_PATIENCE` conflicts take turns within this process.
            async with self._alone if attempt >= _PATIENCE else contextlib.nullcontext():
                result = await self._attempt(inbound, line, page)
            if result:
                return result
        raise BotError("the organisation's record was changed again and again while one command waited")

    async def _attempt(self, inbound: StaffInbound, line: Line | None, page: Page | None) -> Result | None:
        """Handle the message once. Returns None if another commit came first or a ticket has just been taken; the
        record must then be loaded again for another attempt."""
        record = await load(self.tools.store)
        inbound = replace(inbound, chat=record.state.whereabouts(inbound.chat))
        person = person_of(self.tools, record.state, inbound)
        joining = None if inbound.forwarded else joining_of(self.tools, record.state, inbound, line)
        if person is None and joining is None:
            return "stranger"
        context = CommandContext(self.tools, record.state, person or nobody(inbound), inbound)
        if line and not inbound.forwarded and await self._takes(context, record, line):
            return None
        if joining:
            join(context, joining)
        elif inbound.forwarded:
            context.record(Acted("(forwarded message)", "refused"))
            context.say("staff.forwarded")
        elif inbound.trouble:
            self._without_file(context, line, inbound.trouble)
        elif not await self._act(context, line or Line("open", (), "", slash=True)):
            return "ignored"
        async with self._committing:
            answer = await commit(
                self.tools.store,
                record,
                context.events,
                inbound.id,
                context.person.id,
                context.now,
                page.take(context) if page else context.messages,
            )
        if isinstance(answer, Conflict):
            return None
        return "committed" if isinstance(answer, Committed) else "duplicate"

    async def standing(self, inbound: StaffInbound) -> Standing | None:
        """Return who sent a message, without carrying it out. None for a stranger. Raises StoreUnavailable."""
        record = await load(self.tools.store)
        return standing_of(self.tools, record.state, inbound, command_line.read(inbound.text))

    def shown(self, text: str) -> str:
        """Return a message as it may be shown again, without bots' tokens and the arguments of secret commands."""
        line = command_line.read(text)
        command = self.commands.get(self._meant(line)) if line else None
        if line and line.rest and command and command.secret:
            return f"{text.strip().split(maxsplit=1)[0]} …"[:LONGEST_LINE]
        return command_line.without_tokens(text)

    def knows(self, text: str) -> bool:
        """Whether a text is certainly meant for the console: a known command, or an answer to a preview, with a
        slash. `/start` may as well begin an interview."""
        line = command_line.read(text)
        return line is not None and line.slash and (line.name in _ALWAYS or self._meant(line) not in ("", "start"))

    def wants_file(self, text: str) -> bool:
        """Whether a text is a command that can take a file."""
        line = command_line.read(text)
        return line is not None and self._meant(line) in _WITH_FILES

    def _without_tokens(self, text: str) -> str:
        """Return the text without bots' tokens, unless it is a secret command, which may need one."""
        line = command_line.read(text)
        command = self.commands.get(self._meant(line)) if line else None
        return text if command and command.secret else command_line.without_tokens(text)

    # carrying out commands

    def _meant(self, line: Line) -> str:
        """Return the name of the command that was typed, or an empty string."""
        return self._names.get(line.name) or self._names.get(normal(line.name), "")

    async def _act(self, context: CommandContext, line: Line) -> bool:
        """Carry out what a line says. Returns False if it is not meant for the console: without a slash, and not
        addressed to it."""
        name = self._meant(line)
        if line.name in ("yes", "no") and line.slash:
            await self._answer(context, line)
            return True
        command = self.commands.get(name)
        if command is None or not context.scope(command.roles):
            if not line.slash and not context.inbound.addressed:
                return False
            await self._unknown(context, line, allowed=command is None)
            return True
        if not line.slash and not context.inbound.addressed:
            return False
        await self._carry_out(context, command, line)
        return True

    def _without_file(self, context: CommandContext, line: Line | None, trouble: FileTrouble) -> None:
        """Say that the message's file could not be fetched. The command is not carried out."""
        name = (self._meant(line) if line else "") or "open"
        for_candidate = name == "reply" and trouble.why == "too_large"
        context.record(Acted(f"/{name}", "failed"))
        key = "staff.reply.file.too_large" if for_candidate else f"staff.file.{trouble.why}"
        context.say(key, most=trouble.most_mb)

    async def _carry_out(self, context: CommandContext, command: Command, line: Line) -> str:
        """Run a command, record it, and return its outcome: done, asked, refused or failed."""

        async def run() -> str:
            action = await command.run(context, line)
            if action is None:
                return "done"
            context.recorded = action.line[:LONGEST_LINE]
            return await self._ask_or_do(context, action)

        outcome = await self._guarded(context, run, command)
        context.record(Acted(context.recorded or recorded_line(context, command, line, outcome), outcome))
        return outcome

    async def _guarded(
        self, context: CommandContext, run: Callable[[], Awaitable[str]], command: Command | None = None
    ) -> str:
        """Await `run` and return its outcome. If it cannot be done, say why and return "refused" or "failed".
        Raises StoreUnavailable."""
        try:
            with archive_refusals():
                return await run()
        except Usage:
            assert command is not None
            context.say_usage(command.name)
            return "refused"
        except Refused as refused:
            refuse(context, refused, await instead(context, refused.reason, refused.values))
            return "refused"
        except Refusal as refusal:
            choices = (*await instead(context, refusal.key, refusal.values), *refusal.choices)
            context.send(context.words.say(refusal.key, **refusal.values), choices)
            return "refused"
        except StoreUnavailable:
            raise
        except BotError as error:
            context.say("staff.failed", why=str(error)[:1500])
            return "failed"

    async def _ask_or_do(self, context: CommandContext, action: Action) -> str:
        form = self.forms[type(action)]
        preview = await action.preview(context)
        if preview is None or form.preview is None:
            await form.done(context, await action.execute(context))
            return "done"
        shown = await form.preview(context, preview)
        choices = await approvals.choices_for(context, form, action, preview)
        context.send(shown, (*choices, *context.beside))
        return "asked"

    async def _do_confirmed(self, context: CommandContext, action: Action) -> str:
        form = self.forms[type(action)]
        if preview := await wants_second(context, action):
            assert preview.reach is not None
            assert form.preview is not None
            await approvals.pass_on(context, action, preview.reach, await form.preview(context, preview))
            return "asked"
        await form.done(context, await action.execute(context))
        return "done"

    async def _unknown(self, context: CommandContext, line: Line, *, allowed: bool) -> None:
        # Anything else that was typed may be anything, and is not recorded.
        known = self._meant(line) or (line.name if line.name in _ALWAYS else "")
        context.record(Acted(f"/{known}" if known else "(unknown command)", "refused"))
        if known and not allowed:
            context.say("staff.forbidden.command", (("/help", "staff.choice.help"),), name=known)
            return
        words = {typed: self.commands[name] for typed, name in self._names.items()}
        mine = {typed: command for typed, command in words.items() if context.scope(command.roles)}
        await say_unknown(context, line, mine)

    # confirmations

    async def _takes(self, context: CommandContext, record: OrganisationRecord, line: Line) -> bool:
        """Mark the ticket that this message confirms, if any, as taken by it.

        Returns True if it was attempted; the record must then be loaded again. The action is carried out only
        after that, so that of two people who confirm at the same time only one does it.
        """
        ticket = context.organisation.tickets.get(line.arguments[0]) if line.arguments else None
        if (
            line.name != "yes"
            or not line.slash
            or ticket is None
            or ticket.taken
            or ticket.until_ms <= context.now
        ):
            return False
        try:
            if not await approvals.may_answer(context, ticket, await self._action_of(ticket), yes=True):
                return False
        except Refused:
            return False
        taken = Taken(line.arguments[0], context.inbound.id)
        cause = f"{context.inbound.id}:taken"
        await commit(self.tools.store, record, (taken,), cause, context.person.id, context.now)
        return True

    async def _action_of(self, ticket: Ticket) -> Action | None:
        """Return the ticket's action, or None if it has none or one that this version does not know."""
        kept = ticket.action
        if kept.startswith(KEPT):
            kept = (await self.tools.get_file(kept.removeprefix(KEPT))).decode()
        try:
            return decode(kept) if kept else None
        except ActionUnreadable:
            return None

    async def _line_of(self, ticket: Ticket) -> Line | None:
        if not ticket.line.startswith(KEPT):
            return command_line.read(ticket.line)
        return command_line.read((await self.tools.get_file(ticket.line.removeprefix(KEPT))).decode())

    async def _answer(self, context: CommandContext, line: Line) -> None:
        """Handle /yes and /no: the answer to a preview, or a button that stands for a longer command line."""
        ticket_id = line.arguments[0] if line.arguments else ""
        ticket = context.organisation.tickets.get(ticket_id)
        if ticket and (ticket.taken not in ("", context.inbound.id) or ticket.until_ms <= context.now):
            ticket = None
        action = await self._action_of(ticket) if ticket else None
        if ticket is None or not await self._theirs(context, ticket, action, line):
            context.record(Acted(f"/{line.name}", "refused"))
            if not context.messages:
                context.say("staff.ticket.gone")
            return
        if action is None and line.name == "yes" and await self._press(context, ticket_id, ticket):
            return
        if line.name == "no" or action is None or not context.scope(action.roles):
            dropped = f"/no {action.line.split()[0]}" if action else "/no"
            context.record(Withdrawn(ticket_id), Acted(dropped, "done"))
            context.say("staff.ticket.dropped")
            approvals.tell_first(context, ticket, "staff.second.refused")
            return
        context.record(Confirmed(ticket_id))
        context.asker = approvals.asker_of(ticket)
        outcome = await self._guarded(context, partial(self._do_confirmed, context, action))
        context.record(Acted(action.line[:LONGEST_LINE], outcome))
        approvals.tell_first(context, ticket, f"staff.second.{'agreed' if outcome == 'done' else 'failed'}")

    async def _press(self, context: CommandContext, ticket_id: str, ticket: Ticket) -> bool:
        """Carry out the command line that the ticket stands for, as if it had been typed. Returns False if it
        stands for none that the person may use."""
        line = await self._line_of(ticket)
        command = self.commands.get(line.name) if line else None
        if ticket.second or line is None or command is None or not context.scope(command.roles):
            return False
        context.record(Confirmed(ticket_id))
        await self._carry_out(context, command, line)
        return True

    async def _theirs(self, context: CommandContext, ticket: Ticket, action: Action | None, line: Line) -> bool:
        try:
            return await approvals.may_answer(context, ticket, action, yes=line.name == "yes")
        except Refused as refused:
            refuse(context, refused)
            return False
