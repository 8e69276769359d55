"""What people send in other ways: the web page, files, typed words, lists, scripts and notes."""

from functools import cache
from string import ascii_letters, digits, punctuation
from urllib.parse import quote, unquote

import msgspec
from itsdangerous import URLSafeTimedSerializer
from msgspec.structs import replace
from starlette.requests import HTTPConnection
from starlette.responses import Response

from bot.channels import notify
from bot.channels.web import bodies, frames, staff_files, upload
from bot.channels.web.wire import host_of
from bot.media.attachments import attachment, file_name, media_type
from bot.media.formats import sniff
from bot.media.silk import _packets
from bot.time_stamps.tokens import TokenReader
from bot.web.http import from_this_machine, network_of
from bot.web.local_owner import cookie_name
from bot.web.report.ranges import in_part
from conversation import events as e
from conversation import inbound as i
from conversation import remarks
from conversation.choices import offered
from conversation.decide.channel_switch import read_code
from conversation.engine import Engine, new_record
from conversation.record import anchors, signed_notes
from conversation.state import Record
from handlers import rosters
from handlers.authoring import read_script
from handlers.catalogues import vocabulary
from handlers.console import command_line
from handlers.report_pages.links import ReportLinks
from tests.fakes.scene import MORNING, ZONE
from tests.fakes.scripts import SCRIPT
from tests.fakes.time_stamping import REJECTED, Authority, ca, signer
from tests.fuzz.messengers import storable

_STAMPED = b"a note"
SENDER = i.Address("web", "local", "0123456789abcdef01234567")

_IN_ADDRESSES = ascii_letters + digits + punctuation


# the web page


def web_frame(data: bytes) -> str:
    frame = frames.decode(data.decode("utf-8", "replace"))
    if frame is None:
        return "nothing"
    if hello := frame.hello:
        frames.address_of(hello.key)
        frames.start(SENDER, (hello.start or "")[:64], MORNING, hello.language)
    client = frames.client_of(frame.client) if frame.client else None
    if not frame.id or (why := frames.refusal(frame)):
        return f"{frame.hello is not None} {frame.ping is not None} {why if frame.id else ''}"
    frames.decode_item(frames.echo(frame, MORNING))
    frames.decode_item(frames.staff_echo(frame, frame.text or "", MORNING))
    return storable(frames.inbound(SENDER, frame, MORNING, frame.language, client)) + f" {bool(frame.edit)}"


def uploads(data: bytes) -> str:
    """Parameters of both kinds of uploads: the id in the path, and the query. Raises UploadRefused."""
    path, _, query = data.partition(b"?")
    request = _request(path, quote(query, safe=_IN_ADDRESSES).encode(), [])  # the web server takes no others
    outcomes = []
    for read in (upload._told, staff_files._told):
        try:
            outcomes.append(f"{bool(msgspec.json.encode(tuple(read(request))))}")
        except bodies.UploadRefused as refused:
            outcomes.append(refused.why)
    return " ".join(outcomes)


def headers(data: bytes) -> str:
    """Headers that we read ourselves: a line each, as `name: value`."""
    pairs = [line.partition(b": ") for line in data.split(b"\n")[:20]]
    request = _request(b"x", b"", [(name.lower(), value) for name, _, value in pairs])
    bodies._announced(request)
    near = from_this_machine(request)
    cookie_name(request)
    host_of(request.headers.get("origin", ""))
    network_of({**request.scope, "client": (request.headers.get("x-client", "::1")[:100], 1)})
    answer: Response = in_part(b"0123456789" * 20, request.headers, "audio/ogg", '"e"', {})
    assert answer.status_code in (200, 206, 416)
    return f"{near} {answer.status_code} {bool(request.cookies)}"


