-- One text for SQLite and PostgreSQL: TEXT, BIGINT, BOOLEAN, BYTEA only. Times are Unix milliseconds, UTC.
CREATE TABLE organization (
    id         TEXT   NOT NULL PRIMARY KEY, -- the service organization ID that is typed into installations
    name       TEXT   NOT NULL,
    code_hash  TEXT   NOT NULL,             -- SHA-256 of the verification code, which has 80 random bits
    created_at BIGINT NOT NULL
);

CREATE TABLE token (
    hash         TEXT   NOT NULL PRIMARY KEY, -- SHA-256 of the bearer token, which has 256 random bits
    organization TEXT   NOT NULL REFERENCES organization (id),
    role         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL
);

-- Failed attempts to enrol or to log in, by what they were aimed at and by where they came from.
CREATE TABLE throttle (
    subject   TEXT   NOT NULL PRIMARY KEY,
    failures  BIGINT NOT NULL,
    failed_at BIGINT NOT NULL
);
