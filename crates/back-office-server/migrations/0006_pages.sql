-- The installations of an organization in the order of the pages that list them: those that wait first.
CREATE INDEX installation_page ON installation (organization, state DESC, serial_number, id);
