"""Entities in news of other places: spans, types, levels, nesting, and who corefers with whom.

``rules/entities.jsonl`` holds short articles with every entity in them, annotated by reading; what
the rules do not find there stays in the file.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hasila.arabic import analyse
from hasila.rules import Page, Registry, annotate, entities, zones
from hasila.schema import layers

ARTICLES = [
    json.loads(line)
    for line in (Path(__file__).parent / "rules/entities.jsonl").read_text("utf-8").splitlines()
]


def find(text, registry=None):
    page = Page(analyse(text), registry=registry or Registry())
    page.finish("zone", zones.find(page))
    return page.finish("entity", entities.find(page))


def spans(text, level=None):
    return [(a["type"], a.text) for a in find(text) if level in (None, a["level"])]


def names(text):
    return spans(text, "NAM")


def place(text, entity):
    at = -1
    for _ in range(entity.get("nth", 1)):
        at = text.index(entity["text"], at + 1)
    return at, at + len(entity["text"]), entity["type"]


def test_names_of_unseen_articles():
    """Strict typed spans of names over all articles: F1 of .90 at least."""
    hit = wanted = given_ = 0
    for article in ARTICLES:
        gold = {place(article["text"], e) for e in article["entities"] if e.get("level", "NAM") == "NAM"}
        found = {(a.start, a.end, a["type"]) for a in find(article["text"]) if a["level"] == "NAM"}
        hit, wanted, given_ = hit + len(gold & found), wanted + len(gold), given_ + len(found)
    assert wanted > 200
    assert 2 * hit / (wanted + given_) >= 0.9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وصل إلى دمشق", ["دمشق"]),
        ("انفجار بدمشق ودرعا", ["دمشق", "درعا"]),
        ("فبغداد ولبيروت", ["بغداد", "بيروت"]),
        ("غارات بالرقة وكالموصل", ["الرقة", "الموصل"]),
        ("كلام عن سوريالية وعن مصرفي", []),
    ],
)
def test_proclitics_are_outside_and_words_are_whole(text, expected):
    assert [name for _, name in names(text)] == expected


def test_lam_lam_starts_at_the_second_lam_and_norm_restores_the_article():
    (one,) = find("انضم إلى وفد للعراق")
    assert (one.text, one["norm"]) == ("لعراق", "العراق")
    (one,) = find("طريق للاذقية")
    assert (one.text, one["norm"]) == ("لاذقية", "اللاذقية")


@pytest.mark.parametrize("text", ["د١عش", "داعـــش", "دَاعِش", "داعش"])
def test_one_name_in_every_spelling(text):
    assert names(f"هجوم شنه {text} أمس") == [("ORG", text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("هجوم لتنظيم داعش", [("ORG", "تنظيم داعش"), ("ORG", "داعش")]),
        ('هجوم لتنظيم "القاعدة"', [("ORG", 'تنظيم "القاعدة"'), ("ORG", "القاعدة")]),
        ("سجن صيدنايا", [("FAC", "سجن صيدنايا")]),
        ("سجن تلعفر", [("FAC", "سجن تلعفر"), ("GPE", "تلعفر")]),
        ("مطار حلب الدولي", [("FAC", "مطار حلب الدولي"), ("GPE", "حلب")]),
        ("في قرية كفر عويد", [("GPE", "قرية كفر عويد"), ("GPE", "كفر عويد")]),
        ("محافظة ذمار", [("GPE", "محافظة ذمار"), ("GPE", "ذمار")]),
        ("بريف حماة الشمالي", [("LOC", "ريف حماة الشمالي"), ("GPE", "حماة")]),
        ("شمال شرقي نيجيريا", [("LOC", "شمال شرقي نيجيريا"), ("GPE", "نيجيريا")]),
        ("وزارة الصحة اللبنانية", [("ORG", "وزارة الصحة اللبنانية"), ("NORP", "اللبنانية")]),
        ('صحيفة "هآرتس" الإسرائيلية', [("ORG", 'صحيفة "هآرتس"'), ("ORG", "هآرتس"), ("NORP", "الإسرائيلية")]),
        ("بلدتي نوى وطفس", [("GPE", "نوى"), ("GPE", "طفس")]),
    ],
)
def test_names_nest_and_the_head_noun_is_inside(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    ["مدينة كبيرة", "في سجن سري", "وزير سابق", "قرية جبلية", "قال مصدر عسكري", "أفاد شاهد عيان", "المنطقة"],
)
def test_what_names_nobody(text):
    assert spans(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("طبيب مصري", ["مصري"]),
        ("المصريون", ["المصريون"]),
        ("جنود أتراك", ["أتراك"]),
        ("سفينتين تركيتين", ["تركيتين"]),
        ("بدعم أميركياً", ["أميركياً"]),
        ("اليد اليمنى", []),
    ],
)
def test_nationalities_in_every_gender_and_number(text, expected):
    assert [name for kind, name in names(text) if kind == "NORP"] == expected


def test_role_and_person():
    found = find("قال المتحدث باسم الشرطة العراقية خالد المحنا إن المحنا لم يصب.")
    role, _, _, person, again = found
    assert (role["type"], role["level"], role.text) == ("OCC", "NOM", "المتحدث باسم الشرطة العراقية")
    assert (person["type"], person.text) == ("PERS", "خالد المحنا")
    assert (again["type"], again.text) == ("PERS", "المحنا")
    assert role["ref"] == person["ref"] == again["ref"]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("العميد يحيى رسول", "يحيى رسول"),
        ("وزير الدفاع التركي، يشار غولر، أن", "يشار غولر"),
        ("الشيخ أبو محمد العدناني", "أبو محمد العدناني"),
        ("اعتقلت عبد الرحمن القرضاوي", "عبد الرحمن القرضاوي"),
        ("قال علي محمد إن", "علي محمد"),
        ("سار على محمد", None),
    ],
)
def test_people(text, person):
    assert [name for kind, name in names(text) if kind == "PERS"] == ([person] if person else [])


def test_an_acronym_beside_a_name_is_its_alias_from_there_on():
    found = find("قالت حركة نسور الأحرار (نسا) إن نسا انسحبت.")
    alias = [a for a in found if a.text == "نسا"]
    assert len(alias) == 2
    assert {a["ref"] for a in alias} == {next(a for a in found if a.text == "حركة نسور الأحرار")["ref"]}


def test_a_name_that_a_pattern_introduces_is_found_again():
    assert names("قصف حي بستان القصر، وعاد سكان بستان القصر")[-1] == ("GPE", "بستان القصر")


def test_descriptions_refer_back_to_the_nearest_name_of_their_kind():
    found = find("هاجم تنظيم القاعدة سجن عدن. وفر التنظيم من السجن، وفق المرصد.")
    linked = {a.text: a["ref"] for a in found if a["level"] == "NOM"}
    first = {a.text: f"#{a.id}" for a in found if a["level"] == "NAM"}
    assert linked == {"التنظيم": first["تنظيم القاعدة"], "السجن": first["سجن عدن"]}


def test_a_punishment_is_no_place():
    assert ("FAC", "السجن") not in spans("نقل إلى سجن رومية ثم حكم عليه بالسجن لمدة عام")


def test_tweets():
    found = find("الوضع صعب في #حمص\n— Lina Sabbagh (@lsabbagh_1) March 3, 2022\nكتب @someone")
    assert [(a["type"], a.text) for a in found] == [
        ("GPE", "حمص"), ("PERS", "Lina Sabbagh"), ("PERS", "@lsabbagh_1"), ("PERS", "@someone"),
    ]  # fmt: skip
    assert found[1]["ref"] == found[2]["ref"]


def test_english_names_need_a_capital():
    assert names("fighting in northern Syria and turkey") == [("LOC", "northern Syria"), ("GPE", "Syria")]


def test_references_come_from_the_registry_where_it_knows_the_name():
    line = {"id": "is", "names": ["داعش"], "type": "ORG"}
    registry = Registry({"entities": {"is": line}})
    found = find("تنظيم الدولة الإسلامية، أي داعش، وحزب الله", registry)
    assert {a["ref"] for a in found if "حزب" not in a.text} == {"is"}
    assert found[-1]["ref"] == f"#{found[-1].id}"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='اللوبسدهـًى مدينة قائد محمد"()،.\n@#aS1٣', max_size=120))
def test_every_span_is_its_text_and_of_the_schema(text):
    shape = layers()["entity"]
    types = set(shape.field("type").type.label_names)
    for one in find(text):
        assert one.text == text[one.start : one.end] != ""
        assert one.text == one.text.strip()
        assert one["type"] in types


@pytest.mark.parametrize(
    "text",
    ["ا" * 300_000, "\u064b" * 300_000, '"' * 100_000, "(" * 100_000, "1" * 300_000, "\u202e😀" * 50_000],
    ids=["no-space", "diacritics", "quotes", "brackets", "digits", "bidi-emoji"],
)
def test_no_input_throws(text):
    assert find(text) == []


def test_a_quoted_name_has_no_white_space_at_its_edges():
    text = "وقال المتحدث في بيان لـ”الراصد الجنوبي “ إن الطريق مغلقة."
    assert all(a.text == a.text.strip() for a in annotate(text, "2022-01-31"))
