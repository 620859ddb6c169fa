"""Broken rules, as named errors that carry their facts.

    @dataclass(eq=False)
    class SecondersMissing(Conflict):
        title = Text(zh="附议人不足", en="Too few seconders")
        detail = Text(zh="需要 {needed} 名附议人，只有 {got} 名", en="{needed} seconders are needed, {got} given")
        needed: int
        got: int

The facts are published to the caller, so they never hold personal data. The kind decides the HTTP status
(`shared/http/problems.py`), and nothing else here knows of HTTP.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum, StrEnum
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from shared.money import yuan
from shared.words import chinese, english


class Text(NamedTuple):
    """The same sentence in both languages; braces name facts."""

    zh: str
    en: str


class Kind(StrEnum):
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    PRECONDITION_FAILED = "precondition-failed"
    PRECONDITION_REQUIRED = "precondition-required"
    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    TOO_LARGE = "too-large"
    MEDIA_TYPE = "media-type"
    UNAVAILABLE = "unavailable"


@dataclass(eq=False)
class RuleBroken(Exception):
    """A rule was broken. Nothing was changed."""

    kind: ClassVar[Kind]
    title: ClassVar[Text]
    detail: ClassVar[Text]

    def facts(self) -> dict[str, Any]:
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def slug(cls) -> str:
        """`SecondersMissing` → `seconders-missing`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def told(self) -> Text:
        """The detail in both languages, with the facts in words and amounts (`..._fen`) in yuan."""
        facts = self.facts()
        return Text(
            zh=self.detail.zh.format_map({name: _told(name, value, chinese) for name, value in facts.items()}),
            en=self.detail.en.format_map({name: _told(name, value, english) for name, value in facts.items()}),
        )

    def __str__(self) -> str:
        return self.told().en


def _told(name: str, value: Any, words: Callable[[Any], Any]) -> Any:
    return yuan(value) if name.endswith("_fen") and isinstance(value, int) else words(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value


class Conflict(RuleBroken):
    kind = Kind.CONFLICT


class Forbidden(RuleBroken):
    kind = Kind.FORBIDDEN


class Malformed(RuleBroken):
    kind = Kind.MALFORMED


class NotFound(RuleBroken):
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class NothingHere(NotFound):
    """It does not exist, or the caller may not know that it does."""

    title = Text(zh="未找到", en="Not found")
    detail = Text(zh="没有这个{what}，或您无权查看", en="There is no such {what}, or you may not see it")

    what: str


@dataclass(eq=False)
class RoleMissing(Forbidden):
    title = Text(zh="没有权限", en="Not allowed")
    detail = Text(zh="此操作需要以下角色之一：{needed}", en="This takes one of the roles: {needed}")

    needed: list[str]


@dataclass(eq=False)
class WrongState(Conflict):
    """The action is not in the table of transitions for the state. It holds for administrators too."""

    title = Text(zh="当前状态不允许此操作", en="Not possible in this state")
    detail = Text(zh="状态为 {state} 时不能 {action}", en="{action} is not possible in the state {state}")

    state: str
    action: str


@dataclass(eq=False)
class AlreadyExists(Conflict):
    title = Text(zh="已存在", en="It exists already")
    detail = Text(zh="字段 {field} 的值已被使用", en="The value of {field} is taken already")

    field: str


@dataclass(eq=False)
class SealBroken(Conflict):
    """What is kept is not what was written: it was altered, or moved from another place."""

    title = Text(zh="密封内容已损坏", en="The seal is broken")
    detail = Text(
        zh="这个{what}的密封内容与写入时不符，无法读取；请联系管理员",
        en="The sealed part of this {what} is not what was written and cannot be read; tell the administrators",
    )

    what: str


@dataclass(eq=False)
class VersionMismatch(RuleBroken):
    kind = Kind.PRECONDITION_FAILED
    title = Text(zh="内容已被他人修改", en="It has been changed meanwhile")
    detail = Text(
        zh="If-Match 给出的版本是 {given}，当前版本是 {current}；请重新读取后再提交",
        en="If-Match names version {given}, the current one is {current}; read it again and repeat",
    )

    given: int
    current: int


@dataclass(eq=False)
class IfMatchMissing(RuleBroken):
    kind = Kind.PRECONDITION_REQUIRED
    title = Text(zh="缺少 If-Match", en="If-Match is missing")
    detail = Text(zh="修改需要在 If-Match 中给出所读到的 ETag", en="A change names in If-Match the ETag that was read")


@dataclass(eq=False)
class IdempotencyKeyReused(Malformed):
    title = Text(zh="Idempotency-Key 已用于另一个请求", en="The Idempotency-Key was used for another request")
    detail = Text(
        zh="同一个 Idempotency-Key 只能用于内容相同的请求",
        en="One Idempotency-Key belongs to one request with one body",
    )


@dataclass(eq=False)
class TokenRefused(RuleBroken):
    kind = Kind.UNAUTHENTICATED
    title = Text(zh="请先登录", en="Not signed in")
    detail = Text(zh="访问令牌缺失或无效：{reason}", en="The bearer token is missing or not valid: {reason}")

    reason: str


@dataclass(eq=False)
class BodyTooLarge(RuleBroken):
    kind = Kind.TOO_LARGE
    title = Text(zh="请求体过大", en="The body is too large")
    detail = Text(zh="请求体不能超过 {limit_bytes} 字节", en="A body has at most {limit_bytes} bytes")

    limit_bytes: int


@dataclass(eq=False)
class MediaTypeUnsupported(RuleBroken):
    kind = Kind.MEDIA_TYPE
    title = Text(zh="不支持的内容类型", en="Unsupported media type")
    detail = Text(
        zh="请求体应为 {expected}，请在 Content-Type 中注明", en="The body is {expected}: say so in Content-Type"
    )

    expected: str


@dataclass(eq=False)
class BodyUnexpected(Malformed):
    title = Text(zh="此操作不接受请求体", en="No body is taken here")
    detail = Text(zh="此操作没有请求体，所给内容不会被保存", en="This takes no body; what was given would be lost")


@dataclass(eq=False)
class OwnCase(Forbidden):
    """Nobody decides, approves or records what they profit from themself."""

    title = Text(zh="不能经办本人事项", en="Not in one's own case")
    detail = Text(
        zh="字段 {field} 所指的是您本人，应由他人办理", en="{field} names yourself: somebody else has to do it"
    )

    field: str


@dataclass(eq=False)
class NothingDue(Conflict):
    """Somebody else has done meanwhile what was due."""

    title = Text(zh="没有到期事项", en="Nothing is due")
    detail = Text(zh="到期事项已经办理", en="What was due has been done")


@dataclass(eq=False)
class Unavailable(RuleBroken):
    """A server that we need does not answer. Whether a write was done is unknown: repeat with the same key."""

    kind = Kind.UNAVAILABLE
    title = Text(zh="服务暂时不可用", en="Not available at the moment")
    detail = Text(zh="请稍后用同一个 Idempotency-Key 重试", en="Repeat the request later with the same Idempotency-Key")


def titles() -> dict[str, Text]:
    """What each rule is called, by its slug."""

    def below(kind: type[RuleBroken]) -> list[type[RuleBroken]]:
        return [each for child in kind.__subclasses__() for each in (child, *below(child))]

    return {rule.slug(): rule.title for rule in below(RuleBroken) if hasattr(rule, "title")}
