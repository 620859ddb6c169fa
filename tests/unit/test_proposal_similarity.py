import pytest

from services.proposals.domain.similarity import Text, most_alike, normal, subject
from shared.ids import new_id


def text(title: str, body: str) -> Text:
    return Text(new_id(), title, body)


REST = text(
    "关于改善教师午休条件的提案",
    "教师中午没有休息的地方，只能趴在办公桌上，影响下午上课。\n每栋教学楼开放一间教师休息室，配备躺椅。",
)
REST_AGAIN = text(
    "关于在教学楼设置教工休息室的建议",
    "很多老师中午无处休息，趴在桌子上睡，下午上课精神不好。\n建议学校在各教学楼设立休息室，放置躺椅。",
)
PARKING = text("关于增加校园停车位的提案", "教职工车辆越来越多，早上找不到停车位。\n扩建北门停车场，划出教工专用车位。")
PARKING_AGAIN = text(
    "关于解决教职工停车难的建议", "校内车位不足，上班高峰期老师找不到车位。\n扩建停车场，增设教职工专用停车位。"
)
CANTEEN = text("关于改善食堂饭菜质量的提案", "教工食堂菜品单一，价格偏高。\n引入竞争，增加窗口，定期征求意见。")
LABORATORY = text("关于改善实验室通风条件的提案", "化学实验室通风柜老化，气味重。\n更换通风柜并定期检测。")
NURSERY = text("关于开设暑期托管班的提案", "暑假期间教职工子女无人照看。\n建议学校工会开设托管班。")
ALL = [REST, REST_AGAIN, PARKING, PARKING_AGAIN, CANTEEN, LABORATORY, NURSERY]
THRESHOLD = 30


@pytest.mark.parametrize(
    ("form", "same"),
    [(REST, REST_AGAIN), (REST_AGAIN, REST), (PARKING, PARKING_AGAIN), (PARKING_AGAIN, PARKING)],
    ids=lambda form: form.title,
)
def test_the_same_matter_in_other_words_comes_first_and_other_matters_do_not_come(form: Text, same: Text) -> None:
    found = most_alike(form, ALL, threshold=THRESHOLD, count=10)

    assert [alike.id for alike in found] == [same.id]


@pytest.mark.parametrize("form", [CANTEEN, LABORATORY, NURSERY], ids=lambda form: form.title)
def test_what_every_form_says_makes_no_two_of_them_alike(form: Text) -> None:
    assert most_alike(form, ALL, threshold=THRESHOLD, count=10) == []


def test_nothing_is_like_itself() -> None:
    assert most_alike(REST, [REST], threshold=0, count=10) == []


def test_the_same_text_is_wholly_alike_whatever_its_width_its_marks_and_its_lines() -> None:
    one = text("关于开通ＶＰＮ的提案", "校外无法访问数据库，\n请开通 VPN。")
    other = text("关于开通vpn的建议", "校外无法访问数据库 请开通ｖｐｎ")

    (found,) = most_alike(one, [other], threshold=0, count=1)

    assert found.score == 100


def test_sentences_in_another_order_are_nearly_the_same() -> None:
    moved = text(REST.title, "\n".join(reversed(REST.body.split("\n"))))

    (found,) = most_alike(REST, [moved], threshold=0, count=1)

    assert found.score > 95


def test_no_more_are_told_than_were_asked_for_and_the_most_alike_first() -> None:
    found = most_alike(REST, ALL, threshold=0, count=3)

    assert len(found) == 3
    assert [alike.score for alike in found] == sorted((alike.score for alike in found), reverse=True)
    assert found[0].id == REST_AGAIN.id


def test_of_equals_the_one_that_was_filed_first_comes_first() -> None:
    first, second = text("增设路灯", "北门太暗"), text("增设路灯", "北门太暗")

    found = most_alike(text("增设路灯", "北门太暗"), [second, first], threshold=0, count=2)

    assert [alike.id for alike in found] == [first.id, second.id]


def test_texts_without_a_letter_are_like_nothing() -> None:
    blank = text("？？？", "……")

    assert all(alike.score == 0 for alike in most_alike(blank, ALL, threshold=0, count=10))


@pytest.mark.parametrize(
    "title",
    ["关于增设母婴室的提案", "关于增设母婴室的建议", "关于进一步增设母婴室的议案", "增设 母婴室。"],
)
def test_a_title_is_what_stands_between_its_phrases(title: str) -> None:
    assert subject(title) == "增设母婴室"


def test_only_letters_and_digits_are_compared() -> None:
    assert normal("（１）Ａ b，。\n　第二") == "1ab第二"
