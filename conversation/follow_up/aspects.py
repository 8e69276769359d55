"""Aspects of an answer: what a rubric asks for, and what an answer touches, by written rules in both languages."""

import re
from typing import NamedTuple


class Aspect(NamedTuple):
    """An aspect, by the name of its follow-up question in the catalogue.

    - `asked`: words by which a rubric asks for it.
    - `touched`: words by which an answer touches it.
    """

    name: str
    asked: re.Pattern[str]
    touched: re.Pattern[str]


def _aspect(name: str, asked: tuple[str, str], touched: tuple[str, str]) -> Aspect:
    """Both are alternatives in Chinese and, as whole words, in English."""
    compiled = (re.compile(rf"{zh}|\b(?:{en})\b", re.IGNORECASE) for zh, en in (asked, touched))
    return Aspect(name, *compiled)


_COUNTED = "个|位|人|名|次|天|周|月|年|倍|成|元|万|件|台|家|小时|分钟|份|条|项|组|套|封|场"
ASPECTS = (
    _aspect(
        "example",
        (
            "具体|实例|例子|举例|案例|事例|经历|一件事",
            r"specific\w*|concrete\w*|examples?|cases?|instances?|situations?",
        ),
        (
            "有一次|有一回|那次|那天|当时|去年|前年|今年|上个?月|上周"
            "|年前|期间|大[一二三四]|实习|比如|例如|有一?[位个家桌次]",
            r"once|when i|when we|last (?:year|month|week|summer|winter|spring|autumn)"
            r"|ago|back then|one (?:day|time)"
            r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december)"
            r"|in (?:19|20)\d\d|for (?:example|instance)|at my|during (?:my|the)"
            r"|an? (?:customer|client|guest|colleague|clinic|parent|buyer)|came|complained",
        ),
    ),
    _aspect(
        "own",
        (
            "自己|本人|亲自|个人作用|的作用|的角色|所做",
            r"own|themselves|personally|their (?:part|role)|contribution",
        ),
        (
            r"我(?!们|的|觉得|认为|想|感觉|相信|希望|喜欢|比较|很|会|是|平时|一直|总|也|觉|个人)\S",
            r"i (?!think|believe|feel|guess|am|was|would|like|always|usually|often|try|hope|know|have always)\w+",
        ),
    ),
    _aspect(
        "result",
        ("结果|效果|成效|成果|影响|产出", r"results?|outcomes?|effects?|impact|came of it"),
        (
            "结果|最后|最终|后来|于是|提高|提升|降低|减少|增长|增加"
            "|缩短|解决了|完成了|满意|成功|通过了|恢复|再也没|没有?再|省"
            "|[到至为]了? ?[一二三四五六七八九十百零两\\d.]+|退回"
            "|感谢|表扬|少了|多了|快了|低了|高了|之后.{0,6}没|再没",
            r"results?|in the end|finally|eventually|afterwards?|since then|after that|improved|increased|reduced"
            r"|fell|rose|refunded|arrived|stayed|hardly|no (?:one|longer)|has held"
            r"|down to|in the next (?:year|month)|from \w+ to|instead of|better"
            r"|fell|rose|dropped|doubled|halved|saved?|solved|fixed"
            r"|succeeded|thanked|satisfied|works? (?:again|now)",
        ),
    ),
    _aspect(
        "figures",
        ("数据|数字|量化|指标|百分|可核实", r"figures?|numbers?|data|measur\w+|metrics?|quantif\w+|verif\w+"),
        (
            rf"\d|百分之|[二两三四五六七八九十百千半][一二两三四五六七八九十百千半]*多?(?:{_COUNTED})",
            r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty|hundred|thousand"
            r"|half|twice|dozen|percent|per cent)",
        ),
    ),
    _aspect(
        "reason",
        ("原因|理由|为什么|依据|权衡|取舍|判断", r"reasons?|reasoning|why|causes?|trade-?offs?|justif\w+"),
        (
            "因为|由于|原因|所以|为了|考虑到|因此|否则",
            r"because|so that|in order to|due to|the reason|therefore|caused?|otherwise",
        ),
    ),
    _aspect(
        "lasting",
        (
            "避免再|再次发生|防止|总结|反思|教训|复盘|保持效果|学到|收获",
            r"prevent\w*|again|lessons?|learn\w*|reflect\w*|kept up|lasting|improve(?:d|ment)? afterwards",
        ),
        (
            "避免|以后|此后|从那以后|学到|总结|反思|教训|复盘|制度"
            "|流程|定期|下次|收获|没有?再|再[也没]|每[周月天次年季]"
            "|至今|半年|一直|个月|培训|检查|规定|写进|写成|模板|提前",
            r"learn\w*|prevent\w*|still|each (?:week|month)|now|so that|rule|since then"
            r"|from then on|ever since|again|lessons?|next time|checklist|every (?:week|month)"
            r"|kept|trained",
        ),
    ),
    _aspect(
        "steps",
        ("步骤|过程|方法|措施|思路", r"steps?|process|methods?|approach"),
        (
            "先|然后|接着|再把|第一步|其次|首先|同时|一边|之后",
            r"first(?:ly)?|then|next|after that|second(?:ly)?"
            r"|step by step|meanwhile|started (?:by|with)|before that",
        ),
    ),
)
"""In the order in which they are asked about."""
_GENERAL = re.compile(
    r"一般|通常|总是|经常|往往|各种|各方面|方方面面|等等|之类|差不多|还可以"
    r"|还行|努力|认真|积极|负责任|用心|态度|沟通|团队|很重要|最重要|应该|都会"
    r"|相信|尽量|尽力|良好|一定的|比较强|不断|耐心|真诚"
    r"|\b(?:always|usually|generally|often|normally|various|things?|stuff|and so on|etc|somehow|kind of|sort of"
    r"|important|hard[- ]working|passionate|motivated|team ?(?:player|work)|communicat\w+|attitude|try to|believe"
    r"|dedicated|flexible|good at|responsib\w+|patient|positive|do my best)\b",
    re.IGNORECASE,
)
_CONCRETE = frozenset({"example", "figures"})
_LEAST_GENERAL = 2


def asked_for(text: str) -> tuple[str, ...]:
    """Return the aspects that a rubric's text asks for."""
    return tuple(each.name for each in ASPECTS if each.asked.search(text))


def touched(text: str) -> frozenset[str]:
    """Return the aspects that an answer touches."""
    return frozenset(each.name for each in ASPECTS if each.touched.search(text))


def is_vague(text: str) -> bool:
    """Return whether an answer says general things only: at least two of them, no case and no figure."""
    return len({found[0].lower() for found in _GENERAL.finditer(text)}) >= _LEAST_GENERAL and not (
        touched(text) & _CONCRETE
    )
