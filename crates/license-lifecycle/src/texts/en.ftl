# English. A product may replace any message by one of its own with the same name.

# $day and $year are text, $month is jan … dec.
date = { $day } { $month ->
    [jan] January
    [feb] February
    [mar] March
    [apr] April
    [may] May
    [jun] June
    [jul] July
    [aug] August
    [sep] September
    [oct] October
    [nov] November
   *[dec] December
} { $year }
never = no end
unknown = an unreadable date
none = none
separator = { "; " }
days-left = { $days ->
    [0] today is the last day
    [one] { $days } day left
   *[other] { $days } days left
}
seats = { $count ->
    [one] { $count } seat
   *[other] { $count } seats
}
uncounted = any number of seats

notice-license_expires_soon = The license expires after { $date } ({ days-left }).
notice-license_expired = The license expired; its last day was { $date }.
notice-maintenance_expires_soon = Maintenance ends after { $date } ({ days-left }).
notice-maintenance_expired = Maintenance has ended; its last day was { $date }.
notice-feature_expires_soon = { $feature } ({ $seats }) expires after { $date } ({ days-left }).
notice-license_announced = A new license is in use. { $changes }
notice-maintenance_extended = Maintenance was extended: { $from } → { $to }.
notice-license_extended = The license was extended: { $from } → { $to }.
notice-license_not_updated = Failed to update license on: { $server }. { $why }
notice-license_not_picked_up = The new license was delivered, but the license server does not use it yet.
notice-clock_set_back = The clock of this computer is wrong: it says { $date }, but it is at least { $known }.
notice-manifest_disagrees = The license and the license file in it say different things. Ask your supplier for a corrected license.
notice-license_unsigned = The license in use is not signed, so nobody can check where it comes from.

change-added = New: { $feature }, { $seats }
change-removed = No longer included: { $feature }
change-count = { $feature }: { $from } → { $to }
change-version = { $feature }: version { $from } → { $to }
change-expiry = { $feature }: last day { $from } → { $to }
change-license = End of the license: { $from } → { $to }
change-maintenance = End of maintenance: { $from } → { $to }
change-serial_number = Serial number: { $from } → { $to }

server-bad_name = The name of the license file is not allowed there.
server-access_denied = The account lacks the right to read, write or modify there.
server-bad_credentials = User name or password is wrong.
server-account_locked = The account is locked.
server-share_not_found = The shared folder does not exist.
server-path_not_found = The folder does not exist.
server-host_unreachable = The computer cannot be reached.
server-timeout = The computer does not answer in time.
server-disk_full = The disk is full.
server-in_use = The license file is in use.
server-verify_mismatch = What was read back is not what was written.
server-security = The connection is not secure.
server-by_hand = Save the license and copy it to the license server by hand.
server-storage = Reading or writing failed; the log says why.

refusal-malformed = The license cannot be read: it is damaged or incomplete.
refusal-too_large = The license is larger than a license can be.
refusal-wrong_type = This is signed, but it is not a license.
refusal-signature_untrusted = The license is not signed by the supplier.
refusal-key_expired = The license is signed with a key that is no longer accepted.
refusal-unsupported_version = The license is made for a newer version of this product.
refusal-file_mismatch = The license file is not the one that belongs to this license.
refusal-wrong_product = The license is for another product: { $found }.
refusal-wrong_serial_number = The license is for another serial number: { $found }.
refusal-lower_sequence = The license is older than one that was installed before.
refusal-equivocation = Another license with the same number was installed before. Ask your supplier.
refusal-issued_earlier = The license is older than the one in use.
refusal-replaces_signed = The license is not signed, and would replace a signed one.
refusal-reset_does_not_apply = The correction does not fit the licenses that were installed here.
refusal-unsupported_algorithm = The license is protected in a way that this product does not know: { $found }.
refusal-secret_needed = The license is encrypted, and its license key is missing.
refusal-wrong_secret = The license is encrypted with another license key, or for another computer.
refusal-wrong_fingerprint = The license is for another computer.
refusal-file_expired = The license file was valid until { $date } only. Ask for a new one.
refusal-issued_in_the_future = The license was issued in the future ({ $date }). Check the clock of this computer.

entitlement-not_checked = This version may be installed without maintenance.
entitlement-maintenance_permanent = This version may be installed: maintenance has no end.
entitlement-within_maintenance = This version may be installed: maintenance covers releases up to { $date }.
entitlement-backdated = This version may be installed although maintenance ended on { $date }: it is a correction that every customer gets.
entitlement-no_maintenance = This version may not be installed: there is no maintenance contract.
entitlement-maintenance_ended = This version may not be installed: maintenance covers releases up to { $date } only.
entitlement-maintenance_unknown = This version may not be installed: the end of maintenance in the license cannot be read.
