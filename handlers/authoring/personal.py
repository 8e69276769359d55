"""Warnings about questions on what is no business of an employer: age, marriage, children, origin, health, belief.

A question has to ask the candidate about it. Data about customers' ages, or a system's health, are not meant.
"""

import re
from collections.abc import Iterator
from functools import cache

from handlers.authoring.checks import QUESTIONS
from handlers.authoring.faults import Remark, say, shown
from handlers.authoring.tree import ALL, Tree

_LIST = r"(?:[\u4e00-\u9fff]{1,5}[、和及与])*(?:以及|还有)?"
_OWN = rf"(?:您|你|自己|本人|个人)(?:目前|现在|今年|当前|家)?的?(?:真实|实际|具体)?{_LIST}"
_TELL = rf"(?:介绍|说明|告知|告诉我们?|填写|提供|说说|谈谈|报|写明|写出|写|注明|回答)(?:一下|下|上)?{_LIST}"
_ENDS = r"(?=[、，。；？！,.?!;和及与等是为吗呢\s]|多少|多大|如何|怎|在哪|属于|情况|状况|信息|$)"
_WHETHER = "(?:是否|有没有|有无|是不是|可有)"


def _asked(noun: str) -> str:
    """Return the pattern of a question for the candidate's own `noun`."""
    return (
        rf"(?:{_OWN}|{_TELL})(?:{noun}){_ENDS}|(?:^|[，。；\s])(?:{noun})(?:是|为|在)?(?:什么|多少|哪"
        rf"|[?？：:]|$)"
    )


