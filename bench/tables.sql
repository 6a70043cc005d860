-- Normalised tables of the generator's format "tables", with the indexes that the checks and the
-- lookups want. Run in the folder of the TSV files.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -200000;
CREATE TABLE subscription(id INTEGER PRIMARY KEY, imsi TEXT, msisdn TEXT);
CREATE TABLE impi(id INTEGER PRIMARY KEY, subscription INTEGER, identity TEXT, canonical TEXT);
CREATE TABLE impu(id INTEGER PRIMARY KEY, subscription INTEGER, identity TEXT, canonical TEXT,
	barred INTEGER, irs INTEGER, is_default INTEGER, profile TEXT);
CREATE TABLE association(impi INTEGER, impu INTEGER, PRIMARY KEY(impi, impu)) WITHOUT ROWID;
.mode tabs
.import subscription.tsv subscription
.import impi.tsv impi
.import impu.tsv impu
.import association.tsv association
CREATE INDEX subscription_imsi ON subscription(imsi);
CREATE INDEX subscription_msisdn ON subscription(msisdn);
CREATE INDEX impi_subscription ON impi(subscription, canonical);
CREATE INDEX impi_canonical ON impi(canonical, subscription);
CREATE INDEX impu_subscription ON impu(subscription, canonical, barred, irs);
CREATE INDEX impu_canonical ON impu(canonical, subscription);
CREATE INDEX association_impu ON association(impu);
ANALYZE;
