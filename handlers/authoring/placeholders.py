"""Warnings about texts that were copied from an example or a form and never filled in."""

import re
from collections.abc import Iterator

from handlers.authoring.faults import Remark, named, say, shown
from handlers.authoring.tree import ALL, Pattern, Tree

_EXAMPLES = re.compile(
    r"华东能源|示例单位|示例公司|示范单位|Huadong Energy|example (?:organi[sz]ation|company)"
    r"|[\w.-]*@?\bexample\.(?:com|org|net|cn)\b",
    re.IGNORECASE,
)
_NOUNS = (
    "公司|单位|机构|企业|集团|部门|名称|姓名|邮箱|电话|地址|日期|联系|填写|company|employer"
    "|organi[sz]ation|name|e-?mail"
    "|phone|address|date|contact|insert"
)
_BLANKS = re.compile(
    rf"(?<![A-Za-z0-9])[XxＸ×]{{2,}}(?![A-Za-z0-9])|某某|某(?:公司|单位|集团|企业)|\b(?:TODO|TBD|FIXME"
    rf"|LOREM)\b|待填|待定写|"
    rf"[\[【<＜〈][^\]】>＞〉\n]{{0,20}}(?:{_NOUNS})[^\]】>＞〉\n]{{0,20}}[\]】>＞〉]|_{{3,}}|＿{{2,}}"
    rf"|\byour (?:company|organi[sz]ation)\b(?! name)",
    re.IGNORECASE,
)
_READ: tuple[Pattern, ...] = (
    ("title", ALL),
    ("guide", ALL),
    ("privacy", ALL),
    ("recruiter", ALL),
    ("result", "told_by", ALL),
    ("faq", ALL, "a", ALL),
    ("result_messages", ALL, ALL),
)


def placeholders(tree: Tree) -> Iterator[Remark]:
    """Yield a warning for each text that still names the example organisation or has a gap to fill in."""
    for pattern in _READ:
        for path, text in tree.each(*pattern):
            if not isinstance(text, str) or path[-1] not in ("zh", "en"):
                continue
            name = named(str(path[0]))
            if path[0] == "privacy" and (found := _EXAMPLES.search(text)):
                what = say("example_named", name=name, text=shown(found[0]))
                yield Remark(path, what, say("example_named.write"), "warning")
            elif blank := gap(text):
                what = say("gap", name=name, text=shown(blank))
                yield Remark(path, what, say("gap.write"), "warning")


def gap(text: str) -> str:
    """Return the first gap in a text that was to be filled in, or an empty string."""
    found = _BLANKS.search(text)
    return found[0] if found else ""
