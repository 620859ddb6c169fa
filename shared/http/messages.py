"""What is wrong with a malformed field, in both languages, by the kind of error that pydantic names."""

from typing import Any

from shared.errors import Text

FALLBACK = Text(zh="格式不正确", en="is not of the right form")

_MESSAGES = {
    "missing": Text(zh="不能缺少", en="is required"),
    "extra_forbidden": Text(zh="不是已知的字段", en="is not a known field"),
    "body_unreadable": Text(
        zh="请求体不是 UTF-8 编码的 JSON，或嵌套过深、数字过长",
        en="the body is not JSON in UTF-8, or it is nested too deeply or holds too long a number",
    ),
    "json_invalid": Text(zh="不是有效的 JSON", en="is not valid JSON"),
    "model_attributes_type": Text(zh="应为对象", en="must be an object"),
    "model_type": Text(zh="应为对象", en="must be an object"),
    "dict_type": Text(zh="应为对象", en="must be an object"),
    "list_type": Text(zh="应为列表", en="must be a list"),
    "tuple_type": Text(zh="应为列表", en="must be a list"),
    "too_long": Text(zh="最多 {max_length} 项", en="has at most {max_length} items"),
    "too_short": Text(zh="至少 {min_length} 项", en="has at least {min_length} items"),
    "string_type": Text(zh="应为文本", en="must be text"),
    "string_too_short": Text(zh="至少 {min_length} 个字符", en="has at least {min_length} characters"),
    "string_too_long": Text(zh="最多 {max_length} 个字符", en="has at most {max_length} characters"),
    "string_pattern_mismatch": Text(zh="格式应为 {pattern}", en="must match {pattern}"),
    "string_unicode": Text(zh="不是有效的 UTF-8 文本", en="is not valid UTF-8 text"),
    "uuid_type": Text(zh="应为 UUID", en="must be a UUID"),
    "uuid_parsing": Text(zh="应为 UUID", en="must be a UUID"),
    "int_type": Text(zh="应为整数", en="must be a whole number"),
    "int_parsing": Text(zh="应为整数", en="must be a whole number"),
    "int_parsing_size": Text(zh="数字过大", en="is too large a number"),
    "int_from_float": Text(zh="应为整数", en="must be a whole number"),
    "bool_type": Text(zh="应为 true 或 false", en="must be true or false"),
    "bool_parsing": Text(zh="应为 true 或 false", en="must be true or false"),
    "greater_than": Text(zh="应大于 {gt}", en="must be greater than {gt}"),
    "greater_than_equal": Text(zh="应不小于 {ge}", en="must be at least {ge}"),
    "less_than": Text(zh="应小于 {lt}", en="must be less than {lt}"),
    "less_than_equal": Text(zh="应不大于 {le}", en="must be at most {le}"),
    "enum": Text(zh="应为 {expected} 之一", en="must be {expected}"),
    "literal_error": Text(zh="应为 {expected} 之一", en="must be {expected}"),
    "datetime_type": Text(zh="应为带时区的时间（如 2022-03-01T08:00:00+08:00）", en="must be a time with its zone"),
    "datetime_parsing": Text(zh="应为带时区的时间（如 2022-03-01T08:00:00+08:00）", en="must be a time with its zone"),
    "datetime_from_date_parsing": Text(
        zh="应为带时区的时间（如 2022-03-01T08:00:00+08:00）", en="must be a time with its zone"
    ),
    "datetime_object_invalid": Text(zh="不是有效的时间", en="is not a time that exists"),
    "timezone_aware": Text(zh="时间须注明时区（如 +08:00）", en="must say its zone, as in +08:00"),
    "date_type": Text(zh="应为日期（YYYY-MM-DD）", en="must be a date (YYYY-MM-DD)"),
    "date_parsing": Text(zh="应为日期（YYYY-MM-DD）", en="must be a date (YYYY-MM-DD)"),
    "date_from_datetime_parsing": Text(zh="应为日期（YYYY-MM-DD）", en="must be a date (YYYY-MM-DD)"),
    "date_from_datetime_inexact": Text(zh="应为日期（YYYY-MM-DD）", en="must be a date (YYYY-MM-DD)"),
    "etag": Text(zh='应为读取时得到的 ETag，例如 "3"', en='must be the ETag that was read, as in "3"'),
    "cursor": Text(zh="不是此列表的游标", en="is not a cursor of this list"),
    "duplicates": Text(zh="不能重复", en="must not hold the same twice"),
    "characters": Text(zh="不能包含换行或控制字符", en="must not hold line breaks or control characters"),
    "control_characters": Text(zh="不能包含控制字符", en="must not hold control characters"),
    "nothing_to_see": Text(zh="不能为空白", en="must hold something that can be seen"),
    "unreadable": Text(zh="无法读取", en="cannot be read"),
    "unit_unknown": Text(zh="没有这个单位", en="is no unit that there is"),
    "unit_ambiguous": Text(zh="有多个同名单位", en="is the name of several units"),
    "one_of_two": Text(zh="两者应给出一个，且只给一个", en="must hold one of the two, and not both"),
    "nothing_to_change": Text(zh="至少应修改一个字段", en="must hold something to change"),
    "not_to_be_removed": Text(zh="姓名、性别、语言不能删除", en="name, sex and language cannot be removed"),
    "unknown_parameter": Text(zh="不是已知的参数", en="is not a known parameter"),
    "reason_with_not_filed": Text(
        zh="暂不予立案须给出 reason 和 note；其他处理意见不得给出 reason",
        en="not_filed comes with a reason and a note, and nothing else with a reason",
    ),
    "period_missing": Text(
        zh="call_id、term_id、year 至少应给出一个", en="give at least one of call_id, term_id and year"
    ),
    "repeated_parameter": Text(zh="只能给出一次", en="can be given once only"),
}


def field_message(kind: str, context: dict[str, Any]) -> Text:
    text = _MESSAGES.get(kind, FALLBACK)
    chinese = dict(context)
    if "expected" in context:
        # pydantic joins the choices in English.
        chinese["expected"] = str(context["expected"]).replace(" or ", "、").replace(", ", "、")
    try:
        return Text(text.zh.format_map(chinese), text.en.format_map(context))
    except KeyError:
        return FALLBACK
