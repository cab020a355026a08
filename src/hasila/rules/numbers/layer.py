"""Numbers: which numerals count or rank, with bounds, hedge and counted noun; and the duals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from hasila.annotation import Annotation
from hasila.rules.lexicon import forms
from hasila.rules.numbers.counted import counted_noun
from hasila.rules.numbers.duals import duals
from hasila.rules.numbers.hedges import PROCLITICS, hedge_after, hedge_before
from hasila.rules.numbers.numeral_words import lexicon
from hasila.rules.numbers.numerals import Numeral, numerals
from hasila.rules.occurrences import Lookup
from hasila.rules.page import Page

Span = tuple[int, int]
_DASH = re.compile(r"(?<![0-9-])([0-9]+) ?- ?([0-9]+)(?![0-9-])")


def find(page: Page) -> Iterator[Annotation]:
    """Every number of the page that no timex has taken."""
    taken = _taken(page)
    read = [one for one in numerals(page) if not taken(one.start) and not taken(one.end - 1)]
    pairs = [pair for pair in duals(page) if not taken(pair[0])]
    paired = {last for _, _, first, last in pairs if last > first}
    kept = [one for one in read if one.first not in paired and _counts(page, one)]
    covered: set[int] = set()
    counting: set[int] = set()
    """Last words of numerals that count what follows, so that it is no dual of its own."""
    at = 0
    while at < len(kept):
        one = kept[at]
        other = kept[at + 1] if at + 1 < len(kept) else None
        if other and (other.first > one.last + 2 or not _is_range(page, one, other)):
            other = None
        covered.update(range(one.first, (other or one).last + 1))
        if not one.definite:
            counting.add((other or one).last)
        yield _number(page, one, other)
        at += 2 if other else 1
    for start, end, first, last in pairs:
        if first not in covered and first - 1 not in counting:
            covered.update(range(first, last + 1))
            found = hedge_after(page, last, end, (start, end))
            hedge, bound = found if found else (None, "exact")
            low = None if bound in ("at_most", "less_than") else 2
            high = None if bound in ("at_least", "more_than") else 2
            yield _mark(
                page,
                (start, end),
                "number.dual",
                form="dual",
                low=low,
                high=high,
                comparator=bound,
                hedge=hedge,
            )
    yield from _amounts(page, taken)


def _taken(page: Page) -> Any:
    """A test whether a position of the form lies in a timex."""
    taken = bytearray(len(page.form))
    for start, end in page.spans.get("timex", []):
        taken[start:end] = b"\1" * (end - start)
    return taken.__getitem__


def _mark(
    page: Page, span: Span, rule: str, *, form: str, low: int | None, high: int | None,
    kind: str = "cardinal", comparator: str = "exact", vague: str | None = None,
    hedge: Span | None = None, unit: Span | None = None,
) -> Annotation:  # fmt: skip
    return page.mark(
        "number", *span, rule, kind=kind, form=form, low=low, high=high, comparator=comparator, vague=vague,
        hedge=page.pointer(*hedge) if hedge else None, unit=page.pointer(*unit) if unit else None,
    )  # fmt: skip


# Which numerals are numbers


@cache
def _words(*types: str) -> frozenset[str]:
    return frozenset(forms("number_context", *types))


@cache
def _joined(*types: str) -> frozenset[str]:
    """The same words also with و or ف written onto them."""
    known = _words(*types)
    return frozenset(
        shape for word in known for shape in (word, f"و{word}", f"ف{word}") if _bare(shape) in known
    )


_GLUED_BEFORE = re.compile(r"[a-z_@#%/.:+]|(?<=[^\W\d])-")
_ENUMERATOR = re.compile(r"[0-9]+ ?[-.)](?![0-9])")
_ENDS_ENUMERATOR = re.compile(" ?[-.)]")


def _counts(page: Page, one: Numeral) -> bool:
    """Whether a numeral counts or ranks; not names of models and units, scores, proportions."""
    tokens = page.analysis.tokens
    before = tokens[one.first - 1] if one.first else ""
    after = tokens[one.last + 1] if one.last + 1 < len(tokens) else ""
    if one.value is not None and one.whole is None:
        return False
    if after in _words("fraction") and not page.form[one.end : one.end + 3].startswith(" ب"):
        return False
    if one.form in ("digits", "mixed"):
        return _digits_count(page, one, before, after)
    percent = one.form == "words" and one.first == one.last and one.value == 100
    if percent and (before == "في" or tokens[one.first].startswith("بال")):
        return False  # في المئة
    if one.kind == "ordinal":
        return before not in _joined("unit_name")
    if one.form == "words" and one.value == 1:
        return _is_one(page, one, before, after)
    return True


def _digits_count(page: Page, one: Numeral, before: str, after: str) -> bool:
    form = page.form
    words = page.analysis.words
    start, end = words[one.first][0], one.end
    left, right = form[start - 1 : start], form[end : end + 1]
    if left != " " and ((left in "_@#/:+." and left) or (left.isalnum() and not _glued(page, one))):
        return False
    if left == "-" and not (form[start - 2 : start - 1].isspace() or form[start - 2 : start - 1].isdigit()):
        return False
    if (right and right in "_@/:") or ("a" <= right <= "z"):
        return False
    if (right == "-" and form[end + 1 : end + 2].isdigit()) or (
        left == "-" and form[start - 2 : start - 1].isdigit()
    ):
        return _dashed(page, one)
    if _ENDS_ENUMERATOR.match(form, end) and _enumerates(form, start, end):
        return False
    if one.definite or before not in _joined("model", "designator"):
        return True
    return form[words[one.first - 1][1] : start] != " "


def _enumerates(form: str, start: int, end: int) -> bool:
    """Whether digits stand alone where a line begins: ``1. ``, ``2) ``."""
    opens = form[max(0, start - 5) : start].rpartition("\n")
    if opens[2].strip() or not (opens[1] or start < 5):
        return False
    found = _ENUMERATOR.match(form, start)
    return found is not None and found.end() > end


def _glued(page: Page, one: Numeral) -> bool:
    """Whether a letter on the digits' left is a proclitic (``و40``, ``الـ20``) and no part of a name."""
    words, tokens = page.analysis.words, page.analysis.tokens
    first = one.first
    if page.form[words[first][0]].isdigit() and first and words[first - 1][1] == words[first][0]:
        return tokens[first - 1] in PROCLITICS
    return True


