"""Headings as spreadsheets, forms and exports write them, in one row or two."""

import io

import pytest
from openpyxl import Workbook

from handlers.rosters import Row, read

PHONE = "13800138000"


def only(text: str) -> Row:
    (row,) = read(text.encode(), "list.csv").rows
    return row


@pytest.mark.parametrize(
    "heading",
    [
        "姓名", "*姓名（必填）", "*姓名(必填)", "姓名*", "★姓名", "姓名【必填】", "姓名（选填）", "姓名：",
        "姓 名", "姓　名", "1.姓名", "1、您的姓名：", "（1）姓名", "①姓名", "一、姓名", "姓名(中文)",
        "姓名（与身份证一致）", "姓名/Name", "姓名 Name", "Name 姓名", "姓名(Name)", "候选人姓名", "应聘者姓名",
        "考生姓名", "报名人姓名", "申请人姓名", "真实姓名", "请输入您的姓名", "请填写姓名", "名字", "全名",
        "姓名 [填空题]", "Name", "NAME *", "Full name", "Full Name (required)", "Your name", "Candidate's name",
        "Applicant full name", "Student Name", "What is your name?", "Ｎａｍｅ", "\ufeff姓名", "應聘者姓名",
    ],
)  # fmt: skip
def test_headings_of_names(heading: str) -> None:
    row = only(f'备注,"{heading}",手机\nx,张三,{PHONE}\n')
    assert (row.name, row.phone) == ("张三", "8000")


@pytest.mark.parametrize(
    "heading",
    [
        "*手机号码(必填)", "手机号（11位）", "2.手机", "联系电话：", "您的手机号码", "手机/微信",
        "联系方式（手机）", "電話", "手機", "行動電話", "聯絡電話", "手机号 Mobile", "Mobile Phone Number",
        "Phone no.", "Your phone number *", "Contact No.", "Cell phone", "Telephone (with country code)",
        "Phone #", "E-mail / Phone", "联系方式", "Contact",
    ],
)  # fmt: skip
def test_further_headings_of_telephone_numbers(heading: str) -> None:
    assert only(f'姓名,"{heading}"\n张三,{PHONE}\n').e164 == "+8613800138000"


@pytest.mark.parametrize(
    "heading",
    [
        "邮箱",
        "*电子邮箱（必填）",
        "E-mail",
        "email address",
        "Your Email",
        "邮箱地址：",
        "電子郵件",
        "常用邮箱",
        "QQ邮箱",
        "Email 邮箱",
        "联系方式",
    ],
)
def test_headings_of_addresses(heading: str) -> None:
    assert only(f"{heading},姓名\nA.Li@example.com,张三\n").email == "A.Li@example.com"


@pytest.mark.parametrize(
    ("heading", "cells", "name"),
    [
        ("姓,名", "张,三", "张三"),
        ("名,姓", "三,张", "张三"),
        ("姓氏,名字", "欧阳,娜娜", "欧阳娜娜"),
        ("*姓（必填）,*名（必填）", "张,三", "张三"),
        ("姓 (Surname),名 (Given name)", "张,三", "张三"),
        ("姓,名", "Li,Lei", "Lei Li"),
        ("First name,Last name", "Anna,Smith", "Anna Smith"),
        ("Last Name,First Name", "Smith,Anna", "Anna Smith"),
        ("Surname,Given names", "Smith,Anna Maria", "Anna Maria Smith"),
        ("Family name,Forename", "Müller,Jörg", "Jörg Müller"),
        ("FirstName,LastName", "三,张", "张三"),
        ("First name,Middle name,Last name", "Anna,B.,Smith", "Anna B. Smith"),
        ("First name,Last name", "Anna,", "Anna"),
        ("First name,Last name", ",Smith", "Smith"),
        ("Name,First name,Last name", "Anna Smith,Anna,Smith", "Anna Smith"),
        ("Name,First name,Last name", ",Anna,Smith", "Anna Smith"),
        ("First name,City", "Anna,Rome", "Anna"),
        ("姓名（拼音）,姓名", "Zhang San,张三", "张三"),
    ],
)
def test_names_in_two_columns(heading: str, cells: str, name: str) -> None:
    assert only(f"{heading},手机\n{cells},{PHONE}\n").name == name


