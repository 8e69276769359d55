"""Encodings that nobody names: found, or refused with what to do."""

import pytest

from handlers.rosters import RosterUnusable, read

TRADITIONAL = ["陳大文", "林志玲", "黃美玲", "謝怡君"]
SIMPLIFIED = ["张伟", "王婷婷", "李雪琴", "欧阳娜娜"]
MIXED = ["赵磊", "Anna", "石磊", "喆"]


def written(heading: str, names: list[str], encoding: str) -> bytes:
    lines = [heading, *(f"{name},1380013800{number}" for number, name in enumerate(names))]
    return "\r\n".join([*lines, ""]).encode(encoding)


UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
CASES = [
    (heading, names, encoding)
    for names, encodings in (
        (TRADITIONAL, ("big5", "big5hkscs", "cp950", "gb18030", *UNICODE)),
        (SIMPLIFIED, ("gbk", "gb18030", *UNICODE)),
        (MIXED, ("gbk", "utf-16-le")),
    )
    for encoding in encodings
    for heading in ("姓名,手機" if names is TRADITIONAL else "姓名,手机", "name,phone")
]


@pytest.mark.parametrize(("heading", "names", "encoding"), CASES)
def test_encodings(heading: str, names: list[str], encoding: str) -> None:
    roster = read(written(heading, names, encoding), "list.csv")
    assert [row.name for row in roster.good] == names
    assert roster.good[0].phone == "8000"


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("names", "encoding"), [(TRADITIONAL, "big5"), (SIMPLIFIED, "gbk"), (["王伟"], "gbk")])
def test_short_lists(count: int, names: list[str], encoding: str) -> None:
    for heading in ("姓名,電話" if encoding == "big5" else "姓名,电话", "name,phone"):
        roster = read(written(heading, names[:count], encoding), "list.csv")
        assert [row.name for row in roster.good] == names[:count]


@pytest.mark.parametrize(
    "names", [["Jörg Müller", "José Núñez"], ["François Lefèvre"], ["Łukasz".replace("Ł", "L"), "Zoë"]]
)
def test_western_names(names: list[str]) -> None:
    assert [row.name for row in read(written("name,phone", names, "cp1252"), "list.csv").good] == names


@pytest.mark.parametrize(
    "data", [b"name\n\xff\xff\xff", b"name\n\x81", b"\xff\xfea", b"name\nA\xa0\xff\n", b"\xef\xbb\xbfname\n\xff"]
)
def test_what_is_in_no_known_encoding_is_said_with_a_remedy(data: bytes) -> None:
    with pytest.raises(RosterUnusable, match="CSV UTF-8") as unusable:
        read(data, "list.csv")
    assert unusable.value.reason == "encoding"