def _dashed(page: Page, one: Numeral) -> bool:
    """``5-6 أشخاص`` is a range; ``3-1`` and ``555-0100`` are none."""
    found = _DASH.search(page.form, max(0, one.start - 20), one.end + 20)
    return bool(
        found and int(found[1]) < int(found[2]) and counted_noun(page, _word(page, found.end()), True)
    )


def _word(page: Page, end: int) -> int:
    return page.analysis.word_at(end - 1)


def _is_one(page: Page, one: Numeral, before: str, after: str) -> bool:
    """``شخص واحد`` is a number; ``واحد من``, ``واحدة تلو الأخرى``, ``في آن واحد`` are none."""
    if one.definite or after in ("من", "تلو", "منهم", "منها", "وراء", "بعد"):
        return False
    return before not in ("ان", "كل", "اي", "ولا", "لا", "مكان") or before == ""


# Ranges

_TO = re.compile(r" ?(?:الي|او|-|to) ?|-")
_AND = re.compile(r" و ?")
_BETWEEN = frozenset({"بين", "وبين", "مابين", "يتراوح", "تتراوح"})


def _is_range(page: Page, one: Numeral, other: Numeral) -> bool:
    """Whether two numerals make a range; the scale of the second is lent to the first."""
    if one.kind != "cardinal" or other.kind != "cardinal" or one.value is None or other.value is None:
        return False
    gap = page.form[one.end : other.start]
    tokens = page.analysis.tokens
    before = tokens[max(0, one.first - 8) : one.first]
    between = bool(before) and before[-1] in _BETWEEN
    if not (_TO.fullmatch(gap) or (between and (_AND.fullmatch(gap) or gap.strip() in ("و", "الي")))):
        return False
    low = one.value * other.scale if one.scale == 1 and one.value * other.scale < other.value else one.value
    if not low < other.value or low.denominator != 1:
        return False
    if not between and gap.strip() == "الي" and not _joined("change").isdisjoint(before):
        return False
    one.value = low.numerator
    return True


def _bare(word: str) -> str:
    return word[1:] if word[:1] in "وف" and len(word) > 3 else word


# The number itself


def _number(page: Page, one: Numeral, other: Numeral | None) -> Annotation:
    last = other or one
    low = one.whole
    high = last.whole
    comparator, hedge = "exact", None
    if one.kind == "ordinal" and one.whole is not None and one.whole >= 100 and hedge_before(page, one):
        one.kind = "cardinal"
    unit = _unit(page, one, last)
    if one.kind == "cardinal":
        found = hedge_before(page, one) or hedge_after(page, last.last, last.end, unit)
        if found:
            hedge, comparator = found
            if unit and unit[0] < hedge[1] and hedge[0] < unit[1]:
                unit = None
    if other is not None:
        comparator = "range"
    elif one.vague:
        comparator = "vague"
    elif comparator in ("at_least", "more_than"):
        high = None
    elif comparator in ("at_most", "less_than"):
        low = None
    form = one.form if other is None or other.form == one.form else "mixed"
    rule = f"number.{'vague' if one.vague else 'range' if other else one.kind}"
    return _mark(
        page, (one.start, last.end), rule, form=form, low=low, high=high, kind=one.kind,
        comparator=comparator, vague=one.vague, hedge=hedge, unit=unit,
    )  # fmt: skip


