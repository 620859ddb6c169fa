"""What is wrong with a spreadsheet.

`row` is the number and `column` the letters that the spreadsheet program shows. The texts of cells are never facts, and
neither are the names in the header: in a file without one they are somebody's data.
"""

from dataclasses import dataclass

from shared.errors import Conflict, Malformed, Text


class SheetRefused(Malformed):
    """A spreadsheet that was handed in is not taken, whatever the reason."""


@dataclass(eq=False)
class SheetTooLarge(SheetRefused):
    title = Text(zh="表格文件过大", en="The spreadsheet is too large")
    detail = Text(zh="表格文件不能超过 {limit_bytes} 字节", en="A spreadsheet has at most {limit_bytes} bytes")

    limit_bytes: int


@dataclass(eq=False)
class SheetEmpty(SheetRefused):
    title = Text(zh="表格为空", en="The spreadsheet is empty")
    detail = Text(zh="可见的工作表中没有任何内容", en="There is nothing in any visible sheet of it")


@dataclass(eq=False)
class SheetOldOrEncrypted(SheetRefused):
    title = Text(zh="旧版或加密的表格", en="An old or encrypted spreadsheet")
    detail = Text(
        zh="不支持 .xls 文件和设有密码的文件；请去掉密码后另存为 .xlsx",
        en="Files of the kind .xls and files with a password are not read; save it as .xlsx without one",
    )


@dataclass(eq=False)
class SheetUnknownKind(SheetRefused):
    """A zip archive, with something else in it than a workbook."""

    title = Text(zh="不是表格文件", en="Not a spreadsheet")
    detail = Text(
        zh="这个压缩文件不是 .xlsx 工作簿；请提交 .xlsx 或 CSV 文件",
        en="This archive is no .xlsx workbook; hand in a file of the kind .xlsx or CSV",
    )


@dataclass(eq=False)
class SheetDamaged(SheetRefused):
    title = Text(zh="表格文件已损坏", en="The spreadsheet is damaged")
    detail = Text(
        zh="文件不完整或内容自相矛盾；请在表格软件中打开并重新保存",
        en="The file is incomplete or contradicts itself; open it in a spreadsheet program and save it again",
    )


@dataclass(eq=False)
class SheetInflates(SheetRefused):
    title = Text(zh="表格解压后过大", en="The spreadsheet inflates too far")
    detail = Text(
        zh="解压后总量不能超过 {limit_bytes} 字节，压缩比不能超过 {limit_ratio}",
        en="Inflated it has at most {limit_bytes} bytes, and no part grows more than {limit_ratio} times",
    )

    limit_bytes: int
    limit_ratio: int


@dataclass(eq=False)
class SheetTooManyParts(SheetRefused):
    title = Text(zh="表格内部文件过多", en="The spreadsheet has too many parts")
    detail = Text(zh="压缩包内最多 {limit} 个文件", en="The archive holds at most {limit} files")

    limit: int


@dataclass(eq=False)
class SheetDeclaresEntities(SheetRefused):
    title = Text(zh="表格含有不允许的声明", en="The spreadsheet has a declaration that is not allowed")
    detail = Text(
        zh="工作簿内的 XML 不得含有文档类型声明（DOCTYPE）",
        en="The XML in a workbook has no document type declaration (DOCTYPE)",
    )


@dataclass(eq=False)
class SheetBinary(SheetRefused):
    title = Text(zh="不是文本文件", en="Not a text file")
    detail = Text(
        zh="第 {offset} 字节是空字符；请提交 .xlsx 或 CSV 文件",
        en="Byte {offset} is a NUL; hand in a file of the kind .xlsx or CSV",
    )

    offset: int


@dataclass(eq=False)
class SheetEncodingUnknown(SheetRefused):
    title = Text(zh="无法识别的文字编码", en="Unknown encoding")
    detail = Text(
        zh="第 {offset} 字节起既不是 UTF-8、带标记的 UTF-16，也不是 GB18030；请另存为 UTF-8 编码的 CSV",
        en="From byte {offset} on it is neither UTF-8, UTF-16 with a mark, nor GB18030; save the CSV as UTF-8",
    )

    offset: int


