"""What can be wrong with what people take away."""

from dataclasses import dataclass

from shared.errors import Conflict, Text


@dataclass(eq=False)
class CollectionTooLong(Conflict):
    title = Text(zh="提案过多，无法汇编", en="Too many forms for one collection")
    detail = Text(
        zh="一份汇编最多 {most} 件，本次征集有 {got} 件；请导出表格",
        en="A collection has at most {most} forms, the call has {got}; take the sheet instead",
    )

    most: int
    got: int


@dataclass(eq=False)
class CollectionTemplateBroken(Conflict):
    title = Text(zh="汇编模板有误", en="The template of the collection is broken")
    detail = Text(
        zh="设置 PROPOSALS_COLLECTION_TEMPLATE 所指的模板无法使用（{problem}）",
        en="The template that PROPOSALS_COLLECTION_TEMPLATE names cannot be used ({problem})",
    )

    problem: str
