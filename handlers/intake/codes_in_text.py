"""Finding tokens and codes in what people type: links of ours, and words beside others.

Our links are those of the channels: `t.me/BOT?start=TOKEN`, `SITE/?start=TOKEN`, and 微信客服's, which end in
`scene_param=TOKEN`. A QR code of an official account has a link of the platform that does not show its token.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from conversation.decide.channel_switch import read_code
from conversation.visible_text import compatible, without_hidden

MOST = 3
"""How many tokens and codes of one message are tried at most."""
TOKEN_LENGTH = 22  # 128 bits, base64url
_LONGEST_TEXT = 2_000
_LONGEST_WORD = 64
_WORD = r"[A-Za-z0-9_-]"
_LINK = re.compile(rf"[?&#](?:start|startapp|scene_param|scene)\s*=\s*({_WORD}{{2,64}})(?!{_WORD})", re.IGNORECASE)
_ONLY_A_LINK = re.compile(r"[<(\[\"'「『《【]*(?:https?://|tg://|t\.me/|www\.)\S+")
_BROKEN = re.compile(r"\s*[\r\n]\s*")
_NAMED = re.compile(
    r"邀请|邀請|口令|代码|代碼|暗号|(?<!源)(?<!编)(?<!數)(?<!数)[码碼]|\b(?:invit\w*|codes?|tokens?|passcode)\b",
    re.IGNORECASE,
)
_AFTER_CHINESE = re.compile(
    rf"(?:邀请|邀請|口令|代码|代碼|暗号|[码碼])\W{{0,3}}(?:是|为|為|叫)?\W{{0,4}}?({_WORD}{{2,64}})(?!{_WORD})"
)
_AFTER_ENGLISH = re.compile(
    rf"\b(?:invit\w*|codes?|tokens?|passcode)\b(?=(\W{{1,6}}(?:(?:is|was)\b)?\W{{0,6}})({_WORD}{{2,64}})(?!{_WORD}))",
    re.IGNORECASE,
)
_SETS_OFF = re.compile(r"is|was|[:=#\"'<(\[]", re.IGNORECASE)
_LIKE_A_CODE = re.compile(r"[A-Z0-9]")
_ALONE = re.compile(rf"(?<!{_WORD})({_WORD}{{2,64}})(?!{_WORD})")
_ANY_WORD = re.compile(rf"{_WORD}{{2}}")
_NAMES = ("邀", "口令", "代", "暗号", "码", "碼", "invit", "code", "token")
"""Every name for a code contains one of these."""
_GROUPED = re.compile(rf"(?<!{_WORD})((?:[A-Za-z0-9]{{4}}[ -]){{1,3}}[A-Za-z0-9]{{4}})(?!{_WORD})")
_LIKE_A_SECRET = re.compile(rf"{_WORD}{{8}}|[A-Za-z0-9]{{4}}[ -][A-Za-z0-9]{{4}}")
_ORDINARY = re.compile(r"[\x00-\x7f\u4e00-\u9fff、。，！？：；（）“”‘’《》…]*")
"""Text that cannot become a code by being normalized: ASCII, Chinese and its usual punctuation."""
_MENTIONS = re.compile(r"(?:@[^\s@]{1,64}\s+)+")
_OUTSIDE = " \t\r\n.,;:!?。，、；：！？…\"'“”‘’「」『』《》【】()（）[]<>〈〉`*~"


class Codes(NamedTuple):
    """What may be tokens or codes in a message, the likeliest first, at most MOST.

    - `named`: the text says that it contains one, or is a link of ours.
    - `apart`: the text is nothing but a token, a code or a link.
    """

    found: tuple[str, ...] = ()
    named: bool = False
    apart: bool = False


def is_secret(payload: str) -> bool:
    """Return whether the payload has the form of a resume code or a token, which nobody types by accident."""
    return len(payload) == TOKEN_LENGTH or bool(read_code(payload))


def may_hold_secret(text: str) -> bool:
    """Return whether a text may contain a link of ours, or a token or code that it names as one. A quick test for
    answers, of which hardly any do."""
    text = text[:_LONGEST_TEXT]
    plain = (text if _ORDINARY.fullmatch(text) else _normal(text)).strip(_OUTSIDE)
    if len(plain) <= _LONGEST_WORD or "=" in plain or "%" in plain or plain.startswith("@"):
        return True
    return _may_name(plain) and _LIKE_A_SECRET.search(plain) is not None


def codes_in(text: str) -> Codes:
    """Return what may be tokens or codes in a text that somebody typed."""
    plain = _normal(text[:_LONGEST_TEXT]).strip()
    plain = _MENTIONS.sub("", plain, count=1) if plain.startswith("@") else plain
    if not _ANY_WORD.search(plain):
        return Codes()
    links = tuple(_linked(plain)) if "=" in plain or "%" in plain else ()
    if links:
        whole = _ONLY_A_LINK.fullmatch(_BROKEN.sub("", plain)) is not None
        return Codes(_first(links), named=True, apart=whole)
    word = plain.strip(_OUTSIDE)
    if _is_word(word):
        return Codes((word,), apart=True)
    named = _may_name(plain) and _NAMED.search(plain) is not None
    return Codes(_first((*_secrets(plain, named=named), *(_after_name(plain) if named else ()))), named=named)


def _may_name(plain: str) -> bool:
    return any(map(plain.lower().__contains__, _NAMES))


def _normal(text: str) -> str:
    return text if text.isascii() else compatible(without_hidden(text))


def _is_word(text: str) -> bool:
    return 3 <= len(text) <= _LONGEST_WORD and bool(_ALONE.fullmatch(text) or read_code(text))


def _linked(text: str) -> Iterator[str]:
    """Yield the tokens in links, which may be broken over lines or be inside other links."""
    for each in (text, _BROKEN.sub("", text), unquote(text)):
        tokens = [found[1] for found in _LINK.finditer(each)]
        yield from sorted(tokens, key=is_secret, reverse=True)


def _secrets(text: str, *, named: bool) -> Iterator[str]:
    """Yield the words that have the form of a token, and the codes in groups of four."""
    if not named and "-" not in text and max(map(len, text.split())) < TOKEN_LENGTH:
        return
    for found in _ALONE.finditer(text):
        word = found[1]
        if len(word) == TOKEN_LENGTH or (read_code(word) and (named or "-" in word)):
            yield word
    for found in _GROUPED.finditer(text):
        if read_code(found[1]) and (named or "-" in found[1]):
            yield found[1]


def _after_name(text: str) -> Iterator[str]:
    """Yield the words that follow a word for codes, then other words with digits.

    In English, other words follow more often ("the code for this"), so the word must look like a code or be set
    off.
    """
    yield from (found[1] for found in _AFTER_CHINESE.finditer(text))
    for found in _AFTER_ENGLISH.finditer(text):
        if _SETS_OFF.search(found[1]) or _LIKE_A_CODE.search(found[2]):
            yield found[2]
    yield from (found[1] for found in _ALONE.finditer(text) if any(map(str.isdigit, found[1])))


def _first(found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:MOST]
