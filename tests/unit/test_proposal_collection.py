import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document

from deploy.collection_template import make
from services.proposals.errors.exports import CollectionTemplateBroken
from services.proposals.exports.collection import TEMPLATE, render


def proposal(**given: Any) -> dict[str, Any]:
    return {
        "number": 1,
        "title": "关于增设母婴室的提案",
        "category": "后勤与设施",
        "proposer": "示例会员",
        "proposer_unit": "示例学院",
        "seconders": 2,
        "grounds": "教学楼内没有母婴室",
        "suggestion": "每栋教学楼设一间",
        "disposition": "立案",
        "note": "",
        "lead_department": "示例处",
        "answer_type": "",
        "answer": "",
        "answered_on": "",
        **given,
    }


def content(*proposals: dict[str, Any], body: str = "示例学院教职工代表大会") -> dict[str, Any]:
    counts = {"collected": len(proposals), "filed": 1, "opinion": 0, "merged": 0, "not_filed": 0}
    return {
        "body": body,
        "opened_on": "2022-03-01",
        "closed_on": "2022-03-15",
        "counts": counts,
        "proposals": list(proposals),
    }


def texts(document: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(document)).paragraphs]


def cells(document: bytes) -> list[str]:
    tables = Document(io.BytesIO(document)).tables
    return [cell.text for table in tables for row in table.rows for cell in row.cells]


def template(folder: Path, *paragraphs: str) -> Path:
    made, path = Document(), folder / "own.docx"
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    made.save(str(path))
    return path


def test_the_template_is_the_one_that_its_script_makes() -> None:
    with ZipFile(TEMPLATE) as shipped, ZipFile(io.BytesIO(make())) as made:
        assert {name: shipped.read(name) for name in shipped.namelist()} == {
            name: made.read(name) for name in made.namelist()
        }


def test_a_form_is_in_the_collection_with_what_became_of_it() -> None:
    answered = proposal(answer_type="A 已采纳并落实", answer="已设三间", answered_on="2022-05-01")

    made = render(content(answered))

    assert "示例学院教职工代表大会提案汇编" in texts(made)
    assert "第 1 号　关于增设母婴室的提案" in texts(made)
    assert {"教学楼内没有母婴室", "每栋教学楼设一间", "已设三间"} <= set(texts(made))
    assert {"示例会员（示例学院）", "立案", "示例处", "2"} <= set(cells(made))


def test_what_is_not_there_has_no_heading() -> None:
    made = texts(render(content(proposal())))

    assert not [text for text in made if text.startswith("答复") or text == "处理说明"]


@pytest.mark.parametrize("hostile", ["a < b && c > d", "</w:t></w:r>", "{{ 7 * 7 }}", "{% for x in y %}", "'\"&amp;"])
def test_a_text_stays_the_text_that_it_is(hostile: str) -> None:
    made = render(content(proposal(title=hostile, grounds=hostile, proposer=hostile), body=hostile))

    assert hostile in texts(made)
    assert f"第 1 号　{hostile}" in texts(made)
    assert f"{hostile}（示例学院）" in cells(made)
    assert Document(io.BytesIO(made)).core_properties.title == "提案汇编"


def test_lines_stay_lines() -> None:
    made = render(content(proposal(grounds="第一条\n第二条\n\n第三条")))

    assert "第一条\n第二条\n\n第三条" in texts(made)


def test_a_union_may_have_a_template_of_its_own(tmp_path: Path) -> None:
    own = template(tmp_path, "{%p for proposal in proposals %}", "{{ proposal.title }}！", "{%p endfor %}")

    made = render(content(proposal(), proposal(title="另一件")), own)

    assert texts(made) == ["关于增设母婴室的提案！", "另一件！"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ nothing.of_the_kind }}", "UndefinedError"),
        ("{% for %}", "TemplateSyntaxError"),
        ("{{ body.__class__.__mro__ }}", "SecurityError"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
    ],
)
def test_what_is_wrong_with_a_template_is_told(text: str, problem: str, tmp_path: Path) -> None:
    own = template(tmp_path, text)

    with pytest.raises(CollectionTemplateBroken) as refused:
        render(content(proposal()), own)

    assert refused.value.problem == problem


def test_what_is_no_document_is_told(tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    own.write_bytes(b"not a document")

    with pytest.raises(CollectionTemplateBroken):
        render(content(proposal()), own)
