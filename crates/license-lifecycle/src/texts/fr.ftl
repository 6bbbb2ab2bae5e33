# Français.

date = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [jan] janvier
    [feb] février
    [mar] mars
    [apr] avril
    [may] mai
    [jun] juin
    [jul] juillet
    [aug] août
    [sep] septembre
    [oct] octobre
    [nov] novembre
   *[dec] décembre
} { $year }
never = sans limite
unknown = une date illisible
none = aucune
separator = { " ; " }
days-left = { $days ->
    [0] dernier jour aujourd’hui
    [one] encore { $days } jour
   *[other] encore { $days } jours
}
seats = { $count ->
    [one] { $count } poste
   *[other] { $count } postes
}
uncounted = nombre de postes illimité

notice-license_expires_soon = La licence expire après le { $date } ({ days-left }).
notice-license_expired = La licence a expiré ; son dernier jour était le { $date }.
notice-maintenance_expires_soon = La maintenance se termine après le { $date } ({ days-left }).
notice-maintenance_expired = La maintenance est terminée ; son dernier jour était le { $date }.
notice-feature_expires_soon = { $feature } ({ $seats }) expire après le { $date } ({ days-left }).
notice-license_announced = Une nouvelle licence est utilisée. { $changes }
notice-maintenance_extended = La maintenance a été prolongée : { $from } → { $to }.
notice-license_extended = La licence a été prolongée : { $from } → { $to }.
notice-license_not_updated = Échec de la mise à jour de la licence sur : { $server }. { $why }
notice-license_not_picked_up = La nouvelle licence a été remise, mais le serveur de licences ne l’utilise pas encore.
notice-clock_set_back = L’horloge de cet ordinateur est fausse : elle indique le { $date }, mais nous sommes au moins le { $known }.
notice-manifest_disagrees = La licence et le fichier de licence qu’elle contient se contredisent. Demandez une licence corrigée à votre fournisseur.
notice-license_unsigned = La licence utilisée n’est pas signée ; personne ne peut vérifier son origine.

change-added = Nouveau : { $feature }, { $seats }
change-removed = N’est plus compris : { $feature }
change-count = { $feature } : { $from } → { $to }
change-version = { $feature } : version { $from } → { $to }
change-expiry = { $feature } : dernier jour { $from } → { $to }
change-license = Fin de la licence : { $from } → { $to }
change-maintenance = Fin de la maintenance : { $from } → { $to }
change-serial_number = Numéro de série : { $from } → { $to }

server-bad_name = Le nom du fichier de licence n’y est pas autorisé.
server-access_denied = Le compte n’y a pas le droit de lire, d’écrire ou de modifier.
server-bad_credentials = Le nom d’utilisateur ou le mot de passe est incorrect.
server-account_locked = Le compte est verrouillé.
server-share_not_found = Le dossier partagé n’existe pas.
server-path_not_found = Le dossier n’existe pas.
server-host_unreachable = L’ordinateur est injoignable.
server-timeout = L’ordinateur ne répond pas à temps.
server-disk_full = Le disque est plein.
server-in_use = Le fichier de licence est en cours d’utilisation.
server-verify_mismatch = Ce qui a été relu n’est pas ce qui a été écrit.
server-security = La connexion n’est pas sécurisée.
server-by_hand = Enregistrez la licence et copiez-la vous-même sur le serveur de licences.
server-storage = La lecture ou l’écriture a échoué ; le journal en indique la cause.

refusal-malformed = La licence est illisible : elle est endommagée ou incomplète.
refusal-too_large = La licence est plus grande qu’une licence ne peut l’être.
refusal-wrong_type = Ceci est signé, mais n’est pas une licence.
refusal-signature_untrusted = La licence n’est pas signée par le fournisseur.
refusal-key_expired = La licence est signée avec une clé qui n’est plus acceptée.
refusal-unsupported_version = La licence est faite pour une version plus récente de ce produit.
refusal-file_mismatch = Le fichier de licence n’est pas celui qui va avec cette licence.
refusal-wrong_product = La licence est destinée à un autre produit : { $found }.
refusal-wrong_serial_number = La licence est destinée à un autre numéro de série : { $found }.
refusal-lower_sequence = La licence est plus ancienne qu’une licence déjà installée.
refusal-equivocation = Une autre licence portant le même numéro a déjà été installée. Adressez-vous à votre fournisseur.
refusal-issued_earlier = La licence est plus ancienne que celle qui est utilisée.
refusal-replaces_signed = La licence n’est pas signée et remplacerait une licence signée.
refusal-reset_does_not_apply = La correction ne correspond pas aux licences installées ici.
refusal-unsupported_algorithm = La licence est protégée d’une manière que ce produit ne connaît pas : { $found }.
refusal-secret_needed = La licence est chiffrée et sa clé de licence manque.
refusal-wrong_secret = La licence est chiffrée avec une autre clé de licence ou pour un autre ordinateur.
refusal-wrong_fingerprint = La licence est destinée à un autre ordinateur.
refusal-file_expired = Le fichier de licence n’était valable que jusqu’au { $date }. Demandez-en un nouveau.
refusal-issued_in_the_future = La licence a été émise dans le futur ({ $date }). Vérifiez l’horloge de cet ordinateur.

entitlement-not_checked = Cette version peut être installée sans maintenance.
entitlement-maintenance_permanent = Cette version peut être installée : la maintenance est sans limite.
entitlement-within_maintenance = Cette version peut être installée : la maintenance couvre les versions jusqu’au { $date }.
entitlement-backdated = Cette version peut être installée bien que la maintenance se soit terminée le { $date } : c’est une correction destinée à tous les clients.
entitlement-no_maintenance = Cette version ne peut pas être installée : il n’y a pas de contrat de maintenance.
entitlement-maintenance_ended = Cette version ne peut pas être installée : la maintenance ne couvre que les versions jusqu’au { $date }.
entitlement-maintenance_unknown = Cette version ne peut pas être installée : la fin de la maintenance dans la licence est illisible.