@dataclass(eq=False)
class RowsTooMany(SheetRefused):
    title = Text(zh="行数过多", en="Too many rows")
    detail = Text(
        zh="表头以下最多 {limit} 行（含空行），第 {row} 行已超出",
        en="There are at most {limit} rows below the header (empty ones too), row {row} is beyond them",
    )

    row: int
    limit: int


@dataclass(eq=False)
class ColumnsTooMany(SheetRefused):
    title = Text(zh="列数过多", en="Too many columns")
    detail = Text(
        zh="最多 {limit} 列，第 {row} 行已超出", en="There are at most {limit} columns, row {row} goes beyond them"
    )

    row: int
    limit: int


@dataclass(eq=False)
class CellTooLong(SheetRefused):
    title = Text(zh="单元格文字过长", en="The text of a cell is too long")
    detail = Text(
        zh="第 {row} 行 {column} 列的文字超过 {limit} 个字符",
        en="The text in row {row}, column {column} has more than {limit} characters",
    )

    row: int
    column: str
    limit: int


@dataclass(eq=False)
class LineTooLong(SheetRefused):
    """A line of a CSV, or a field that quotes keep open over many lines, before it could be told into cells."""

    title = Text(zh="行过长", en="A line is too long")
    detail = Text(
        zh="第 {row} 行过长；可能缺少换行，或有引号未闭合",
        en="Row {row} is too long; a line break is missing, or a quotation mark is never closed",
    )

    row: int


@dataclass(eq=False)
class QuotesUnpaired(SheetRefused):
    title = Text(zh="引号不成对", en="Quotation marks do not pair")
    detail = Text(
        zh="第 {row} 行的双引号没有正确闭合", en="A quotation mark in row {row} is not closed where its cell ends"
    )

    row: int


@dataclass(eq=False)
class FormulaInCell(SheetRefused):
    title = Text(zh="单元格含有公式", en="There is a formula in a cell")
    detail = Text(
        zh="第 {row} 行 {column} 列是公式；请复制后选择性粘贴为数值",
        en="Row {row}, column {column} is a formula; copy it and paste the values only",
    )

    row: int
    column: str


@dataclass(eq=False)
class ErrorInCell(SheetRefused):
    title = Text(zh="单元格是错误值", en="A cell holds an error")
    detail = Text(
        zh="第 {row} 行 {column} 列是错误值（如 #REF! 或 #N/A）",
        en="Row {row}, column {column} holds an error (such as #REF! or #N/A)",
    )

    row: int
    column: str


@dataclass(eq=False)
class HeaderNameMissing(SheetRefused):
    title = Text(zh="表头缺少列名", en="A column has no name")
    detail = Text(
        zh="第 {row} 行是表头，其中 {column} 列没有名称", en="Row {row} is the header, and column {column} has no name"
    )

    row: int
    column: str


@dataclass(eq=False)
class HeaderNameRepeated(SheetRefused):
    title = Text(zh="表头列名重复", en="Two columns have one name")
    detail = Text(
        zh="第 {row} 行是表头，其中 {first} 列和 {column} 列同名",
        en="Row {row} is the header, and the columns {first} and {column} have the same name",
    )

    row: int
    first: str
    column: str


@dataclass(eq=False)
class SheetFull(Conflict):
    title = Text(zh="超出工作表的大小", en="More than a sheet holds")
    detail = Text(
        zh="一张工作表最多 {rows} 行、{columns} 列", en="A sheet has at most {rows} rows and {columns} columns"
    )

    rows: int
    columns: int


@dataclass(eq=False)
class TextDoesNotFit(Conflict):
    """It is longer than a cell, or would be read as something else."""

    title = Text(zh="文字无法写入单元格", en="A text does not fit into a cell")
    detail = Text(
        zh="第 {row} 行 {column} 列的文字超过 {limit} 个字符，或含有表格软件会改写的转义序列",
        en="The text of row {row}, column {column} has more than {limit} characters, or escapes that programs rewrite",
    )

    row: int
    column: str
    limit: int
