"""What the workbook tells those who fill it in."""

HOW = {
    "zh": (
        "怎样填写",
        (
            "1. 「面试」表：整场面试的文字。B 列写中文（或唯一的内容），C 列写英文；只用一种语言也可以。",
            "2. 「题目」表：一行一道题，按提问的顺序。同一环节的题目连着写，"
            "环节名称和权重写在它的第一行；权重加起来是 100。",
            "3. 题型：开放题（可发多条，说完提交）、简答题（一条消息）、选择题（写选项，"
            "一行一个）、数字题（可写最小值、最大值）。",
            "4. 「1 分、3 分、5 分看什么」只给招聘人员看：写候选人会说什么、做什么，不写「好」「差」。"
            "「参考回答」可不填：写一段值这个分数的回答，评分时摆在旁边，也用来校准。",
            "5. 「预期答案」可不填：选择题写正确的选项（几个都对就一行一个），"
            "数字题写一个数，或 2900~3000、≥3 这样的范围。"
            "答案由系统自动核对，候选人看不到；有同事评分时以同事的为准。",
            "6. 「能力」表：先写名称，再在题目的「考察能力」里引用，多个用顿号分开。"
            "「退出原因」表可以空着，用通用的原因。"
            "「常见问题」表可以空着：写了，助手就照着回答候选人的提问，一行一个问题。",
            "7. 模板里已经有一场示例面试：把文字改成您的，多余的行删掉。"
            "个人信息说明请写贵单位的，并请负责同事审阅。",
            "8. 写好后把文件发给面试助手：它会指出哪一格要改，给您看一遍候选人会看到的内容，然后可以开放。",
        ),
    ),
    "en": (
        "How to",
        (
            "1. Sheet “Interview”: the texts of the whole interview. Column B has the Chinese "
            "text (or the only content), "
            "column C the English one; one language is enough.",
            "2. Sheet “Questions”: one row a question, in the order of asking. Keep the "
            "questions of a stage together; its "
            "name and weight stand in its first row, and the weights add up to 100.",
            "3. Kinds: open (several messages, then submit), short (one message), choice (write "
            "the options, one a line), "
            "number (with a smallest and a largest number, if you like).",
            "4. “Looked for at 1, 3, 5” is for recruiters only: write what a candidate says or "
            "does, not “good” or “poor”. “Sample answer” may stay empty: an answer that deserves "
            "the score, shown beside the answers to rate and used to calibrate.",
            "5. “Expected answer” may stay empty. For a choice, write the right option (one a line if several are "
            "right), for a number a number or a range such as 2900~3000 or ≥3. Answers are checked "
            "automatically; candidates never see it, and a colleague's rating takes its place.",
            "6. Sheet “Competencies”: name them there, then use them at questions, divided by "
            "commas. Sheet “Exit reasons” "
            "may stay empty for the usual reasons. Sheet “Frequent questions” may stay empty, too; with one "
            "question a row, the bot answers candidates from it.",
            "7. The template holds a sample interview: change its texts into yours and delete "
            "the rows that you do not need. "
            "Write your own organisation's privacy notice, and have it reviewed.",
            "8. Then send the file to the bot: it names the cells to change, shows you what "
            "candidates will see, and opens it.",
        ),
    ),
}
HEADINGS = {
    "zh": ("项目", "中文或内容", "英文", "怎么写"),
    "en": ("Item", "Chinese or content", "English", "What to write"),
}
NOTES = {
    "id": (
        "小写字母、数字和连字符，例如 campus-analyst",
        "small letters, digits and hyphens, e.g. campus-analyst",
    ),
    "guide": (
        "最多八行；可以用 {stages} {questions} {minutes} {deadline} {name} {title}",
        "at most eight lines; may use {stages} {questions} {minutes} {deadline} {name} {title}",
    ),
    "version": ("说明每次改动都换一个，例如 2026-11", "another one whenever the notice changes, e.g. 2026-11"),
    "privacy": (
        "谁收集、收集什么、为什么、谁能看到、存多久、有哪些权利",
        "who, what, why, who sees it, how long, which rights",
    ),
    "deadline": ("从打开邀请算起，例如 3 天、72 小时", "from opening the invitation, e.g. 72h or 3d"),
    "reminders": (
        "最多三个，例如 10 分钟、1 天、截止前 3 小时",
        "at most three, e.g. 10m, 1d, before-deadline 3h",
    ),
    "by": ("可不填；例如 5 个工作日、7 天", "optional; e.g. 5 workdays, 7 days"),
    "told_by": ("可不填", "optional"),
    "next_round": ("可不填，用通用的话；可以用 {name} {title}", "optional; may use {name} {title}"),
    "on_hold": ("可不填；不写「未通过」之类的话", "optional; says nothing of failing"),
    "not_selected": ("可不填；不写「未通过」之类的话", "optional; says nothing of failing"),
    "recruiter": ("可不填，例如：招聘工作人员", "optional, e.g. the recruiting team"),
    "terms": (
        "可不填；语音识别要认得的词，一行一个",
        "optional; words that speech recognition should know, one a line",
    ),
    "retain": (
        "可不填；面试结束后保存多久，到期自动删除，例如 6 个月",
        "optional; e.g. 6 months after its end, then it is erased",
    ),
    "rated_twice": (
        "可不填；有多少回答要两位同事各评一次，例如 20%",
        "optional; the share of answers that two colleagues rate, e.g. 20%",
    ),
}