def _request(path: bytes, query: bytes, given: list[tuple[bytes, bytes]]) -> HTTPConnection:
    name = unquote(path.decode("latin-1"))
    scope = {"type": "http", "method": "POST", "scheme": "http", "path": f"/file/{name}", "query_string": query}
    where = {"server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "path_params": {"id": name}}
    return HTTPConnection({**scope, **where, "headers": given, "root_path": ""})


# files


def files(data: bytes) -> str:
    """The first bytes of any file, and a SILK recording's packets. Raises Undecodable."""
    form = sniff(data)
    name = file_name(data[-300:].decode("utf-8", "replace"))
    assert len(name) <= 150
    attachment(data, "0" * 64, "video", name)
    packets = _packets(data, 3000) if form == "silk" else ()
    assert sum(map(len, packets)) <= len(data)
    return f"{form} {media_type(data)} {min(len(packets), 2)}"


def roster(data: bytes) -> str:
    """A list of candidates that is no workbook, which others read. Raises RosterUnusable."""
    if data.startswith(b"PK\x03\x04"):
        return "a workbook"
    found = rosters.read(data, "list.csv")
    msgspec.json.encode(found)
    return " ".join(sorted({row.fault for row in found.rows}))


def script(data: bytes) -> str:
    reading = read_script(data.decode("utf-8", "surrogatepass" if data[:1] == b"\xed" else "replace"), "x.yaml")
    assert reading.script or reading.faults
    if reading.script:
        msgspec.json.encode(reading.script)
    return " ".join(sorted({fault.what[:40] for fault in reading.faults})[:3])


# words and tokens


def typed(data: bytes) -> str:
    """A line of the staff console, as it comes from any channel."""
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    command_line.has_token(text)
    command_line.without_tokens(text)
    line = command_line.read(text)
    remark = remarks.about(text)
    return f"{line and (line.slash, min(len(line.arguments), 3))} {remark}"


@cache
def _records() -> tuple[Engine, tuple[Record, ...]]:
    """Interviews before the consent, at questions of all kinds, and before the end."""
    engine = Engine(vocabulary(), ZONE)
    record = new_record(e.Invited("00ff00ff00ff00ff", "spring", SCRIPT.version, "Anna"), MORNING)
    says: list[i.What] = [i.Opened(), i.ChoicePressed("agree@-1"), i.TextReceived("I studied statistics.")]
    says += [i.ChoicePressed("submit@0"), i.TextReceived("Berlin"), i.TextReceived("north"), i.TextReceived("3")]
    found = []
    for number, what in enumerate(says):
        outcome = engine.step(record, _inbound(str(number), what), SCRIPT, MORNING + number * 9_000)
        record = replace(record, state=outcome.state, version=record.version + 1)
        found.append(record)
    return engine, tuple(found)


def _inbound(name: str, what: i.What) -> i.Inbound:
    return i.Inbound(name, what, SENDER, MORNING, name, name="Anna", language="en", nonce="nonce")


def conversation(data: bytes) -> str:
    """What a candidate types or presses, wherever their interview is."""
    text = data.decode("utf-8", "replace")
    offered.pressed(i.ChoicePressed(text))
    engine, records = _records()
    name, _, argument = text.removeprefix("/").partition(" ")
    what: tuple[i.What, ...] = (
        i.TextReceived(text[:4096]),
        i.ChoicePressed(text[:64]),
        i.CommandReceived(name[:32], argument[:4096]),
    )
    number = len(data)
    record = records[number % len(records)]
    outcome = engine.step(record, _inbound(f"m{number}", what[number % 3]), SCRIPT, MORNING + 80_000)
    msgspec.json.encode(outcome.entry)
    msgspec.msgpack.encode(outcome.state)
    msgspec.msgpack.encode((outcome.messages, outcome.notices))
    happened = outcome.entry.events if outcome.entry else ()
    return " ".join(type(each).__name__ for each in happened)


@cache
def _links() -> tuple[ReportLinks, URLSafeTimedSerializer]:
    links = ReportLinks(b"secret", lambda: MORNING)
    return links, links._serializer


def tokens(data: bytes) -> str:
    """Resume codes, and tokens of report pages: as they come, and with the content rightly signed."""
    text = data.decode("utf-8", "replace")
    code = read_code(text)
    assert not code or read_code(code) == code
    links, serializer = _links()
    links.read(text)
    signed = serializer.make_signer(serializer.salt).sign(data[:200]).decode("utf-8", "replace")
    return f"{bool(code)} {links.read(signed) is not None}"


def place(data: bytes) -> str:
    """XUMIAN_NOTIFY. Raises ValueError."""
    text = data.decode("utf-8", "replace")
    found = notify.parse(text)
    notify.split(text)
    return f"{len(found.account)} {found.language[:2]} {found.rest_fault('a chat', 'unit')[:30]}"


def note(data: bytes) -> str:
    """A note that an auditor was given, and keys. Raises NoteUnverified, AnchorWrong."""
    text = anchors.in_message(data.decode("utf-8", "replace"))
    try:
        key = signed_notes.public_key(text)
    except signed_notes.NoteUnverified:
        key = signed_notes.PublicKey(anchors.ORIGIN, bytes(32))
    inside, _ = signed_notes.verified(_signed(text), [key], lambda *_: True)
    anchor = anchors.parse(inside)
    return f"{bool(anchor.previous)} {len(anchor.text())}"


@cache
def time_stamps() -> list[bytes]:
    """Return responses of the authority that `time_stamp` knows: right, refused, and with three certificates."""
    root = _authority().root
    between = ca("Example CA", root)
    below = signer("Example TSA", between)
    longer = Authority(root, by=below, sends=[below, between, root])
    return [_authority().stamped(_STAMPED), Authority(root, status=REJECTED).answer(b""), longer.stamped(_STAMPED)]


@cache
def _authority() -> Authority:
    return Authority()


def time_stamp(data: bytes) -> str:
    """What an authority answers. Raises StampWrong, and what `cryptography` warns of if warnings are errors."""
    compared = TokenReader([])(data, _STAMPED)
    verified = TokenReader([_authority().root.certificate])(data, _STAMPED)
    return f"{compared.at == verified.at} {verified.authority}"


def _signed(text: str) -> str:
    """Return the note as if the known key had signed it, so that its text is read."""
    body = text.rpartition("\n\n")[0] + "\n"
    return signed_notes.sign(body, anchors.ORIGIN, _Anybody())


class _Anybody:
    @property
    def public(self) -> bytes:
        return bytes(32)

    def sign(self, _text: bytes) -> bytes:
        return bytes(64)
