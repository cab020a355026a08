-- The claims of annotated Parquet, their candidate keys and relations; hasila.candidates puts in the $values.
-- Given: articles, entities, events, figures (as `hasila annotate --out` writes them), wire, vague_ranges.

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
  folded(coalesce(o.text, f.originator)) AS own_voice,
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
  CASE WHEN k.original IS NULL THEN c.own_voice ELSE o.own_voice END AS voice,
  coalesce(o.day, c.day) AS told
FROM found c LEFT JOIN copies k USING (article, id)
LEFT JOIN found o ON o.article = k.original.article AND o.id = k.original.id;

-- Claims of a place, category, side and measure, from one to the next at most $apart days; one without a day is
-- compared within its article alone.
CREATE TABLE grouped AS
WITH scoped AS (
  SELECT *, CASE WHEN day IS NULL THEN article ELSE coalesce(folded(place), article) END AS scope,
    concat_ws(' ', scope, category, folded(side_name), subgroup, measure) AS what
  FROM spoken),
steps AS (
  SELECT *, CASE WHEN day IS NULL THEN 0 WHEN day - lag(day) OVER w <= $apart THEN 0 ELSE 1 END AS new
  FROM scoped WINDOW w AS (PARTITION BY given, what ORDER BY day, article, id)),
sessions AS (
  SELECT *, sum(new) OVER (PARTITION BY given, what ORDER BY day, article, id) AS session FROM steps)
SELECT *,
  coalesce(given, concat_ws(' ', scope,
    first_value(day) OVER (PARTITION BY given, what, session ORDER BY day), category, folded(side_name),
    subgroup, measure)) AS key
FROM sessions;

CREATE TABLE claims AS
SELECT *,
  CASE WHEN vague IS NOT NULL THEN at_least_vague ELSE coalesce(low, 0) + (comparator = 'more_than')::INT END
    * CASE WHEN comparator = 'approx' THEN 1 - $approx ELSE 1 END AS least,
  CASE WHEN vague IS NOT NULL THEN at_most_vague ELSE coalesce(high, 'inf'::DOUBLE) - (comparator = 'less_than')::INT END
    * CASE WHEN comparator = 'approx' THEN 1 + $approx ELSE 1 END AS most,
  coalesce(low, high) AS written,
  row_number() OVER (PARTITION BY key ORDER BY day, published, article, length(id), id) AS place_in_key
FROM grouped LEFT JOIN vague_ranges v USING (vague);

CREATE TABLE relations (type TEXT, article TEXT, id TEXT, of_article TEXT, of_id TEXT, strength TEXT);
INSERT INTO relations
SELECT 'RESTATES', article, id, original.article, original.id, NULL FROM claims WHERE original IS NOT NULL;

CREATE TABLE own AS
SELECT *, row_number() OVER (PARTITION BY key, voice, low, high, vague ORDER BY place_in_key) AS retelling,
  first_value({article: article, id: id}) OVER (PARTITION BY key, voice, low, high, vague ORDER BY place_in_key) AS first
FROM claims WHERE original IS NULL AND stance IN ('assert', 'estimate');
INSERT INTO relations
SELECT 'RESTATES', article, id, first.article, first.id, NULL FROM own WHERE voice IS NOT NULL AND retelling > 1;

CREATE TABLE said AS
SELECT *, row_number() OVER (PARTITION BY key ORDER BY place_in_key) AS rank FROM own WHERE voice IS NULL OR retelling = 1;
CREATE TABLE pairs AS
SELECT a AS n, b AS o FROM said a JOIN said b ON a.key = b.key AND b.rank < a.rank AND b.rank >= a.rank - $nearest;

INSERT INTO relations
SELECT 'ROUNDS', w.article, w.id, x.article, x.id, NULL
FROM (SELECT n AS w, o AS x FROM pairs UNION ALL SELECT o, n FROM pairs)
WHERE w.voice = x.voice AND w.day = x.day AND (
  (w.least <= x.least AND x.most <= w.most AND (w.least, w.most) <> (x.least, x.most))
  OR (w.written <> x.written AND list_bool_or([w.written % u = 0 AND abs(w.written - x.written) < u AND u <= w.written
      FOR u IN [10, 100, 1000, 10000, 100000]])));
INSERT INTO relations
SELECT 'UPDATES', n.article, n.id, max_by(o.article, (o.day, o.rank)), max_by(o.id, (o.day, o.rank)), NULL
FROM pairs WHERE n.voice = o.voice AND n.day > o.day GROUP BY n.article, n.id;
INSERT INTO relations
SELECT 'DENIES', d.article, d.id, c.article, c.id, NULL
FROM claims d JOIN said c ON c.key = d.key AND c.written = d.written AND c.voice IS DISTINCT FROM d.voice
WHERE d.stance = 'deny' AND d.original IS NULL;
INSERT INTO relations
SELECT CASE WHEN n.most < o.least OR o.most < n.least THEN 'CONTRADICTS'
    WHEN n.low IS NULL OR n.high IS NULL OR o.low IS NULL OR o.high IS NULL THEN 'COMPATIBLE' ELSE 'CORROBORATES' END AS how,
  n.article, n.id, o.article, o.id,
  CASE WHEN how = 'CONTRADICTS' THEN CASE WHEN n.measure = 'cumulative'
    AND ((n.most < o.least AND n.day <= o.day) OR (o.most < n.least AND o.day <= n.day)) THEN 'soft' ELSE 'hard' END END
FROM pairs
WHERE (n.voice IS NULL OR o.voice IS NULL OR n.voice <> o.voice)
  AND n.day - o.day <= CASE WHEN n.measure = 'stock' THEN $stock_days ELSE $days END
  AND NOT (how = 'CORROBORATES' AND (n.originator_basis IN ('publisher', 'rumour') OR o.originator_basis IN ('publisher', 'rumour')));

CREATE TABLE keys AS
SELECT key, any_value(category) AS category, any_value(side_name) AS side, any_value(place) AS place,
  min(day) AS first_day, max(day) AS last_day, count(*) AS claims, count(DISTINCT article) AS articles,
  count(DISTINCT voice) FILTER (original IS NULL AND originator_basis NOT IN ('publisher', 'rumour')) AS sources,
  min(written) AS lowest, max(written) AS highest
FROM claims GROUP BY key;
