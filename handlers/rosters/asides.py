"""Rows of a list that are about no person: titles of groups, totals, headings of printed pages, notes."""

import re
import unicodedata
from collections.abc import Sequence

from handlers.rosters.columns import Columns
from handlers.rosters.headings import GIVEN, NAMES, SURNAMES, is_known, says
from handlers.rosters.model import Aside

_TOTAL = re.compile(
    r"(?:(?:本页|本組|本组|全部|以上)?(?:合计|合計|总计|總計|小计|小計|共计|共計|总数|總數|总人数|總人數|人数合计|汇总)"
    r"|(?:grand|sub|page)?[ -]?totals?|sum|count|headcount)"
    r"[\s:：=]*(?:(?:of|共)?\s*[\d,.]+\s*(?:人|名|位|个|条|people|persons|candidates|rows)?)?(?:in total)?"
    r"|(?:本组|本页|本组共|全组|以上)?(?:共|总共|總共|一共|合共)\s*[\d一二三四五六七八九十百]+\s*(?:人|名|位|个|条)?.{0,6}"
    r"|\d+\s*(?:people|persons|candidates|applicants|students)?\s*in total",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"[*※★]*\s*(?:(?:备注|備註|注意|注|说明|說明|附注|附|制表人?|製表人?|填表人?|填报人|审核人?|審核人?|经办人|负责人|"
    r"复核人?|批准人?|签字|签名|簽名|盖章|制表日期|填表日期|日期|打印时间|导出时间|制表时间|单位盖章|第\s*\d+\s*页.*|"
    r"notes?|n\.?b\.?|remarks?|prepared by|approved by|checked by|signature|signed(?: by)?|date|printed(?: on)?|"
    r"exported(?: on)?|source|page\s*\d+.*)\s*(?:[(（].*[)）])?\s*(?:[:：].*|$)"
    r"|(?:示例|例如|样例|範例|示范|例|example|sample|e\.g\.)\s*[:：)）\]】].*"
    r"|[(（\[【](?:示例|例如|样例|範例|例|example|sample)[)）\]】].*"
    r"|(?:示例|样例|範例|example|sample)$"
    r"|[-—–=_*#.·\s]{2,}$|(?:以下(?:空白|为空|無)|end of list|the end)\W*$)",
    re.IGNORECASE | re.DOTALL,
)
_GROUP = re.compile(
    r"第?\s*[\d一二三四五六七八九十a-z]+\s*(?:小?组|組|班|批次?|场次?|轮次?|部分|类|梯队|期|队)(?:\s*[(（].*)?"
    r"|.{0,20}(?:小组|组|組|部|部门|部門|班|班级|学院|學院|系|专业|專業|校区|分公司|事业部|中心|批次|场次|场|专场|岗|岗位|类|方向|大学|大學)"
    r"(?:\s*[(（].*)?"
    r"|(?:group|team|department|dept\.?|division|section|class|batch|round|session|shift|track|campus|part)\b.{0,40}"
    r"|.{0,40}\b(?:group|team|department|dept\.?|division|section|class|batch|round|session|shift|track|campus)"
    r"|(?:engineering|marketing|sales|finance|hr|human resources|design|product|operations|legal|it|research|"
    r"r&d|support|"
    r"customer service|data|backend|frontend|qa|accounting|administration|procurement|logistics|interns?|others?)"
    r"|[【\[(（<《—–=*#-].*[】\])）>》—–=*#-]"
    r"|[^:：]{1,20}[:：].{0,60}",
    re.IGNORECASE | re.DOTALL,
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈"
    "项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左"
    "石崔吉龚程嵇邢裴陆荣翁荀羊惠甄曲家封储靳焦牧山谷车侯宓蓬全班仰秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司黎薄印白怀蒲从索赖卓蔺"
    "屠蒙池乔阳胥苍双闻党翟谭贡劳姬申冉雍桑桂牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易戈廖庾终居衡步都耿满弘匡国文"
    "寇广东欧利师巩聂晁勾敖融冷辛阚那简饶曾关蒯相查荆红游权盖益桓公肖付闫代仝岳缑亓佟言海涂青晋楚初鞠邸苑隋逄滑佘"
    "趙錢孫鄭馮陳衛蔣韓楊許呂張嚴華魏謝鄒喻竇雲蘇魯韋馬鳳賀湯羅畢鄔樂傅齊顧黃蕭龐紀項閔賈婁顏鍾駱盧繆單諸陸榮龔劉葉黎賴喬陽聞譚"
    "勞邊農溫莊閻連習廣歐師鞏聶簡饒關遊權蓋"
)
_SHORT_NAME = 4
_PARTS_OF_NAMES = frozenset((*SURNAMES, *GIVEN))
_HAN = re.compile(r"[\u3400-\u9fff\s]+")
_ENDS_A_GROUP = re.compile(r"(?:组|組|部|班|系|院|类|岗|校区|专业|大学)$|\d")
_NUMBER = re.compile(r"[#№]?\d{1,5}[.、)]?")
_FIGURE = re.compile(r"\W*[\d,.]*\s*(?:人|名|位|个|people|persons|candidates)?\W*", re.IGNORECASE)


def aside_of(cells: Sequence[str], columns: Columns, *, reachable: bool, several: bool) -> Aside:
    """Return why a row is about no person; empty if it is about one, or may be.

    `reachable`: the row has a usable phone number or e-mail address. `several`: other rows have several cells.
    """
    filled = [cell for cell in cells if cell]
    first = unicodedata.normalize("NFKC", filled[0]).strip()
    if _is_heading(cells, columns):
        return "heading"
    if _NOTE.fullmatch(first) and (not reachable or _is_example(first)):
        return "note"
    if reachable:
        return ""
    if _TOTAL.fullmatch(first) and all(map(_is_figure, filled[1:])):
        return "total"
    if len(filled) > 1:
        return ""
    at = next(column for column, cell in enumerate(cells) if cell)
    if at in columns.person and at not in columns.names:
        return ""  # somebody's number or address without a name
    in_name = at in columns.names
    if not in_name and _NUMBER.fullmatch(first):
        return "blank"
    return _lone(first, in_name=in_name, several=several)


def _is_heading(cells: Sequence[str], columns: Columns) -> bool:
    """Return whether the cells are a heading again, as on each page of a printed list."""
    filled = [cells[each] for each in columns.person if each < len(cells) and cells[each]]
    known = NAMES if columns.name >= 0 else _PARTS_OF_NAMES
    names = [cells[each] for each in columns.names if each < len(cells)]
    return any(says(known, each) for each in names) and all(map(is_known, filled))


def _lone(text: str, *, in_name: bool, several: bool) -> Aside:
    """Return what the only cell of a row is about. What may be somebody's name is a person's."""
    if in_name and looks_like_a_name(text):
        return ""
    if _GROUP.fullmatch(text):
        return "group"
    if re.search(r"[。！？;；!?]", text):
        return "note"
    is_title = several and any(map(str.isalpha, text)) and (not in_name or bool(_HAN.fullmatch(text)))
    return "group" if is_title else ""


def looks_like_a_name(text: str) -> bool:
    """Return whether a text has the form of a Chinese name."""
    plain = "".join(text.split())
    return 2 <= len(plain) <= _SHORT_NAME and plain[0] in _SURNAMES and not _ENDS_A_GROUP.search(plain)


def _is_example(text: str) -> bool:
    return bool(re.match(r"\W*(?:示例|例如|样例|範例|示范|例|example|sample|e\.g\.)", text, re.IGNORECASE))


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.fullmatch(text) or _TOTAL.fullmatch(text))
