-- People of service organizations who use the web site.
CREATE TABLE account (
    id            TEXT   NOT NULL PRIMARY KEY,
    organization  TEXT   NOT NULL REFERENCES organization (id),
    name          TEXT   NOT NULL,
    folded_name   TEXT   NOT NULL UNIQUE, -- lower case: one person, one account, however the name is typed
    role          TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,        -- Argon2id, PHC string
    created_at    BIGINT NOT NULL
);

CREATE TABLE session (
    hash       TEXT   NOT NULL PRIMARY KEY, -- SHA-256 of the cookie, which has 256 random bits
    account    TEXT   NOT NULL REFERENCES account (id),
    csrf       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