def _unit(page: Page, one: Numeral, last: Numeral) -> Span | None:
    """The counted noun: behind the numeral, or before a definite or attributive one."""
    if one.kind == "ordinal":
        return _ranked(page, one)
    if one.definite and not one.vague:
        after = counted_noun(page, last.last, True, value=last.whole)
        before = _noun_before(page, one)
        definite = before is not None and page.form.startswith(("ال", "لل"), before[0])
        return before if definite and not (after and page.form[after[1] - 1] == "ا") else after or before
    if one.value == 1 or (one.vague == "several" and page.analysis.tokens[one.first].endswith("عده")):
        return (counted_noun(page, last.last, True) if one.vague else None) or _noun_before(page, one)
    after = counted_noun(page, last.last, not (one.vague and one.definite), value=last.whole)
    return after or _reached(page, one)


def _ranked(page: Page, one: Numeral) -> Span | None:
    """The noun that an ordinal ranks: behind ``أول``, before ``الثاني`` and ``ثانية``."""
    words, tokens = page.analysis.words, page.analysis.tokens
    if not one.definite and not tokens[one.first].endswith("ه"):
        following = one.last + 1
        direct = following < len(words) and page.form[one.end : words[following][0]] == " "
        return counted_noun(page, one.last, True) if direct and tokens[following] != "من" else None
    found = _noun_before(page, one)
    if found is None or (one.definite and not _DEFINITE.search(page.form[found[0] : found[1]])):
        return None
    return found


_DEFINITE = re.compile("^ال|^لل|(?:ها|هم|نا)$")
_REACHED = frozenset({"الي", "بلغ", "بلغت", "بلوغ", "عند"})
_COUNT = frozenset({"عدد", "حصيله", "تعداد", "اجمالي"})


def _reached(page: Page, one: Numeral) -> Span | None:
    """``ارتفع عدد القتلى إلى 70``: what is counted stands before."""
    words, tokens = page.analysis.words, page.analysis.tokens
    if one.value is None or _REACHED.isdisjoint(tokens[max(0, one.first - 3) : one.first]):
        return None
    first, _ = page.analysis.sentence_at(one.start)
    for at in range(one.first - 2, max(-1, one.first - 25), -1):
        if words[at][0] < first:
            return None
        if _bare(tokens[at]) in _COUNT or tokens[at][1:] in _COUNT:
            found = at + 1 < one.first and tokens[at + 1] not in _words("not_unit")
            return words[at + 1] if found and not tokens[at + 1].isdigit() else None
    return None


def _noun_before(page: Page, one: Numeral) -> Span | None:
    words, tokens = page.analysis.words, page.analysis.tokens
    at = one.first - 1
    if (
        at < 0
        or not page.is_open(words[at][0])
        or page.form[words[at][1] : one.start].strip(" ")
        or tokens[at] in _words("not_unit")
    ):
        return None
    start, end = words[at]
    token = tokens[at]
    for clitics in ("ولل", "وبال", "فال", "وال", "بال", "كال", "لل"):
        if token.startswith(clitics) and len(token) > len(clitics) + 1:
            return start + len(clitics) - 2, end
    return start, end


# عدد, عدد كبير


_AMOUNT_TAIL = re.compile(r" (?:من(?:هم|ها|هن|هما)?|ممن|مما)(?![\u0621-\u064a])")
_FROM = re.compile(r" من ")


def _amount(word: str) -> int | None:
    """Where عدد begins in a word that is it, without the article."""
    atom = lexicon().get(word)
    return atom.cut if atom and atom.kind == "amount" and not atom.definite else None


_AMOUNTS = Lookup(_amount)


def _amounts(page: Page, taken: Any) -> Iterator[Annotation]:
    words, tokens, form = page.analysis.words, page.analysis.tokens, page.form
    for last, cut in _AMOUNTS.on(page):
        start, end = words[last]
        before = last - 1
        if last + 1 < len(tokens) and tokens[last + 1] in _words("amount_adjective"):
            following, behind = words[last + 1]
            if form[end:following] == " ":
                last, end = last + 1, behind
        if not _AMOUNT_TAIL.match(form, end) or form[start] == "\n" or taken(start):
            continue
        if before >= 0 and tokens[before] in _words("superlative") and form[words[before][1] : start] == " ":
            continue
        unit = counted_noun(page, last, False) if _FROM.match(form, end) else None
        yield _mark(
            page, (start + cut, end), "number.amount", form="vague", low=None, high=None, comparator="vague",
            vague="several", unit=unit,
        )  # fmt: skip
