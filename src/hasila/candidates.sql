-- The claims of annotated Parquet, their candidate keys and relations; hasila.candidates puts in the $values.
-- Given: articles, entities, events, figures and, as `written`, relations (as `hasila annotate --out` writes them), wire,
-- vague_ranges.

CREATE MACRO folded(t) AS trim(translate(translate(t, $dropped, ''), $old, $new));
CREATE TABLE named AS SELECT article, id, type, level, start, "end", text FROM entities;

-- The innermost place within the place of the event, or else the first place that the article names.
CREATE TABLE event_places AS
SELECT v.article, coalesce(v.ref, '#' || v.id) AS ref, arg_min(i.text, (v.start, i."end" - i.start)) AS place
FROM (SELECT article, id, ref, start, unnest(participants) AS p FROM events) v
JOIN named e ON e.article = v.article AND e.id = v.p.target
JOIN named i ON i.article = v.article AND i.type IN ('GPE', 'LOC', 'FAC')
  AND i.start >= e.start AND i."end" <= e."end"
WHERE v.p.role = 'place' GROUP BY ALL;
CREATE TABLE article_places AS
SELECT article, arg_min(text, (start, "end" - start)) AS place
FROM named WHERE type = 'GPE' AND level = 'NAM' GROUP BY article;

CREATE TABLE found AS
SELECT f.*, a.published, a.publisher,
  coalesce(f.as_of, f.said_on, a.published) AS day,
  coalesce(s.text, f.side) AS side_name,
  coalesce(o.text, f.originator) AS source,
  coalesce(ep.place, ap.place) AS place,
  CASE WHEN ep.place IS NOT NULL THEN 'event' WHEN ap.place IS NOT NULL THEN 'article' END AS place_basis
FROM (SELECT article, id, start, "end", text, category, side, subgroup, measure, key AS given, low, high, comparator,
        vague, as_of, as_of_basis, said_on, event_ref, originator, originator_type, originator_basis, stance, factuality
      FROM figures) f
LEFT JOIN articles a ON a.id = f.article
LEFT JOIN named s ON s.article = f.article AND '#' || s.id = f.side
LEFT JOIN named o ON o.article = f.article AND '#' || o.id = f.originator
LEFT JOIN event_places ep ON ep.article = f.article AND ep.ref = f.event_ref
LEFT JOIN article_places ap ON ap.article = f.article;
CREATE TABLE forms AS
SELECT text, folded(text) AS form FROM (
  SELECT place AS text FROM found UNION SELECT side_name FROM found UNION SELECT source FROM found) WHERE text IS NOT NULL;

-- A claim within a shared passage is the original's claim, told again.
CREATE TABLE copies AS
SELECT c.article, c.id, min_by({article: o.article, id: o.id}, abs(o.start - p.of_start - c.start + p.start)) AS original
FROM found c JOIN wire p ON p.article = c.article AND c.start >= p.start AND c."end" <= p."end"
JOIN found o ON o.article = p.of_article AND o.category = c.category
  AND o.low IS NOT DISTINCT FROM c.low AND o.high IS NOT DISTINCT FROM c.high AND o.vague IS NOT DISTINCT FROM c.vague
  AND abs(o.start - p.of_start - c.start + p.start) <= $drift
GROUP BY ALL;

CREATE TABLE spoken AS
SELECT c.*, k.original,
  voices.form AS voice,
  CASE WHEN c.day IS NULL THEN c.article ELSE coalesce(places.form, c.article) END AS scope,
  concat_ws(' ', scope, c.category, sides.form, c.subgroup, c.measure) AS what
FROM found c LEFT JOIN copies k USING (article, id)
LEFT JOIN found o ON o.article = k.original.article AND o.id = k.original.id
LEFT JOIN forms places ON places.text = c.place
LEFT JOIN forms sides ON sides.text = c.side_name
LEFT JOIN forms voices ON voices.text = CASE WHEN k.original IS NULL THEN c.source ELSE o.source END;

-- Claims of a place, category, side and measure, from one to the next at most $apart days; one without a day is
-- compared within its article alone.
CREATE TABLE whats AS
SELECT given, what, row_number() OVER () AS w FROM (SELECT DISTINCT given, what FROM spoken);
CREATE TABLE sessions AS
WITH steps AS (
  SELECT w, article, id, day,
    CASE WHEN day IS NULL THEN 0 WHEN day - lag(day) OVER o <= $apart THEN 0 ELSE 1 END AS new
  FROM spoken JOIN whats ON whats.what = spoken.what AND whats.given IS NOT DISTINCT FROM spoken.given
  WINDOW o AS (PARTITION BY w ORDER BY day))
SELECT w, article, id, day, sum(new) OVER (PARTITION BY w ORDER BY day RANGE UNBOUNDED PRECEDING) AS session FROM steps;
CREATE TABLE session_keys AS
SELECT w, session,
  coalesce(any_value(given), concat_ws(' ', any_value(scope), min(day), any_value(category), any_value(side_form),
    any_value(subgroup), any_value(measure))) AS key
FROM sessions JOIN (
  SELECT article, id, given, scope, category, forms.form AS side_form, subgroup, measure
  FROM spoken LEFT JOIN forms ON forms.text = side_name) USING (article, id)
GROUP BY w, session;
CREATE TABLE grouped AS
SELECT spoken.*, key FROM spoken JOIN sessions USING (article, id) JOIN session_keys USING (w, session);

