"""What headings of lists mean, as spreadsheets, forms and exports write them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

NAMES = (
    "name", "fullname", "realname", "legalname", "candidate", "candidatename", "studentname", "applicant",
    "applicantname", "namechinese", "chinesename", "参加者", "姓名", "名字", "全名", "真实姓名", "中文姓名",
    "中文名", "候选人", "考生", "应聘者", "应聘人", "應聘者", "應徵者", "報名者", "候選人",
)  # fmt: skip
SURNAMES = ("姓", "姓氏", "surname", "lastname", "familyname", "last")
GIVEN = ("名", "名字", "givenname", "givennames", "firstname", "firstnames", "forename", "forenames", "first")
MIDDLE = ("middlename", "middlenames", "middle")
PHONES = (
    "mobile", "mobilenumber", "mobileno", "mobilephone", "mobilephonenumber", "cell", "cellphone", "cellnumber",
    "cellphonenumber", "手机", "手机号", "手机号码", "手机电话", "联系手机", "联系手机号", "联系手机号码",
    "移动电话", "手機", "手機號", "手機號碼", "行動電話", "聯絡手機", "phone", "phonenumber", "phoneno", "tel",
    "telno", "telephone", "telephonenumber", "telephoneno", "contactnumber", "contactno", "contactphone",
    "contactphonenumber", "电话", "电话号", "电话号码", "联系电话", "联系电话号码", "联络电话", "電話",
    "電話號碼", "聯絡電話", "聯繫電話", "whatsapp", "whatsappnumber",
)  # fmt: skip
EMAILS = (
    "email", "mail", "emailaddress", "mailaddress", "emailid", "邮箱", "邮箱地址", "电子邮箱", "电子邮箱地址",
    "邮件", "邮件地址", "电子邮件", "电子邮件地址", "电邮", "qq邮箱", "電子郵件", "電子郵箱", "電郵",
    "電郵地址", "郵箱", "信箱", "電子信箱",
)  # fmt: skip
CONTACTS = (
    "contact",
    "contactinfo",
    "contactdetails",
    "contactinformation",
    "联系方式",
    "联络方式",
    "聯絡方式",
    "聯繫方式",
)
"""Columns that may hold a phone number, an e-mail address or something else."""
OTHERS = frozenset((
    "no", "number", "serialno", "id", "school", "university", "college", "major", "department", "dept",
    "position", "gender", "sex", "age", "class", "group", "degree", "education", "remarks", "remark", "notes",
    "note", "city", "序号", "编号", "学号", "考号", "准考证号", "性别", "年龄", "学校", "院校", "毕业院校",
    "学院", "专业", "班级", "学历", "部门", "岗位", "职位", "应聘岗位", "应聘职位", "城市", "备注", "组别",
    "身份证号", "微信", "微信号", "qq", "關係", "關係人", "关系", "學校", "性別", "備註", "序號", "編號",
    "科系", "系所",
))  # fmt: skip
_PREFIXES = re.compile(
    r"^(?:请(?:填写|输入|提供|留下)?|您的|你的|我的|本人的?|候选人的?|考生的?|学生的?|应聘者的?|应聘人的?|报名人的?|报名者的?|"
    r"申请人的?|求职者的?|参赛者的?|面试者的?|学员的?|员工的?|常用的?|个人的?|有效的?|第一|首选|請填寫|候選人的?|應徵者的?|應聘者的?|報名者的?|學生的?|"
    r"please|enter|whatis|provide|your|the|my|candidates|candidate|applicants|applicant|students|student|personal|"
    r"primary|preferred|current|contact)(?=.)"
)
_SUFFIXES = re.compile(r"(?<=.)(?:必填项?|选填项?|可选|必選|必填項?|填空题?|required|optional|mandatory)$")
_NUMBER = re.compile(
    r"^\s*(?:[(\[]?(?:\d{1,3}|[一二三四五六七八九十]+|q\d{1,3})[)\].、:．]+|\d{1,3}\s|\d{1,2}(?=[^\x00-\x7f]))\s*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[【〔<《「{]([^()\[\]【】〔〕<>《》「」{}]*)[)\]】〕>》」}]")
_PARTS = re.compile(r"[/\\、\n]|(?<=[^\x00-\x7f]) *(?=[A-Za-z])|(?<=[A-Za-z.]) *(?=[^\x00-\x7f])")
"""What stands between the parts of a heading in two languages. Not what may divide the cells of a row."""
_NOT_WORDS = re.compile(r"[\W_]+")
_RELATIVES = re.compile(
    r"紧急|緊急|家长|家長|父亲|母亲|父母|父親|母親|监护|監護|联系人|聯絡人|联络人|亲属|亲友|家属|配偶|"
    r"\bemergency|\bparents?\b|\bguardian|\bfather|\bmother|\bspouse|next of kin|\bcontact person|\bcontact name",
    re.IGNORECASE,
)
_INTRODUCERS = re.compile(
    r"推荐人|推薦人|介绍人|证明人|内推|辅导员|班主任|导师|老师|教师|(?<![a-z])hr(?![a-z])|面试官|公司|单位|学校|"
    r"\breferr|\breferee|\breference (?:name|person|phone|contact|email|mail)|\bteacher|\badvis[eo]r|\bsupervisor|"
    r"\brecruiter|\binterviewer|\bcompany|\bschool|\bemployer",
    re.IGNORECASE,
)
_ALL = frozenset((*NAMES, *SURNAMES, *GIVEN, *MIDDLE, *PHONES, *EMAILS, *CONTACTS)) | OTHERS
_SHORT = 20
_MOST_WHOSE = 6
_IN_ANOTHER_SCRIPT = re.compile(r"拼音|英文|pinyin|english|romani[sz]ed", re.IGNORECASE)


def words(cell: str) -> tuple[str, ...]:
    """Return what a heading may be called: without numbers, stars and hints, and its parts if it has several."""
    text = _NUMBER.sub("", plain(cell).casefold())
    outside = _BRACKETS.sub(" ", text)
    said = [outside, *_PARTS.split(outside), *_BRACKETS.findall(text)]
    return tuple(dict.fromkeys(key for part in said for key in _keys(part)))


def plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell)


def _keys(part: str) -> Iterator[str]:
    """Yield the words without spaces and punctuation, then also without what forms put around them."""
    key = _NOT_WORDS.sub("", part)
    while key:
        yield key
        shorter = _SUFFIXES.sub("", _PREFIXES.sub("", key))
        if shorter == key:
            return
        key = shorter


def says(known: Iterable[str], cell: str) -> bool:
    """Return whether the cell is one of these headings."""
    return any(word in known for word in words(cell))


def is_known(cell: str) -> bool:
    """Return whether the cell is a heading that lists of people often have."""
    return says(_ALL, cell) or (len(cell) < _SHORT and is_someones(cell))


def remoteness(cell: str) -> int:
    """Return how far the heading is from its plain word: names in another script come last."""
    if _IN_ANOTHER_SCRIPT.search(plain(cell)):
        return 2
    hints = (_NOT_WORDS.sub("", hint.casefold()) for hint in _BRACKETS.findall(plain(cell)))
    return int(any(_SUFFIXES.sub("", f"-{hint}") != "-" for hint in hints))


def is_someones(cell: str) -> bool:
    """Return whether the heading is about another person than the candidate, or an organisation."""
    return bool(_RELATIVES.search(_whose(cell)) or _INTRODUCERS.search(_whose(cell)))


def is_of_others(cell: str, before: str) -> bool:
    """Return whether a column is about another person, such as an emergency contact. Their telephone number may
    stand in the column after their name, under a heading that does not say whose it is. `before` is the heading on
    the left."""
    if is_someones(cell):
        return True
    whose = _whose(before)
    is_their_name = bool(_RELATIVES.search(whose)) and not says(PHONES, _RELATIVES.sub("", whose))
    return is_their_name and says(PHONES, cell)


def _whose(cell: str) -> str:
    """Return what may say whose a column is: the heading without long hints in brackets."""
    return _BRACKETS.sub(lambda hint: hint[0] if len(hint[1]) <= _MOST_WHOSE else " ", plain(cell))
