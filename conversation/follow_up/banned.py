"""What a follow-up question must not say, in both languages."""

import re
from typing import Literal

Banned = Literal["leading", "promise", "judging", "private", "addressed"]


def _words(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})\b", re.IGNORECASE)


_NEVER: dict[str, tuple[tuple[Banned, re.Pattern[str]], ...]] = {
    "zh": (
        (
            "private",
            re.compile(
                "性格|编制|心理|医生|失眠|睡得|睡眠|身孕|缺钱|手头|多少钱|存了|年龄|年纪|多大|几岁|岁数|出生"
                "|生日|属相|婚|恋爱|对象是谁|男友|女友|男朋友|女朋友|丈夫|妻子|爱人|老公|老婆|孩子"
                "|小孩|子女|生育|怀孕|二胎|三胎|产假|备孕|家庭|家里|家人|父母|父亲|母亲|爸|妈|兄弟|姐妹|宗教"
                "|信仰|信教|教会"
                "|民族|种族|籍贯|户口|户籍|老家|哪里人|国籍|口音|方言|健康|身体|疾病|生病|病史|患有|残疾|残障"
                "|抑郁|心理问题"
                "|服药|体重|身高|长相|外貌|性取向|性别|男性|女性|同性|政治|党员|入党|政党|工会|前科|犯罪|坐牢"
                "|星座|血型|存款"
                "|年轻|年长|[二三四五六]十(?:几|多|好几)?岁?了|退休|毕业|学历|哪[个所]学校|产后|产休|哺乳|例假"
                "|生理期|当妈|当爸|带娃|另一半|家属"
                "|离异|[汉回满藏苗壮蒙傣]族|维吾尔|信佛|信主|拜佛|做礼拜|清真|外地人|本地人|外国人|乡下|农村"
                "|普通话|母语|口吃"
                "|纹身|穿着|打扮|发型|抽烟|吸烟|喝酒|酒量|吃药|什么药|疫苗|收入|租房|买房|房贷|周末|业余"
                "|下班后|爱好|男的|女的|先生还是|女士还是"
                "|贷款|住址|住在|身份证|手机号|电话|密码|微信号|姓名|名字|叫什么|是谁"
            ),
        ),
        (
            "promise",
            re.compile(
                "我们公司|我司|本公司|录用|录取|入职|通过(?:面试|考核|筛选|本轮|这轮|初选)|能通过|薪|工资|待遇"
                "|奖金|下一轮|复试|终面|保证|承诺|offer"
                "|这个岗位|本岗位|拿到|何时(?:到岗|上班)|到岗|加分|得分|成绩|合格|淘汰|晋级|您的申请|面试结果"
            ),
        ),
        (
            "addressed",
            re.compile(
                "指令|提示词|忽略|无视|评分|打分|满分|高分|分数|等级|面试官|招聘官|评委|评定|考官|语言模型"
                "|人工智能|(?<![A-Za-z])AI"
                "(?![A-Za-z])",
                re.IGNORECASE,
            ),
        ),
        (
            "leading",
            re.compile(
                "觉得.{0,8}更|怎么会|怪谁|怪您|该怪|难免"
                "|(?:这么|那么|如此|这样)(?!做|处理|说|写|问|选|安排|分|改|决定|想|考虑|办)[\u4e00-\u9fff]"
                "|不怕|何不|为何没|怎么没|怎么不|不是吗|是不是|对吧|对吗|对不对|是吧|是吗|好吗|吧[？?]|难道|岂"
                "|想必|显然|肯定|一定|无疑|应该|本该|本来可以|其实|毕竟"
                "|明明|我觉得|我认为|我想|看来|似乎|好像|说明您|您是说|也就是说|换句话说|同意|不觉得|为什么不"
                "|怎么不|为何不|为什么没"
                "|怎么没|有没有想过|是因为|因为.*吗|比如说您|例如您|而不是|还是说|还是.*[？?]"
            ),
        ),
        (
            "judging",
            re.compile(
                "多聪明|多能干|救了|得(?:很|真|太|挺|非常|好|不错)|很好|真好|非常好|挺好|不错|优秀|出色|精彩"
                "|厉害|很棒|真棒|点赞|佩服|欣赏|可惜|遗憾|不够|太短|太少|太笼统|含糊|模糊"
                "|笼统|空泛|没有?说清|没有?讲清|不清楚|不完整|缺少|欠缺|缺乏|没有提|没提|没说|感谢|谢谢|有意思"
                "|有趣"
            ),
        ),
    ),
    "en": (
        (
            "private",
            _words(
                r"doctors?|introver\w*|extrover\w*|personality|therap\w*|mental\w*|psych\w*|counsel\w*|sleep\w*"
                r"|(?:where|who) (?:do|did|are) you live|you live|money|savings|age|aged|young\w*|older"
                r"|retire\w*|graduat\w*|grow up|grew up|(?:what|which) school|degree"
                r"|how tall|woman|women|man|men"
                r"|lad(?:y|ies)|newborn|infant|nursing|matern\w*|patern\w*|childcare|mother tongue"
                r"|first language"
                r"|countr(?:y|ies)|foreign\w*|dress\w*|tattoo\w*|smok\w*|drink\w*|alcohol|vaccin\w*|pronouns?"
                r"|weekends?|hobb(?:y|ies)|for fun|spare time|earn\w*|tired|star sign|zodiac|how old|born"
                r"|birthdays?|married|marriage|marital|single|divorced?|husband|wife|spouse"
                r"|partner|boyfriend|girlfriend|child|children|kids?|baby|pregnan\w*|famil(?:y|ies)|parents?"
                r"|mother|father|mum|mom|dad|brothers?|sisters?|relig\w*|faith|church|mosque|temple|god"
                r"|ethnic\w*"
                r"|race|racial|nationalit\w*|citizen\w*|immigra\w*|visa|accent|native|where are you from"
                r"|health\w*"
                r"|ill|illness|disease|sick|disab\w*|disorder|depress\w*|medic\w*|weight|height|appearance"
                r"|gender"
                r"|male|female|sex\w*|gay|lesbian|transgender|politic\w*|vote[ds]?|party|union|crim\w*"
                r"|convict\w*"
                r"|income|debts?|address|phone|e-?mail|password|passport|names?|who is|who was"
            ),
        ),
        (
            "promise",
            _words(
                r"our (?:company|team|business|stock|customers?|guests?|firm|store|shop)"
                r"|this (?:role|job|position)|(?:for|with) us|start (?:work\w*|here)|join us|hire|hired|hiring"
                r"|job offer|offer you|salar\w*|wages?|paid|guarante\w*|promis\w*|next round"
                r"|pass(?:ed)? (?:the|this)|scores?|points?|grades?|marks?|shortlist\w*|reject\w*|application"
                r"|outcome of (?:the|this|your) interview"
            ),
        ),
        (
            "addressed",
            _words(
                r"ignore|disregard|instructions?|prompts?|rubric|rat(?:er|ers|ed|ing|ings)|recruiters?"
                r"|interviewers?"
                r"|language model|ai|a\.i|json|levels?|assess\w*|evaluat\w*"
            ),
        ),
        (
            "leading",
            re.compile(
                r"\bafraid\b|\bprove that\b|\bblame\b|\b(?:you|it|that) so \w+|\bhow likely\b|\bhow come\b"
                r"|\bwhat (?:stopped|kept|prevented) you\b"
                r"|\bwhy did you (?:wait|fail|refuse|ignore|let)\b"
                r"|\b(?:so|such an?) (?:well|badly|late|long|success)\b"
                r"|n['’]t (?:you|it|that|they|there|this|we|he|she)\b"
                r"|\b(?:right|correct|true|yes|no|okay|agreed)\?"
                r"|\b(?:surely|obviously|clearly|certainly|of course|naturally|presumably|undoubtedly|agree"
                r"|i (?:think|believe|assume|guess|suppose|feel)|it (?:seems|sounds)|so you|must have"
                r"|should(?: not)? have|you should|should you|ought to|why (?:not|did not|do not)"
                r"|would you (?:not|say that)"
                r"|is it (?:not|because)|was it because|rather than|instead of|or (?:was|is|did|do|were|not))\b"
                r"|\bwhy \w+n['’]t\b",
                re.IGNORECASE,
            ),
        ),
        (
            "judging",
            _words(
                r"how (?!many|much|often|long|far|big|large)\w+ (?:is|are|was|were)|careless\w*|smart"
                r"|so (?:well|long|late|badly|poorly|kindly|quickly)|badly|regret\w*|delighted|relieved|pleased"
                r"|kind decision"
                r"|great|good (?:answer|job|example|point|work)|excellent|impressive|amazing|wonderful|nice"
                r"|well done|interesting|fascinating|thank(?:s| you)|congrat\w*|unfortunately|sadly|vague\w*"
                r"|unclear|too short|not enough|lack\w*|missing|poor\w*|weak\w*|failed to"
                r"|did not (?:say|mention|explain)|didn['’]t (?:say|mention|explain)"
            ),
        ),
    ),
}
_UNLESS_SAID: dict[str, re.Pattern[str]] = {
    "zh": re.compile("失败|错误|出错|失误|不足|缺点|弱点|问题|更好|成功|困难|冲突"),
    "en": _words(
        r"fail\w*|mistakes?|wrong|errors?|weakness\w*|problems?|better|best|success\w*|difficult\w*|conflicts?"
    ),
}
"""What judges, unless the question or the candidate says it."""


def found(text: str, language: str, source: str) -> Banned | None:
    """Return why `text` must not be asked, or None. `source` is the question that was asked, with the answer."""
    for why, words in _NEVER[language]:
        if words.search(text):
            return why
    said = source.lower()
    return "judging" if any(each.lower() not in said for each in _UNLESS_SAID[language].findall(text)) else None
