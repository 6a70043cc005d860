-- The audit's checks as SQL on normalised, indexed tables: prints rule|records, as by_cause does.
-- The canonical column (in lower case, no URI parameters) comes with the tables,
-- so that what is timed here is decisions and duplicates alone.

-- What the UE of each subscription presents (TS 23.003 13.3, 13.4B), and what is stored of it.
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE verdict AS
SELECT p.id AS subscription, p.imsi AS imsi, p.home AS home, i.id AS impi, t.id AS impu,
       t.barred AS barred,
       CASE
       WHEN i.id IS NULL THEN 'impi'
       WHEN t.id IS NULL THEN 'impu'
       WHEN NOT EXISTS (SELECT 1 FROM association a WHERE a.impi = i.id AND a.impu = t.id) THEN '005'
       WHEN t.barred AND NOT EXISTS (SELECT 1 FROM impu x WHERE x.subscription = p.id
                                     AND x.irs = t.irs AND NOT x.barred) THEN 'barred'
       END AS cause
FROM (SELECT id, imsi, home, imsi || '@' || home AS nai
      FROM (SELECT id, imsi, 'ims.mnc0' || substr(imsi, 4, 2) || '.mcc' || substr(imsi, 1, 3)
                   || '.3gppnetwork.org' AS home FROM subscription LIMIT -1) LIMIT -1) p
LEFT JOIN impi i INDEXED BY impi_subscription
	ON i.subscription = p.id AND i.canonical = p.nai
LEFT JOIN impu t INDEXED BY impu_subscription
	ON t.subscription = p.id AND t.canonical = 'sip:' || p.nai;

-- Why, for those that are refused: the nearest stored identity, or the set that would have served.
CREATE TEMP TABLE cause AS
SELECT subscription, CASE cause
	WHEN 'impi' THEN coalesce((
		SELECT CASE
		WHEN i.identity LIKE 'imsi-%' THEN '044'
		WHEN i.canonical = substr(v.imsi, 1, 14) || '@' || v.home THEN '040'
		WHEN i.canonical = v.imsi || '@' || replace(v.home, 'mnc0', 'mnc') THEN '042'
		WHEN i.canonical LIKE v.imsi || '@%' THEN '043'
		END FROM impi i WHERE i.subscription = v.subscription), '002')
	WHEN 'impu' THEN coalesce((
		SELECT CASE
		WHEN u.canonical = 'sip:' || substr(v.imsi, 1, 14) || '@' || v.home THEN '041'
		WHEN u.canonical = 'sip:' || v.imsi || '@' || v.home || ':5060' THEN '046'
		END AS why FROM impu u WHERE u.subscription = v.subscription AND why NOTNULL), '004')
	WHEN 'barred' THEN
		CASE WHEN EXISTS (SELECT 1 FROM association a JOIN impu x ON x.id = a.impu
		                  WHERE a.impi = v.impi AND NOT x.barred) THEN '007' ELSE '006' END
	ELSE cause
	END AS rule
FROM verdict v WHERE cause NOTNULL;

SELECT 'CXA' || rule, count(*) FROM cause GROUP BY rule;

-- Checks of the records.
SELECT 'CXA010', count(*) FROM verdict v WHERE NOT barred AND EXISTS (
	SELECT 1 FROM impu x JOIN impu t ON t.id = v.impu
	WHERE x.subscription = v.subscription AND x.irs = t.irs AND x.id <> t.id);
SELECT 'CXA053', count(DISTINCT subscription) FROM impu WHERE canonical LIKE 'tel:%'
	AND (canonical NOT GLOB 'tel:+[0-9]*' OR length(canonical) > 20 OR substr(canonical, 6) GLOB '*[^0-9]*');
SELECT 'CXA078', count(DISTINCT u.subscription) FROM impu u
	WHERE NOT EXISTS (SELECT 1 FROM association a WHERE a.impu = u.id);
SELECT 'CXA079', count(*) FROM subscription s
	WHERE NOT EXISTS (SELECT 1 FROM impi i WHERE i.subscription = s.id);

-- Identities held by two subscriptions.
SELECT 'CXA047', count(DISTINCT subscription) FROM impi WHERE canonical IN (
	SELECT canonical FROM impi GROUP BY canonical HAVING min(subscription) <> max(subscription));
SELECT 'CXA048', count(DISTINCT subscription) FROM impu WHERE canonical IN (
	SELECT canonical FROM impu GROUP BY canonical HAVING min(subscription) <> max(subscription));
SELECT 'CXA074', count(*) FROM subscription WHERE imsi IN (
	SELECT imsi FROM subscription GROUP BY imsi HAVING count(*) > 1);
SELECT 'CXA075', count(*) FROM subscription WHERE msisdn IN (
	SELECT msisdn FROM subscription GROUP BY msisdn HAVING count(*) > 1);
