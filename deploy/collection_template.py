"""Makes the template of the collection of proposals (提案汇编): `python -m deploy.collection_template`.

A union that wants another one starts from the file that this writes; what a template may name is what
`services/proposals/exports/collection.py` gives it.
"""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Final

from docx import Document
from docx.document import Document as Made
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

TEMPLATE: Final = Path("services/proposals/templates/collection.docx")
_ROWS: Final = (
    ("提案人", "{{ proposal.proposer }}（{{ proposal.proposer_unit }}）"),
    ("附议人数", "{{ proposal.seconders }}"),
    ("类别", "{{ proposal.category }}"),
    ("处理结果", "{{ proposal.disposition }}"),
    ("主办部门", "{{ proposal.lead_department }}"),
)
_TEXTS: Final = (
    ("案由", "{{ proposal.grounds }}"),
    ("建议", "{{ proposal.suggestion }}"),
)
# Files in an archive carry a time: with the same one the template is the same whenever it is made.
_ALWAYS: Final = datetime(2000, 1, 1)  # noqa: DTZ001  an archive knows no zones
_STAMP: Final = (2000, 1, 1, 0, 0, 0)


def make() -> bytes:
    document = Document()
    properties = document.core_properties
    properties.author, properties.title = "", "提案汇编"
    properties.comments, properties.created, properties.modified = "", _ALWAYS, _ALWAYS
    for style, size in (("Normal", 11), ("Title", 22), ("Heading 1", 14), ("Heading 2", 12)):
        font = document.styles[style].font
        font.name, font.size = "SimSun", Pt(size)
        document.styles[style].element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    document.add_heading("{{ body }}提案汇编", level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(
        "征集时间：{{ opened_on }} 至 {{ closed_on }}。"
        "征集提案 {{ counts.collected }} 件，其中立案 {{ counts.filed }} 件，列为意见建议 {{ counts.opinion }} 件，"
        "并案 {{ counts.merged }} 件，暂不予立案 {{ counts.not_filed }} 件。"
    )
    document.add_paragraph("{%p for proposal in proposals %}")
    _one(document)
    document.add_paragraph("{%p endfor %}")
    return _archived(document)


def _one(document: Made) -> None:
    document.add_heading("第 {{ proposal.number }} 号　{{ proposal.title }}", level=1)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in _ROWS:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, value
    for name, value in _TEXTS:
        document.add_heading(name, level=2)
        document.add_paragraph(value)
    document.add_paragraph("{%p if proposal.note %}")
    document.add_heading("处理说明", level=2)
    document.add_paragraph("{{ proposal.note }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p if proposal.answer %}")
    document.add_heading("答复（{{ proposal.answer_type }}，{{ proposal.answered_on }}）", level=2)
    document.add_paragraph("{{ proposal.answer }}")
    document.add_paragraph("{%p endif %}")


def _archived(document: Made) -> bytes:
    saved, made = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _STAMP), source.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()


if __name__ == "__main__":
    TEMPLATE.write_bytes(make())
