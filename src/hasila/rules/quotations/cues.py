"""Cues: the words of a page that report, without those that only look like it."""

from __future__ import annotations

import re

from hasila.rules.inflect import Hit, Matcher
from hasila.rules.page import Page

_IMPERSONAL = re.compile(r"(?:يذكر|يشار|يقال|يلاحظ|يعتقد|يتوقع|يرجح|يقدر)(?: الي)? +(?:ب?ان)")
_HOMOGRAPHS = frozenset({"اضافه", "علي", "عليه", "عليها", "بين", "ردا", "نقلا"})
"""Forms that are nearly always another word: ``إضافة``, ``على``, ``بين``."""
_SAID_OF = frozenset({"يدعي", "تدعي", "يبلغ", "تبلغ"})
"""Presents that report only with what they report: ``يبلغ`` of an age or amount does not."""
_UNSAID = re.compile(
    r"(?:(?:الذي|التي|الذين) (?:لم|لا)|نادرا ما|قلما|(?:دون|قبل|بدون) ان|(?<!\w)(?:عدم|عن)) $"
)
_PUBLISHED = re.compile("(?:نشر|اصدر|ا?ورد|بث)ت?ها?")
"""``البيان الذي نشره فلان``: behind a relative nothing is said by it."""
RELATIVE_BEFORE = re.compile(r"(?:الذي|التي|الذين) +$")
RELATIVE_ENDS = frozenset({"ي ", "ن ", "  "})
"""How what the pattern finds can end, as below: few words need the search."""

_CUES = Matcher("cues", window=6)


def cue_words(page: Page) -> list[Hit]:
    """The reporting verbs and participles of a page, in text order."""
    return [hit for hit in _CUES.find(page) if not _is_none(page, hit)]


def _is_none(page: Page, hit: Hit) -> bool:
    """``ويذكر أن``, ``يرجح أنه``: nobody speaks; ``الذي لم يكشف``: nothing is said."""
    form, start = page.form, hit.start
    word = form[start : hit.end]
    if word in _HOMOGRAPHS or form[start - 1 : start] == "(" or page.in_name(start, hit.end):
        return True
    if word[-1] in "هاي" and _PUBLISHED.fullmatch(word) and form[start - 2 : start] in RELATIVE_ENDS:
        return RELATIVE_BEFORE.search(form, max(0, start - 8), start) is not None
    if hit.tense == "present":
        if word in _SAID_OF and not form.startswith((" ان", " بان", " عن"), hit.end):
            return True
        if _IMPERSONAL.match(form, start):
            return True
    unsaid = form[start - 3 : start] in ("لم ", "لا ", "ما ", "ان ", "دم ", "عن ")
    return unsaid and _UNSAID.search(form, max(0, start - 12), start) is not None
