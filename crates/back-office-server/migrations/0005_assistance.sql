-- Requests for assistance: what was asked, signed, and what the installation said to it.
CREATE TABLE assistance_request (
    id              TEXT   NOT NULL PRIMARY KEY, -- 128 random bits, signed
    installation    TEXT   NOT NULL REFERENCES installation (id),
    requester       TEXT   NOT NULL REFERENCES account (id),
    ticket          TEXT   NOT NULL,
    reason          TEXT   NOT NULL,
    scopes          TEXT   NOT NULL,             -- names, separated by blanks
    minutes         BIGINT NOT NULL,
    issued_at       BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    withdrawn_at    BIGINT,
    decision        TEXT,                        -- granted, denied, timed_out, blocked
    decision_reason TEXT,
    granted_scopes  TEXT,
    ends_at         BIGINT,
    session         TEXT,                        -- started, ended
    session_reason  TEXT,
    supporter_link  TEXT,
    changed_at      BIGINT NOT NULL
);

CREATE INDEX assistance_request_installation ON assistance_request (installation, issued_at);

-- Keys that an installation had before its present one: heads of its audit may be signed by them.
CREATE TABLE former_key (
    installation TEXT   NOT NULL REFERENCES installation (id),
    public_key   TEXT   NOT NULL,
    replaced_at  BIGINT NOT NULL,
    PRIMARY KEY (installation, public_key)
);

CREATE TABLE audit_record (
    installation TEXT   NOT NULL REFERENCES installation (id),
    seq          BIGINT NOT NULL,
    line         TEXT   NOT NULL, -- byte for byte: the chain of hashes is over it
    PRIMARY KEY (installation, seq)
);

-- How far the audit of an installation is acknowledged, and whether it ever came with a head that was no continuation.
CREATE TABLE audit_head (
    installation TEXT   NOT NULL PRIMARY KEY REFERENCES installation (id),
    records      BIGINT NOT NULL,
    hash         TEXT   NOT NULL,
    broken_at    BIGINT
);
