"""Reports as Word documents (.docx)."""

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never, cast

from handlers import charts
from handlers.report_files.document import Document, Heading, Paragraph, Radar, Style, Table

if TYPE_CHECKING:
    from docx.document import Document as File
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph as WordParagraph
    from docx.text.run import Run

_FONT, _CHINESE_FONT = "Calibri", "Microsoft YaHei"
_QUIET, _UNSURE, _ACCENT = "62584E", "8F3019", "1B5F50"
_TEXT = "2A2520"
_SIZES = {"Normal": 10.5, "Heading 1": 20, "Heading 2": 13, "Heading 3": 11}
"""Font sizes of the styles, in points."""
_AFTER_PT = 4
_LABEL_CM, _WIDTH_CM = 4.5, 16.5
_RADAR_CM = 11


def as_word(document: Document) -> bytes:
    """Return the document as a Word file."""
    import docx  # slow to import and rarely needed

    file = docx.Document()
    _prepare(file, document)
    for block in document.blocks:
        match block:
            case Heading():
                file.add_heading(block.text, block.level)
            case Paragraph():
                _paragraph(file, block)
            case Table():
                _table(file, block)
            case Radar():
                _radar(file, block)
            case _:
                assert_never(block)
    made = io.BytesIO()
    file.save(made)
    return made.getvalue()


def _prepare(file: "File", document: Document) -> None:
    """Set the language, the fonts and the foot of the pages."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    file.core_properties.title = document.title[:255]
    made = datetime.fromisoformat(document.made).astimezone(UTC)
    file.core_properties.created = file.core_properties.modified = made
    file.core_properties.author, file.core_properties.comments = "Xumian", ""
    file.core_properties.language = "zh-CN" if document.language == "zh" else "en"
    for name, size in _SIZES.items():
        style = cast("ParagraphStyle", file.styles[name])
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.color.rgb = RGBColor.from_string(_TEXT)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _CHINESE_FONT)
        style.paragraph_format.space_after = Pt(_AFTER_PT)
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.footer.paragraphs[0].text = document.foot


def _paragraph(file: "File", block: Paragraph) -> None:
    from docx.shared import Cm

    paragraph = file.add_paragraph()
    if block.style == "quote":
        paragraph.paragraph_format.left_indent = Cm(0.6)
        _bar(paragraph)
    _styled(paragraph.add_run(block.text), block.style)


def _styled(run: "Run", style: Style) -> None:
    from docx.shared import Pt, RGBColor

    match style:
        case "strong":
            run.bold = True
        case "quiet":
            run.font.size, run.font.color.rgb = Pt(9.5), RGBColor.from_string(_QUIET)
        case "unsure":
            run.font.color.rgb = RGBColor.from_string(_UNSURE)
        case "plain" | "quote":
            pass
        case _:
            assert_never(style)


def _bar(paragraph: "WordParagraph") -> None:
    """Draw a line along the left edge of a paragraph."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    border, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", _ACCENT)):
        left.set(qn(f"w:{name}"), value)
    border.append(left)
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _table(file: "File", block: Table) -> None:
    from docx.shared import Cm, Pt

    if not block.rows:
        return
    rows = [*([block.head] if block.head else []), *block.rows]
    table = file.add_table(len(rows), len(rows[0]))
    table.autofit = False
    labels = [_LABEL_CM] * (len(rows[0]) - 1)
    widths = [*labels, _WIDTH_CM - sum(labels)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for at, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
            cell.width = Cm(width)
            style: Style = "strong" if block.head and not number else "plain" if at or block.head else "quiet"
            cell.paragraphs[0].paragraph_format.space_after = Pt(1)
            _styled(cell.paragraphs[0].add_run(text), style)


def _radar(file: "File", block: Radar) -> None:
    from docx.shared import Cm

    labels = tuple(charts.Label(each.title, each.id) for each in block.rows)
    levels = charts.Series(charts.Label("", ""), tuple(each.level for each in block.rows))
    title = charts.Label(block.title, "")
    drawn = charts.draw([charts.Radar(title, labels, (levels,), tuple(each.text for each in block.rows))])
    file.add_picture(io.BytesIO(drawn.png), Cm(_RADAR_CM))
    file.inline_shapes[-1]._inline.docPr.set("descr", drawn.alt)
