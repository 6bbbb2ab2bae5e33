CREATE TABLE installation (
    id              TEXT    NOT NULL PRIMARY KEY,
    organization    TEXT    NOT NULL REFERENCES organization (id),
    serial_number   TEXT    NOT NULL,
    product_version TEXT    NOT NULL,
    key_id          TEXT    NOT NULL UNIQUE,
    public_key      TEXT    NOT NULL,
    state           TEXT    NOT NULL,           -- active, quarantined, revoked
    quarantine      TEXT,                       -- why: unknown_license, already_enrolled, clone
    enrolled_at     BIGINT  NOT NULL,
    last_seq        BIGINT  NOT NULL DEFAULT 0, -- the newest event it was given
    acked_seq       BIGINT  NOT NULL DEFAULT 0, -- the newest event it asked beyond
    boot            TEXT,                       -- the boot id of its last accepted poll
    poll_created    BIGINT  NOT NULL DEFAULT 0, -- that poll's signed creation time, in seconds
    seen_at         BIGINT,
    license_sequence  BIGINT,
    assistance_allowed BOOLEAN NOT NULL DEFAULT FALSE,
    remote_desktop  BOOLEAN NOT NULL DEFAULT FALSE,
    vpn             BOOLEAN NOT NULL DEFAULT FALSE,
    presence_at     BIGINT
);

CREATE INDEX installation_serial_number ON installation (organization, serial_number);

-- Boot ids that were followed by another one: seeing one of these again means two copies.
CREATE TABLE past_boot (
    installation TEXT   NOT NULL REFERENCES installation (id),
    boot         TEXT   NOT NULL,
    ended_at     BIGINT NOT NULL,
    PRIMARY KEY (installation, boot)
);

-- Nonces of state-changing calls, remembered longer than a signature can live.
CREATE TABLE nonce (
    key_id     TEXT   NOT NULL,
    nonce      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (key_id, nonce)
);

CREATE INDEX nonce_expiry ON nonce (expires_at);

-- What an installation has not acknowledged yet.
CREATE TABLE event (
    installation TEXT   NOT NULL REFERENCES installation (id),
    seq          BIGINT NOT NULL,
    kind         TEXT   NOT NULL, -- the JSON of the event without its numbers
    expires_at   BIGINT,
    PRIMARY KEY (installation, seq)
);

-- Installations with news from another process that shares this database.
CREATE TABLE news (
    installation TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE offer_state (
    installation TEXT   NOT NULL REFERENCES installation (id),
    offer        TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    reason       TEXT,
    changed_at   BIGINT NOT NULL,
    PRIMARY KEY (installation, offer)
);
