# Nederlands.

date = { $day } { $month ->
    [jan] januari
    [feb] februari
    [mar] maart
    [apr] april
    [may] mei
    [jun] juni
    [jul] juli
    [aug] augustus
    [sep] september
    [oct] oktober
    [nov] november
   *[dec] december
} { $year }
never = onbeperkt
unknown = een onleesbare datum
none = geen
separator = { "; " }
days-left = { $days ->
    [0] vandaag is de laatste dag
    [one] nog { $days } dag
   *[other] nog { $days } dagen
}
seats = { $count ->
    [one] { $count } gebruiker
   *[other] { $count } gebruikers
}
uncounted = onbeperkt aantal gebruikers

notice-license_expires_soon = De licentie verloopt na { $date } ({ days-left }).
notice-license_expired = De licentie is verlopen; de laatste dag was { $date }.
notice-maintenance_expires_soon = Het onderhoud eindigt na { $date } ({ days-left }).
notice-maintenance_expired = Het onderhoud is beëindigd; de laatste dag was { $date }.
notice-feature_expires_soon = { $feature } ({ $seats }) verloopt na { $date } ({ days-left }).
notice-license_announced = Er is een nieuwe licentie in gebruik. { $changes }
notice-maintenance_extended = Het onderhoud is verlengd: { $from } → { $to }.
notice-license_extended = De licentie is verlengd: { $from } → { $to }.
notice-license_not_updated = Bijwerken van de licentie is mislukt op: { $server }. { $why }
notice-license_not_picked_up = De nieuwe licentie is afgeleverd, maar de licentieserver gebruikt deze nog niet.
notice-clock_set_back = De klok van deze computer staat verkeerd: deze geeft { $date } aan, maar het is minstens { $known }.
notice-manifest_disagrees = De licentie en het bijbehorende licentiebestand spreken elkaar tegen. Vraag uw leverancier om een gecorrigeerde licentie.
notice-license_unsigned = De licentie in gebruik is niet ondertekend; niemand kan controleren waar deze vandaan komt.

change-added = Nieuw: { $feature }, { $seats }
change-removed = Niet meer inbegrepen: { $feature }
change-count = { $feature }: { $from } → { $to }
change-version = { $feature }: versie { $from } → { $to }
change-expiry = { $feature }: laatste dag { $from } → { $to }
change-license = Einde van de licentie: { $from } → { $to }
change-maintenance = Einde van het onderhoud: { $from } → { $to }
change-serial_number = Serienummer: { $from } → { $to }

server-bad_name = De naam van het licentiebestand is daar niet toegestaan.
server-access_denied = Het account mist daar het recht om te lezen, te schrijven of te wijzigen.
server-bad_credentials = De gebruikersnaam of het wachtwoord is onjuist.
server-account_locked = Het account is vergrendeld.
server-share_not_found = De gedeelde map bestaat niet.
server-path_not_found = De map bestaat niet.
server-host_unreachable = De computer is niet bereikbaar.
server-timeout = De computer antwoordt niet op tijd.
server-disk_full = De schijf is vol.
server-in_use = Het licentiebestand is in gebruik.
server-verify_mismatch = Wat is teruggelezen, is niet wat is geschreven.
server-security = De verbinding is niet beveiligd.
server-by_hand = Sla de licentie op en kopieer deze zelf naar de licentieserver.
server-storage = Lezen of schrijven is mislukt; het logboek vermeldt de oorzaak.

refusal-malformed = De licentie kan niet worden gelezen: deze is beschadigd of onvolledig.
refusal-too_large = De licentie is groter dan een licentie kan zijn.
refusal-wrong_type = Dit is ondertekend, maar het is geen licentie.
refusal-signature_untrusted = De licentie is niet door de leverancier ondertekend.
refusal-key_expired = De licentie is ondertekend met een sleutel die niet meer wordt geaccepteerd.
refusal-unsupported_version = De licentie is gemaakt voor een nieuwere versie van dit product.
refusal-file_mismatch = Het licentiebestand hoort niet bij deze licentie.
refusal-wrong_product = De licentie is voor een ander product: { $found }.
refusal-wrong_serial_number = De licentie is voor een ander serienummer: { $found }.
refusal-lower_sequence = De licentie is ouder dan een eerder geïnstalleerde licentie.
refusal-equivocation = Er is al een andere licentie met hetzelfde nummer geïnstalleerd. Neem contact op met uw leverancier.
refusal-issued_earlier = De licentie is ouder dan de licentie in gebruik.
refusal-replaces_signed = De licentie is niet ondertekend en zou een ondertekende licentie vervangen.
refusal-reset_does_not_apply = De correctie past niet bij de licenties die hier zijn geïnstalleerd.
refusal-unsupported_algorithm = De licentie is beveiligd op een manier die dit product niet kent: { $found }.
refusal-secret_needed = De licentie is versleuteld en de licentiesleutel ontbreekt.
refusal-wrong_secret = De licentie is versleuteld met een andere licentiesleutel of voor een andere computer.
refusal-wrong_fingerprint = De licentie is voor een andere computer.
refusal-file_expired = Het licentiebestand was slechts geldig tot en met { $date }. Vraag een nieuw bestand aan.
refusal-issued_in_the_future = De licentie is in de toekomst uitgegeven ({ $date }). Controleer de klok van deze computer.

entitlement-not_checked = Deze versie mag zonder onderhoud worden geïnstalleerd.
entitlement-maintenance_permanent = Deze versie mag worden geïnstalleerd: het onderhoud is onbeperkt.
entitlement-within_maintenance = Deze versie mag worden geïnstalleerd: het onderhoud omvat versies tot en met { $date }.
entitlement-backdated = Deze versie mag worden geïnstalleerd hoewel het onderhoud op { $date } is geëindigd: het is een correctie voor alle klanten.
entitlement-no_maintenance = Deze versie mag niet worden geïnstalleerd: er is geen onderhoudscontract.
entitlement-maintenance_ended = Deze versie mag niet worden geïnstalleerd: het onderhoud omvat alleen versies tot en met { $date }.
entitlement-maintenance_unknown = Deze versie mag niet worden geïnstalleerd: het einde van het onderhoud in de licentie is onleesbaar.
