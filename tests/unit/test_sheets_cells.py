from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sheets import Cell, as_date, as_text, column_letters, harmless
from shared.sheets.cells import plain


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, None),
        ("", None),
        (" \u3000\u200b", None),
        ("  示例会员 ", "示例会员"),
        ("Ｔ０００１", "T0001"),
        ("T\u200b00\ufeff01\u200d", "T0001"),
        ("00123", "00123"),
        (10023.0, "10023"),
        (10023, "10023"),
        (13900000000.0, "13900000000"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (True, "TRUE"),
        (date(2022, 3, 1), "2022-03-01"),
        (datetime.fromisoformat("2022-03-01T09:30"), "2022-03-01 09:30:00"),
    ],
)
def test_a_cell_is_read_as_the_text_that_is_meant(cell: Cell, text: str | None) -> None:
    assert as_text(cell) == text


@pytest.mark.parametrize("number", [10**15, 330100199001010000.0, float("inf"), float("nan")])
def test_a_number_that_lost_digits_is_no_text(number: float) -> None:
    with pytest.raises(ValueError, match="more than 15 digits"):
        as_text(number)


@pytest.mark.parametrize(
    "cell",
    [
        date(2022, 3, 1),
        datetime.fromisoformat("2022-03-01T09:30"),
        "2022-03-01",
        "2022/3/1",
        "2022.3.1",
        "2022年3月1日",
        "20220301",
        " ２０２２-０３-０１ ",
        20220301,
        20220301.0,
    ],
)
def test_a_day_is_read_in_the_ways_it_is_written(cell: Cell) -> None:
    assert as_date(cell) == date(2022, 3, 1)


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_an_empty_cell_is_no_day(cell: Cell) -> None:
    assert as_date(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "2022-02-30",
        "2022-13-01",
        "2022-3/1",
        "2022-03",
        "1/3/2022",
        "2022年3月",
        "220301",
        "1899-12-31",
        "2101-01-01",
        date(1899, 12, 31),
        datetime.fromisoformat("2101-01-01"),
        44621,
        44621.0,
        44621.5,
        True,
        1e300,
    ],
)
def test_what_is_no_day_is_refused_without_telling_what_it_is(cell: Cell) -> None:
    with pytest.raises(ValueError, match=r"day|month|years|digits") as refused:
        as_date(cell)

    assert str(cell) not in str(refused.value)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "  =1", "\n@x", "'=1", "'' -1"])
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "示例会员", "1-2", "'", "'示例", "''", "a=b", " x"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
    assert plain(text) == text


@given(st.text(alphabet=st.one_of(st.sampled_from("'=+-@ \t\r\n\u3000x"), st.characters())))
def test_the_apostrophe_is_taken_off_again_and_no_other(text: str) -> None:
    assert plain(harmless(text)) == text


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_that_the_program_shows(index: int, letters: str) -> None:
    assert column_letters(index) == letters
