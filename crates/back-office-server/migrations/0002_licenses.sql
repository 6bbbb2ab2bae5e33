-- Every license ever published; none is changed or deleted.
CREATE TABLE license (
    organization  TEXT   NOT NULL REFERENCES organization (id),
    offer         TEXT   NOT NULL, -- SHA-256 of the manifest envelope's payload
    serial_number TEXT   NOT NULL,
    sequence      BIGINT NOT NULL,
    file_sha256   TEXT   NOT NULL,
    envelope      BYTEA  NOT NULL,
    file          BYTEA  NOT NULL,
    reset         BYTEA,           -- the envelope that allowed a lower sequence
    published_at  BIGINT NOT NULL,
    PRIMARY KEY (organization, offer)
);

CREATE INDEX license_file ON license (organization, serial_number, file_sha256);

-- The serial numbers that may enrol, each with the license it is offered.
CREATE TABLE serial_number (
    organization  TEXT   NOT NULL,
    serial_number TEXT   NOT NULL,
    offer         TEXT   NOT NULL,
    sequence      BIGINT NOT NULL,
    PRIMARY KEY (organization, serial_number),
    FOREIGN KEY (organization, offer) REFERENCES license (organization, offer)
);