_CHINESE = {
    "age": (
        rf"{_asked('年龄|年纪|岁数|出生年月|出生日期|出生年份|生日|生肖|属相')}"
        r"|(?:您|你)(?:今年|现在|目前)?(?:多大(?!程度|的?压力|规模)|几岁|多少岁|贵庚)|(?:您"
        r"|你)(?:是)?(?:哪一?年|几几年|何时)(?:出)?生"
    ),
    "marriage": (
        rf"{_asked('婚姻|婚姻状况|婚姻情况|婚姻状态|婚恋|婚恋状况|婚恋情况|婚否|感情状况|配偶|爱人|恋爱情况')}"
        rf"|{_asked('婚育|婚育状况|婚育情况|婚育计划')}"
        rf"|{_WHETHER}(?:已经?|未|打算|准备|计划|近期)*(?:结婚|成家|婚配|单身|恋爱|谈恋爱|离过?婚|离异"
        rf"|已婚|未婚|婚$)"
        rf"|(?:{_WHETHER}|您|你)(?:现在|目前)?有?(?:男朋友|女朋友|对象)(?![分象是])"
        r"|(?:您|你)(?:现在|目前)?(?:是)?(?:结婚(?:了|没|吗)|已婚|未婚|单身吗)|结婚了(?:吗|没)"
        r"|有没有结婚(?:计划|打算)|已婚还是未婚"
        r"|(?:打算|准备|计划)(?:在)?(?:什么时候|何时|近期|几年内|近[一两二三几]年内?)*结婚|(?:您"
        r"|你)什么时候结婚"
    ),
    "children": (
        rf"{_asked('生育|生育状况|生育情况|生育计划|生育打算|生育意愿|子女|子女情况|孩子|小孩')}"
        rf"|(?:{_WHETHER}|有几个|(?:打算|准备|计划|考虑|想)(?:再)?(?:要|生)|要不要(?:生)?|生没生)"
        r"(?:有)?(?:小孩|孩子|子女|二孩|二胎|三孩|三胎|宝宝)"
        rf"|(?:您|你)(?:现在|目前)?有(?:小孩|孩子|子女|宝宝)(?:了)?(?:吗|没|$)"
        rf"|{_WHETHER}有?生育(?:计划|打算|意愿)"
        rf"|(?:{_WHETHER}|打算|准备|您计划|你计划)(?:在)?(?:打算|准备|计划|什么时候|何时|近期|几年内"
        rf"|近[一两二三几]年内?|已经?|正在)*"
        r"(?:生育|怀孕|备孕|生孩子|要孩子|生小孩|要小孩)(?!政策|保险|工作|条例|津贴)"
        r"|(?:您|你)(?:现在|目前)?(?:已经?|正)?(?:怀孕|备孕)|(?:您|你)家?的?(?:孩子|小孩)(?:多大|几岁"
        r"|由谁|谁|平时|怎么)"
        r"|(?:谁|怎么|如何)(?:来)?(?:帮您|帮你)?(?:带|照顾|照看)(?:您|你)?家?的?(?:孩子|小孩)"
    ),
    "origin": (
        rf"{_asked('籍贯|户口|户籍|民族|祖籍|出生地|国籍|老家|家乡|户口所在地|户籍所在地|户口性质')}"
        r"|(?:您|你)是(?:哪里|哪儿|什么地方|哪个?(?:省|市|县|地方))的?人|(?:您|你)(?:的)?(?:老家"
        r"|家乡)(?:是|在)?(?:哪|什么)"
        rf"|(?:您|你)?{_WHETHER}(?:有|为|是)?(?:本地|外地|农村|城镇|少数民族|汉族"
        rf"|[\u4e00-\u9fff]{{2,3}}户口)(?:人|户口|户籍)?$"
        r"|(?:您|你)是(?:本地|外地|农村|城镇)(?:人|户口)(?:吗|$)|(?:您|你)是什么(?:民族|国籍)|(?:您"
        r"|你)来自(?:哪里|哪个省|哪个地方|什么地方)$"
    ),
    "health": (
        rf"{_asked('健康|健康状况|健康情况|身体|身体状况|身体情况|病史|疾病史|既往病史|身高|体重|视力|残疾|残疾情况|身高体重')}"
        rf"|(?:您|你)?(?:{_WHETHER}|曾)(?:患|得|有|患有|得过|患过)(?:过|有)?[\u4e00-\u9fff]{{0,6}}"
        r"(?:疾病|传染病|慢性病|遗传病|重病|大病|病史|肝炎|残疾|精神病|抑郁症?|糖尿病|高血压|癌症"
        r"|色盲|色弱|残疾证)"
        rf"|(?:{_WHETHER}|您有|你有|您是|你是)[^，。；？?]{{0,6}}(?:乙肝|艾滋|HIV|残疾人$|残疾吗)"
        r"|有(?:无|没有)[\u4e00-\u9fff]{0,6}(?:疾病史|病史|疾病$|慢性病|传染病|遗传病|残疾$|色盲)"
        rf"|{_WHETHER}(?:残疾|色盲|色弱|近视|吸烟|住过院|做过手术|长期服药)"
        r"|(?:您|你)(?:的)?身体(?:好不好|好吗|怎么样|如何|健康吗|是否健康)"
    ),
    "belief": (
        rf"{_asked('宗教信仰|信仰|宗教')}"
        rf"|{_WHETHER}(?:有)?(?:宗教)?(?:信仰|信教|信佛|信奉)|信不信(?:教|佛|宗教)"
        r"|(?:您|你)信(?:教|佛)(?:吗|$)|(?:您|你)(?:信仰?|信奉)(?:的是)?(?:什么|哪种|哪个|何种)(?:宗?教|信仰)"
    ),
    "orientation": rf"{_asked('性取向|性倾向')}|(?:{_WHETHER}|您是|你是)(?:同性恋|双性恋|异性恋)",
}
_YOUR = r"\byour (?:current |own |full |exact )?(?:\w+(?:, | and |, and ))*"
_ENGLISH = {
    "age": (
        rf"\bhow old are you\b|{_YOUR}(?:age\b(?! (?:group|structure|data|distribution|model|band))"
        rf"|date of birth|year of"
        r" birth|birth ?date|birthday)|\b(?:when|in (?:what|which) year) were you born\b"
    ),
    "marriage": (
        r"\bare you (?:currently |already )?(?:married|single(?!-)\b|engaged(?! (?:in|with|by))"
        r"|divorced|dating|in a"
        rf" relationship)|{_YOUR}(?:marital status|marriage|husband|wife|spouse|boyfriend|girlfriend)\b"
        r"|\byou (?:plan|intend|want|hope|going) (?:on |to )?(?:get(?:ting)? married|marry)"
        r"|\bdo you have a (?:husband|wife"
        r"|boyfriend|girlfriend|spouse)"
    ),
    "children": (
        r"\b(?:do|will|would) you (?:have|want|plan (?:to have|on having|on)|expect|intend to have"
        r"|like to have) (?:any |more"
        r" |to have )?(?:a |an )?(?:child|children|kids|baby)\b|\bare you (?:\w+ )?(?:pregnant|expecting a)\b"
        r"|\byou (?:plan|planning|intend|want|going) (?:on |to )?(?:hav(?:e|ing)|start(?:ing)?"
        r"|get(?:ting)?) (?:a |another )?"
        rf"(?:child|children|baby|kids|family|pregnant)|\bhow many (?:children|kids) do you\b"
        rf"|{_YOUR}(?:children|kids"
        r"|child ?care|family plan(?:s|ning)?)\b(?!['’]s)"
    ),
    "origin": (
        rf"\bwhere (?:are you|do you come) (?:originally )?from\b|{_YOUR}(?:native place|home ?town"
        rf"|place of birth|birthplace"
        r"|nationality|citizenship|ethnicity|ethnic (?:group|origin|background)|race\b(?! condition)"
        r"|hukou|household"
        r" registration)|\bwhat (?:ethnic group|nationality|race) are you\b|\bwhere were you born\b"
    ),
    "health": (
        r"\b(?:do|did|have|are) you (?:ever |currently )?(?:have|had|suffer(?:ed|ing)? from"
        r"|been diagnosed with)\b[^.?!]{0,40}"
        r"\b(?:disabilit(?:y|ies)|illness(?:es)?|diseases?|hepatitis|HIV|chronic|medical conditions?"
        r"|health (?:problems?"
        r"|issues?|conditions?))\b|\bare you (?:disabled|ill\b|in good health|healthy\b|a smoker)"
        rf"|{_YOUR}(?:(?:state of |physical |mental )?health\b(?! ?(?:care|data|app|check|product"
        rf"|polic))|medical history"
        r"|physical condition|height\b|body weight|disabilit(?:y|ies))"
    ),
    "belief": (
        rf"{_YOUR}(?:religion|religious (?:beliefs?|affiliation|views)|faith\b)"
        rf"|\bwhat(?: is)? (?:your )?religion\b"
        r"|\bare you (?:a |an )?(?:religious|christian|muslim|buddhist|jewish|catholic|atheist)\b"
        r"|\bdo you (?:believe in god|go to church|pray\b|practi[cs]e (?:a|any) religion)"
    ),
    "orientation": (
        rf"{_YOUR}sexual (?:orientation|preference)|\bare you (?:gay|lesbian|homosexual|heterosexual"
        rf"|bisexual)\b"
    ),
}
_WRITTEN = {"zh": _CHINESE, "en": _ENGLISH}
_SENTENCE = re.compile(r"[^。！？；?!;\n]+[。！？；?!;]*|[。！？；?!;]")
_DENIED = {
    "zh": re.compile(r"不必|无需|无须|不需|不用|请勿|切勿|不要|不得|避免|不涉及|不会问|不问|别"),
    "en": re.compile(
        r"\bno need\b|\bnot\b|\bnever\b|\b(?:do|need)n[’']t\b|\bleave out\b|\bwithout\b|\brather than\b",
        re.IGNORECASE,
    ),
}


def personal(tree: Tree) -> Iterator[Remark]:
    """Yield a warning for each question that asks about such a matter, once a matter and question."""
    for path, _ in tree.each(*QUESTIONS):
        told = set[str]()
        for where, text in tree.each(*path, "ask", ALL):
            language = str(where[-1])
            if isinstance(text, str) and language in _WRITTEN:
                for topic, words in topics(text, language):
                    if topic not in told:
                        told.add(topic)
                        what = say(f"personal.{topic}", words=shown(words))
                        yield Remark(where, what, say(f"personal.{topic}.write"), "warning")


@cache
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    """Compile the patterns of a language, which is slow, when the first script is read."""
    flags = re.IGNORECASE if language == "en" else re.NOFLAG
    return {topic: re.compile(pattern, flags) for topic, pattern in _WRITTEN[language].items()}


def topics(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield the matters that a question asks the candidate about, each with the words that do."""
    for topic, pattern in _patterns(language).items():
        for sentence in _SENTENCE.findall(text):
            said = sentence.strip("。！？；?!; \n") if language == "zh" else sentence
            found = pattern.search(said)
            if found and not _DENIED[language].search(said[: found.start()]):
                yield topic, found[0].strip("，。； ")
                break
