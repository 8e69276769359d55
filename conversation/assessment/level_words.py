"""Quotes that speak of levels and ratings themselves. They show nothing about a candidate, whoever they speak to.

This holds where the rules of `addressed` do not know a wording: what demands a level cannot be its evidence.
"""

import re
import unicodedata

from conversation.visible_text import without_hidden

_LEVEL = (
    r"(?:levels?|scores?|ratings?|marks?|grades?|points|bands?|tiers?|verdict|rubric|criteri(?:a|on)"
    r"|competenc(?:y|ies))"
)
_BEST = r"(?:5|five|max(?:imum)?|best|top|highest|full|perfect|excellent|outstanding)"
_ENGLISH = re.compile(
    rf"\b{_LEVEL}\b.{{0,30}}\b{_BEST}\b(?! ?(?:%|percent|minutes|hours|days|weeks|months|years|people))"
    rf"|\b{_BEST}\b.{{0,12}}\b{_LEVEL}\b"
    r"|\b(?:rate|grade|score|mark) (?:me|my|this|it)\b|\bmark (?:complete|excellent)\b"
    r"|\b(?:graders?|assessors?|evaluators?|calibration sample|language model|rubric)\b"
    r"|\b(?:gives?|gets?|set|settle|conclude|agreed?|is|at|with|on|to) (?:a )?(?:5|five)[.!\"” ]*$"
)
_CHINESE = re.compile(
    r"(?:等级|级别|分数|评价|结论|结果|评级|level).{0,6}(?:5|五(?!个)|满|最高|最好|大方|优秀)"
    r"|满分|最高(?:级|档|等级|评级)|[五5] ?(?:级(?!市|风|地震|医院|伤残)|分(?!钟|之|公司|店|制))"
    r"|引文|评分(?:覆盖|标准|规则)|阅卷|评估者|校准样本|标记为优秀|等級|滿分|評分(?:標準|規則)|閱卷"
)


def speaks_of_levels(quote: str) -> bool:
    """Return whether a quote speaks of levels or ratings instead of what somebody did."""
    plain = " ".join(unicodedata.normalize("NFKC", without_hidden(quote)).lower().split())
    return bool(_ENGLISH.search(plain) or _CHINESE.search(plain))
