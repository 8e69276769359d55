"""Questions on age, marriage, children, origin, health, belief are warned about, and nothing that sounds alike."""

from pathlib import Path

import pytest

from handlers.authoring import read_script
from tests.handlers.authoring.written import SCRIPT, changed, faults

INTERVIEWS = Path(__file__).parents[3] / "interviews"
ASKED = [
    ("zh", "您今年多大了？", "age"),
    ("zh", "请问您的年龄？", "age"),
    ("zh", "您的出生年月是？", "age"),
    ("zh", "请介绍您的姓名、年龄和籍贯。", "age"),
    ("zh", "请说明年龄", "age"),
    ("zh", "你几岁", "age"),
    ("zh", "年龄：", "age"),
    ("zh", "您结婚了吗？", "marriage"),
    ("zh", "您是否已婚？", "marriage"),
    ("zh", "请介绍您的婚姻状况", "marriage"),
    ("zh", "有没有男朋友？", "marriage"),
    ("zh", "您打算什么时候结婚？", "marriage"),
    ("zh", "您有对象吗", "marriage"),
    ("zh", "婚否？", "marriage"),
    ("zh", "请填写婚育情况", "marriage"),
    ("zh", "您有孩子吗？", "children"),
    ("zh", "您打算要二胎吗？", "children"),
    ("zh", "您近两年是否有生育计划？", "children"),
    ("zh", "你准备什么时候生孩子", "children"),
    ("zh", "您怀孕了吗", "children"),
    ("zh", "您的孩子由谁照顾？", "children"),
    ("zh", "是否有小孩", "children"),
    ("zh", "您是哪里人？", "origin"),
    ("zh", "您的籍贯是哪里", "origin"),
    ("zh", "请写明民族", "origin"),
    ("zh", "您是本地户口吗", "origin"),
    ("zh", "您老家在哪里？", "origin"),
    ("zh", "您的户口在哪里", "origin"),
    ("zh", "您的国籍", "origin"),
    ("zh", "您的身体状况如何？", "health"),
    ("zh", "您是否患有慢性病？", "health"),
    ("zh", "有没有乙肝？", "health"),
    ("zh", "您的健康状况怎么样", "health"),
    ("zh", "您是否残疾", "health"),
    ("zh", "请说明您的身高和体重", "health"),
    ("zh", "您有无重大疾病史", "health"),
    ("zh", "您信仰什么宗教？", "belief"),
    ("zh", "您是否有宗教信仰？", "belief"),
    ("zh", "您信教吗", "belief"),
    ("zh", "请问您的性取向", "orientation"),
    ("en", "How old are you?", "age"),
    ("en", "What is your age?", "age"),
    ("en", "Please state your name, age and hometown.", "age"),
    ("en", "When were you born?", "age"),
    ("en", "What is your date of birth?", "age"),
    ("en", "Are you married?", "marriage"),
    ("en", "What is your marital status?", "marriage"),
    ("en", "Do you plan to get married soon?", "marriage"),
    ("en", "What does your husband do?", "marriage"),
    ("en", "Do you have children?", "children"),
    ("en", "Are you pregnant?", "children"),
    ("en", "Do you plan to have a baby?", "children"),
    ("en", "Are you planning to start a family?", "children"),
    ("en", "How many kids do you have?", "children"),
    ("en", "Where are you from?", "origin"),
    ("en", "What is your nationality?", "origin"),
    ("en", "What is your ethnicity?", "origin"),
    ("en", "Do you have any disabilities?", "health"),
    ("en", "How is your health?", "health"),
    ("en", "Have you ever had hepatitis?", "health"),
    ("en", "Do you suffer from a chronic illness?", "health"),
    ("en", "What is your religion?", "belief"),
    ("en", "Are you religious?", "belief"),
    ("en", "What is your sexual orientation?", "orientation"),
]
NOT_ASKED = [
    ("zh", "请做一个简短的自我介绍。不必提及年龄、籍贯、婚育和健康情况。"),
    ("zh", "客户数据里有年龄结构字段，您会怎样分析？"),
    ("zh", "您如何分析不同年龄段用户的需求？"),
    ("zh", "请说明年龄结构对销售的影响"),
    ("zh", "系统健康状况如何监控？"),
    ("zh", "您会怎样检查设备的健康状况？"),
    ("zh", "婚姻登记处的排队数据如何分析？"),
    ("zh", "已婚客户占比从 40% 升到 60%，为什么？"),
    ("zh", "您怎样向残疾客户提供服务？"),
    ("zh", "少数民族地区的业务怎样推广？"),
    ("zh", "您觉得这套系统用了多大规模的数据？"),
    ("zh", "如果孩子在营业厅走失，您怎么办？"),
    ("zh", "计划生育政策变化对数据有什么影响？"),
    ("zh", "您愿意出差吗？"),
    ("zh", "乙肝疫苗覆盖率怎样计算？"),
    ("zh", "您面对多大的压力？"),
    ("zh", "您能承受多大压力？"),
    ("zh", "您是否有相关工作经历？"),
    ("zh", "请介绍您的项目和团队。"),
    ("zh", "您在项目中是哪个角色？"),
    ("zh", "您的家乡话服务怎么做"),
    ("zh", "请谈谈宗教场所消防检查的要点"),
    ("zh", "面向对象编程是什么？您有面向对象的经验吗？"),
    ("zh", "请写出您会发给领导的那条消息。"),
    ("zh", "您来自哪所学校？"),
    ("zh", "体重秤的销量下降了，您怎么分析？"),
    ("zh", "请说明身体乳产品的卖点"),
    ("en", "There is no need to mention age, origin, family or health."),
    ("en", "How old is the system you maintained?"),
    ("en", "How would you analyse the age structure of customers?"),
    ("en", "How do you monitor the health of a service?"),
    ("en", "How would you serve customers with disabilities?"),
    ("en", "Are you engaged in any projects?"),
    ("en", "Did you single-handedly lead it?"),
    ("en", "How would you debug your race condition?"),
    ("en", "Your children's hospital project: what did you do?"),
    ("en", "Please describe your role."),
    ("en", "What is your experience with health care data?"),
    ("en", "Have you had a conflict with a colleague?"),
    ("en", "Which weighting did you choose?"),
    ("en", "Where do your data come from?"),
]


