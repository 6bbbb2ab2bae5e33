# Deutsch.

date = { $day }. { $month ->
    [jan] Januar
    [feb] Februar
    [mar] März
    [apr] April
    [may] Mai
    [jun] Juni
    [jul] Juli
    [aug] August
    [sep] September
    [oct] Oktober
    [nov] November
   *[dec] Dezember
} { $year }
never = unbefristet
unknown = ein unlesbares Datum
none = keine
separator = { "; " }
days-left = { $days ->
    [0] heute ist der letzte Tag
    [one] noch { $days } Tag
   *[other] noch { $days } Tage
}
seats = { $count ->
    [one] { $count } Platz
   *[other] { $count } Plätze
}
uncounted = beliebig viele Plätze

notice-license_expires_soon = Die Lizenz läuft nach dem { $date } ab ({ days-left }).
notice-license_expired = Die Lizenz ist abgelaufen; ihr letzter Tag war der { $date }.
notice-maintenance_expires_soon = Die Wartung endet nach dem { $date } ({ days-left }).
notice-maintenance_expired = Die Wartung ist beendet; ihr letzter Tag war der { $date }.
notice-feature_expires_soon = { $feature } ({ $seats }) läuft nach dem { $date } ab ({ days-left }).
notice-license_announced = Eine neue Lizenz ist in Gebrauch. { $changes }
notice-maintenance_extended = Die Wartung wurde verlängert: { $from } → { $to }.
notice-license_extended = Die Lizenz wurde verlängert: { $from } → { $to }.
notice-license_not_updated = Die Lizenz konnte nicht aktualisiert werden auf: { $server }. { $why }
notice-license_not_picked_up = Die neue Lizenz wurde zugestellt, aber der Lizenzserver verwendet sie noch nicht.
notice-clock_set_back = Die Uhr dieses Rechners geht falsch: Sie zeigt den { $date }, aber es ist mindestens der { $known }.
notice-manifest_disagrees = Die Lizenz und die Lizenzdatei darin widersprechen sich. Bitten Sie Ihren Lieferanten um eine berichtigte Lizenz.
notice-license_unsigned = Die verwendete Lizenz ist nicht signiert; niemand kann prüfen, woher sie stammt.

change-added = Neu: { $feature }, { $seats }
change-removed = Nicht mehr enthalten: { $feature }
change-count = { $feature }: { $from } → { $to }
change-version = { $feature }: Version { $from } → { $to }
change-expiry = { $feature }: letzter Tag { $from } → { $to }
change-license = Ende der Lizenz: { $from } → { $to }
change-maintenance = Ende der Wartung: { $from } → { $to }
change-serial_number = Seriennummer: { $from } → { $to }

server-bad_name = Der Name der Lizenzdatei ist dort nicht erlaubt.
server-access_denied = Dem Konto fehlt dort das Recht zum Lesen, Schreiben oder Ändern.
server-bad_credentials = Benutzername oder Kennwort ist falsch.
server-account_locked = Das Konto ist gesperrt.
server-share_not_found = Den freigegebenen Ordner gibt es nicht.
server-path_not_found = Den Ordner gibt es nicht.
server-host_unreachable = Der Rechner ist nicht erreichbar.
server-timeout = Der Rechner antwortet nicht rechtzeitig.
server-disk_full = Der Datenträger ist voll.
server-in_use = Die Lizenzdatei wird gerade verwendet.
server-verify_mismatch = Was zurückgelesen wurde, ist nicht das Geschriebene.
server-security = Die Verbindung ist nicht sicher.
server-by_hand = Speichern Sie die Lizenz und kopieren Sie sie von Hand auf den Lizenzserver.
server-storage = Lesen oder Schreiben ist fehlgeschlagen; die Ursache steht im Protokoll.

refusal-malformed = Die Lizenz ist nicht lesbar: Sie ist beschädigt oder unvollständig.
refusal-too_large = Die Lizenz ist größer, als eine Lizenz sein kann.
refusal-wrong_type = Dies ist zwar signiert, aber keine Lizenz.
refusal-signature_untrusted = Die Lizenz ist nicht vom Lieferanten signiert.
refusal-key_expired = Die Lizenz ist mit einem Schlüssel signiert, der nicht mehr angenommen wird.
refusal-unsupported_version = Die Lizenz ist für eine neuere Version dieses Produkts gemacht.
refusal-file_mismatch = Die Lizenzdatei gehört nicht zu dieser Lizenz.
refusal-wrong_product = Die Lizenz ist für ein anderes Produkt: { $found }.
refusal-wrong_serial_number = Die Lizenz ist für eine andere Seriennummer: { $found }.
refusal-lower_sequence = Die Lizenz ist älter als eine, die schon installiert war.
refusal-equivocation = Eine andere Lizenz mit derselben Nummer war schon installiert. Wenden Sie sich an Ihren Lieferanten.
refusal-issued_earlier = Die Lizenz ist älter als die verwendete.
refusal-replaces_signed = Die Lizenz ist nicht signiert und würde eine signierte ersetzen.
refusal-reset_does_not_apply = Die Berichtigung passt nicht zu den hier installierten Lizenzen.
refusal-unsupported_algorithm = Die Lizenz ist auf eine Weise geschützt, die dieses Produkt nicht kennt: { $found }.
refusal-secret_needed = Die Lizenz ist verschlüsselt, und ihr Lizenzschlüssel fehlt.
refusal-wrong_secret = Die Lizenz ist mit einem anderen Lizenzschlüssel oder für einen anderen Rechner verschlüsselt.
refusal-wrong_fingerprint = Die Lizenz ist für einen anderen Rechner.
refusal-file_expired = Die Lizenzdatei galt nur bis zum { $date }. Fordern Sie eine neue an.
refusal-issued_in_the_future = Die Lizenz wurde in der Zukunft ausgestellt ({ $date }). Prüfen Sie die Uhr dieses Rechners.

entitlement-not_checked = Diese Version darf ohne Wartung installiert werden.
entitlement-maintenance_permanent = Diese Version darf installiert werden: Die Wartung ist unbefristet.
entitlement-within_maintenance = Diese Version darf installiert werden: Die Wartung umfasst Versionen bis zum { $date }.
entitlement-backdated = Diese Version darf installiert werden, obwohl die Wartung am { $date } endete: Sie ist eine Korrektur für alle Kunden.
entitlement-no_maintenance = Diese Version darf nicht installiert werden: Es gibt keinen Wartungsvertrag.
entitlement-maintenance_ended = Diese Version darf nicht installiert werden: Die Wartung umfasst nur Versionen bis zum { $date }.
entitlement-maintenance_unknown = Diese Version darf nicht installiert werden: Das Ende der Wartung in der Lizenz ist unlesbar.