@pytest.mark.parametrize(
    "heading",
    [
        "紧急联系人,紧急联系人电话", "紧急联系人,电话", "家长姓名,家长手机", "家长,手机",
        "推荐人姓名,推荐人电话", "监护人,联系电话", "联系人,联系电话", "导师姓名,导师邮箱",
        "Emergency contact,Emergency phone", "Parent name,Parent's phone", "Emergency contact,Phone",
        "Referrer,Referrer phone", "Guardian name,Mobile", "单位,单位电话", "HR姓名,HR手机",
        "内推人,内推人手机号", "父亲姓名,父亲电话",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [True, False])
def test_other_peoples_columns_are_not_the_candidates(heading: str, before: bool) -> None:
    own = "姓名,本人邮箱"
    titles, cells = (
        (f"{heading},{own}", f"李父,{PHONE},张三,") if before else (f"{own},{heading}", f"张三,,李父,{PHONE}")
    )
    roster = read(f"{titles}\n{cells}\n".encode(), "list.csv")
    (row,) = roster.good
    assert (row.name, row.phone, row.email) == ("张三", "", "")
    assert [value for _, value in roster.details(row)] == ["李父", PHONE]


def test_other_peoples_columns_leave_the_candidates_own() -> None:
    row = only(f"姓名,紧急联系人,电话,手机\n张三,李父,13900000000,{PHONE}\n")
    assert row.e164 == "+8613800138000"


def test_the_second_column_of_telephone_numbers_is_used_where_the_first_is_empty() -> None:
    roster = read(
        f"姓名,手机,电话\n张三,,010-62345678\n李四,{PHONE},010-62345678\n王五,无,-\n".encode(), "list.csv"
    )
    assert [row.e164 for row in roster.good] == ["+861062345678", "+8613800138000", ""]
    assert [roster.details(row) for row in roster.good] == [(), (("电话", "010-62345678"),), ()]


TWO_ROWS = {
    "groups above": "基本信息,,联系方式\n姓名,学校,手机\n张三,清华,13800138000\n",
    "words below some": "序号,姓名,联系方式,\n,,手机号,邮箱\n1,张三,13800138000,a@example.com\n",
    "a title too": "2026 校招名单,,,\n\n序号,姓名,联系方式,\n,,手机号,邮箱\n1,张三,13800138000,\n",
    "an emergency contact": "姓名,手机,紧急联系人,\n,,姓名,电话\n张三,13800138000,李父,13900000000\n",
    "an emergency contact first": "紧急联系人,,本人,\n姓名,电话,姓名,手机\n李父,13900000000,张三,13800138000\n",
    "two languages": "姓名,手机\nName,Mobile\n张三,13800138000\n",
    "in English": "Candidate,,Contact,\nFirst name,Last name,Phone,E-mail\nAnna,Smith,+86 138 0013 8000,\n",
    "a name above": "姓名,联系方式,\n,电话,邮箱\n张三,13800138000,\n",
}


@pytest.mark.parametrize("text", TWO_ROWS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_headings_in_two_rows(text: str, form: str) -> None:
    data = TWO_ROWS[text].encode()
    if form == "xlsx":
        book = Workbook()
        for line in TWO_ROWS[text].splitlines():
            book.worksheets[0].append([cell or None for cell in line.split(",")])
        packed = io.BytesIO()
        book.save(packed)
        data = packed.getvalue()
    (row,) = read(data, "list").rows
    assert row.name in ("张三", "Anna Smith")
    assert row.e164 == "+8613800138000"


def test_a_person_below_a_heading_is_no_heading() -> None:
    roster = read("姓名,备注\n张三,电话\n李四,手机\n".encode(), "list.csv")
    assert [row.name for row in roster.good] == ["张三", "李四"]


def test_all_that_a_list_says_is_kept_with_its_heading() -> None:
    text = (
        "学号,姓名,手机,学校,\n"
        "20261,张三,13800138000/13900139000,北京大学,会Python,多\n"
        "20262,李四,0755-12345678转12,\n"
    )
    roster = read(text.encode(), "list.csv")
    assert [roster.details(row) for row in roster.good] == [
        (
            ("学号", "20261"),
            ("手机", "13800138000/13900139000"),
            ("学校", "北京大学"),
            ("E", "会Python"),
            ("F", "多"),
        ),
        (("学号", "20262"), ("手机", "0755-12345678转12")),
    ]


def test_what_is_kept_of_a_row_is_bounded() -> None:
    heading = ",".join(f"{'列' * 50}{number}" for number in range(50))
    roster = read(f"姓名,{heading}\n张三,{','.join(['x' * 300] * 50)}\n".encode(), "list.csv")
    details = roster.details(roster.good[0])
    assert len(details) == 30
    assert {(len(title), len(value)) for title, value in details} == {(40, 200)}