def asking(language: str, text: str) -> str:
    return changed({"zh": "请介绍自己", "en": "Introduce yourself"}[language], f'"{text}"')


def topics(language: str, text: str) -> list[str]:
    return [each.wrong.key for each in faults(asking(language, text)) if each.wrong.key.startswith("personal.")]


@pytest.mark.parametrize(("language", "text", "topic"), ASKED)
def test_a_question_about_the_candidate_is_warned_of(language: str, text: str, topic: str) -> None:
    assert f"personal.{topic}" in topics(language, text)
    assert read_script(asking(language, text), "clerk.yaml").script is not None


@pytest.mark.parametrize(("language", "text"), NOT_ASKED)
def test_what_only_sounds_alike_is_not(language: str, text: str) -> None:
    assert topics(language, text) == []


def test_a_matter_is_named_once_a_question_and_says_why() -> None:
    text = changed("{zh: 请介绍自己, en: Introduce yourself}", "{zh: 您结婚了吗, en: Are you married}")
    (fault,) = faults(text)
    assert "妇女权益保障法" in fault.worded("zh")
    assert "Women's Rights" in str(fault)


@pytest.mark.parametrize("file", sorted(INTERVIEWS.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_notice_of_every_example_is_warned_of(file: Path) -> None:
    found = read_script(file.read_text(encoding="utf-8"), file.name).faults
    assert [(each.wrong.key, each.where) for each in found] == [("example_named", "privacy")] * 2


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("由XX公司收集", "XX"), ("由××公司收集", "××"), ("由某某公司收集", "某某"), ("TODO", "TODO"),
        ("由[公司名]收集", "[公司名]"), ("由【单位名称】收集", "【单位名称】"), ("联系人：____", "____"),
        ("Collected by your company", "your company"), ("Contact: <e-mail>", "<e-mail>"), ("由xxx收集", "xxx"),
    ],
)  # fmt: skip
def test_a_gap_in_the_notice_is_warned_of(text: str, gap: str) -> None:
    (fault,) = faults(changed("zh: 说明, en: Notice", f'zh: "{text}", en: Notice'))
    assert (fault.level, fault.wrong.key) == ("warning", "gap")
    assert gap in fault.what


@pytest.mark.parametrize(
    "text",
    ["由华北铝业（XXL 仓库除外）收集", "某些信息会保存 6 个月", "发送 /mydata 查阅，见 [隐私政策]", "hr@hbly.cn"],
)
def test_a_notice_that_is_filled_in_is_no_fault(text: str) -> None:
    assert faults(changed("zh: 说明, en: Notice", f'zh: "{text}", en: Notice')) == ()


@pytest.mark.parametrize("text", ["由华东能源收集", "示例单位", "Huadong Energy", "写信到 hr@example.com"])
def test_the_example_organisation_is_named(text: str) -> None:
    (fault,) = faults(changed("zh: 说明, en: Notice", f'zh: "{text}", en: Notice'))
    assert fault.wrong.key == "example_named"


def test_the_script_of_these_tests_has_none() -> None:
    assert faults(SCRIPT) == ()
