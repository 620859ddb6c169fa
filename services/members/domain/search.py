"""Finding a member by the beginning of a name, its sound, its initials or the staff number. Pure."""

import itertools
import unicodedata
from collections.abc import Iterable

_MOST_READINGS = 16


def normalised(text: str) -> str:
    """One form for what looks alike: width and case do not matter, nor do spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def search_keys(name: str, staff_number: str) -> list[str]:
    """What a search may begin with: 王小明 is found by 王, 小明, 明, wangxiaoming, xiaoming, wxm, xm.

    A character with several readings (单, 曾) is found by each, within bounds.
    """
    keys = {normalised(staff_number)}
    plain = normalised(name)
    keys.update(plain[at:] for at in range(len(plain)))
    for reading in _readings(name):
        for at in range(len(reading)):
            keys.add(normalised("".join(reading[at:])))
            keys.add(normalised("".join(syllable[0] for syllable in reading[at:])))
    keys.discard("")
    return sorted(keys)


def _readings(name: str) -> Iterable[tuple[str, ...]]:
    # Its dictionary takes tens of megabytes: a process that never asks for a sound does without.
    from pypinyin import Style, pinyin

    syllables = pinyin(name, style=Style.NORMAL, heteronym=True, errors=str.strip)
    choices = [[reading for reading in readings if reading] for readings in syllables]
    return itertools.islice(itertools.product(*(choice for choice in choices if choice)), _MOST_READINGS)