CREATE TABLE claims AS
SELECT *,
  CASE WHEN vague IS NOT NULL THEN at_least_vague ELSE coalesce(low, 0) + (comparator = 'more_than')::INT END
    * CASE WHEN comparator = 'approx' THEN 1 - $approx ELSE 1 END AS least,
  CASE WHEN vague IS NOT NULL THEN at_most_vague ELSE coalesce(high, 'inf'::DOUBLE) - (comparator = 'less_than')::INT END
    * CASE WHEN comparator = 'approx' THEN 1 + $approx ELSE 1 END AS most,
  coalesce(low, high) AS written,
  row_number() OVER (PARTITION BY key ORDER BY day, published, article, length(id), id) AS place_in_key
FROM grouped LEFT JOIN vague_ranges v USING (vague);

CREATE TABLE relations (type TEXT, article TEXT, id TEXT, of_article TEXT, of_id TEXT, strength TEXT, "group" TEXT);
INSERT INTO relations
SELECT type, source.article, source.id, target.article, target.id, strength, source.article || ' ' || "group"
FROM written WHERE type IN ('SUM_OF', 'SUBSET_OF', 'OVERLAPS');
-- A part neither rounds nor contradicts its whole.
CREATE TABLE parted AS
SELECT article, id, of_article, of_id FROM relations UNION ALL SELECT of_article, of_id, article, id FROM relations;
INSERT INTO relations
SELECT 'RESTATES', article, id, original.article, original.id, NULL, NULL FROM claims WHERE original IS NOT NULL;

CREATE TABLE key_numbers AS SELECT key, row_number() OVER () AS k FROM (SELECT DISTINCT key FROM claims);
-- What is counted as other, under no key of a registry, may be anything: no two are compared.
CREATE TABLE own AS
SELECT k, place_in_key, article, id, voice, day, measure, least, most, low, high, vague, written, stance,
  low IS NOT NULL AND high IS NOT NULL AS bounded,
  originator_basis NOT IN ('publisher', 'rumour') AS independent,
  row_number() OVER w AS retelling,
  first_value(article) OVER w AS first_article, first_value(id) OVER w AS first_id
FROM claims JOIN key_numbers USING (key)
WHERE original IS NULL AND stance IN ('assert', 'estimate') AND (given IS NOT NULL OR category <> 'other')
WINDOW w AS (PARTITION BY k, voice, low, high, vague ORDER BY place_in_key);
INSERT INTO relations
SELECT 'RESTATES', article, id, first_article, first_id, NULL, NULL FROM own WHERE voice IS NOT NULL AND retelling > 1;

CREATE TABLE said AS
SELECT * EXCLUDE (first_article, first_id, retelling), row_number() OVER (PARTITION BY k ORDER BY place_in_key) AS rank
FROM own WHERE voice IS NULL OR retelling = 1;

INSERT INTO relations
SELECT 'ROUNDS', w.article, w.id, x.article, x.id, NULL, NULL
FROM said w JOIN said x ON w.k = x.k AND w.voice = x.voice AND w.day = x.day AND w.rank <> x.rank
ANTI JOIN parted p ON (p.article, p.id, p.of_article, p.of_id) = (w.article, w.id, x.article, x.id)
WHERE (w.least <= x.least AND x.most <= w.most AND (w.least, w.most) <> (x.least, x.most))
  OR (w.written <> x.written AND list_bool_or([w.written % u = 0 AND abs(w.written - x.written) < u AND u <= w.written
      FOR u IN [10, 100, 1000, 10000, 100000]]));
INSERT INTO relations
SELECT 'UPDATES', n.article, n.id, o.article, o.id, NULL, NULL
FROM said n ASOF JOIN said o ON n.k = o.k AND n.voice = o.voice AND n.day > o.day;
INSERT INTO relations
SELECT CASE d.stance WHEN 'deny' THEN 'DENIES' ELSE 'DECLINES' END, d.article, d.id, c.article, c.id, NULL, NULL
FROM claims d JOIN key_numbers USING (key) JOIN said c ON c.k = key_numbers.k AND c.written = d.written
WHERE d.stance IN ('deny', 'decline') AND d.original IS NULL AND c.voice IS DISTINCT FROM d.voice;

-- Another voice at the same time: each claim with the $nearest before it in its key.
INSERT INTO relations
WITH steps AS (SELECT *, unnest(range(1, least(rank, $nearest + 1))) AS back FROM said)
SELECT CASE WHEN n.most < o.least OR o.most < n.least THEN 'CONTRADICTS'
    WHEN n.bounded AND o.bounded THEN 'CORROBORATES' ELSE 'COMPATIBLE' END AS how,
  n.article, n.id, o.article, o.id,
  CASE WHEN how <> 'CONTRADICTS' THEN NULL
    WHEN n.measure = 'cumulative'
      AND ((n.most < o.least AND n.day <= o.day) OR (o.most < n.least AND o.day <= n.day)) THEN 'soft'
    ELSE 'hard' END, NULL
FROM steps n JOIN said o ON o.k = n.k AND o.rank = n.rank - n.back
ANTI JOIN parted p ON (p.article, p.id, p.of_article, p.of_id) = (n.article, n.id, o.article, o.id)
WHERE (n.voice IS NULL OR o.voice IS NULL OR n.voice <> o.voice)
  AND n.day - o.day <= CASE WHEN n.measure = 'stock' THEN $stock_days ELSE $days END
  AND (how <> 'CORROBORATES' OR (n.independent AND o.independent));

CREATE TABLE keys AS
SELECT key, any_value(category) AS category, any_value(side_name) AS side, any_value(place) AS place,
  min(day) AS first_day, max(day) AS last_day, count(*) AS claims, count(DISTINCT article) AS articles,
  count(DISTINCT voice) FILTER (original IS NULL AND originator_basis NOT IN ('publisher', 'rumour')) AS sources,
  min(written) AS lowest, max(written) AS highest
FROM claims GROUP BY key;
