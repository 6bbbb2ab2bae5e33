# 日本語。

date = { $year }年{ $month ->
    [jan] 1
    [feb] 2
    [mar] 3
    [apr] 4
    [may] 5
    [jun] 6
    [jul] 7
    [aug] 8
    [sep] 9
    [oct] 10
    [nov] 11
   *[dec] 12
}月{ $day }日
never = 無期限
unknown = 判読できない日付
none = なし
separator = 、
days-left = { $days ->
    [0] 本日が最終日です
   *[other] 残り{ $days }日
}
seats = { $count }ユーザー
uncounted = ユーザー数無制限

notice-license_expires_soon = ライセンスは{ $date }に期限が切れます（{ days-left }）。
notice-license_expired = ライセンスの期限が切れました。最終日は{ $date }でした。
notice-maintenance_expires_soon = 保守は{ $date }に終了します（{ days-left }）。
notice-maintenance_expired = 保守は終了しました。最終日は{ $date }でした。
notice-feature_expires_soon = { $feature }（{ $seats }）は{ $date }に期限が切れます（{ days-left }）。
notice-license_announced = 新しいライセンスが使用されています。{ $changes }
notice-maintenance_extended = 保守が延長されました：{ $from } → { $to }
notice-license_extended = ライセンスが延長されました：{ $from } → { $to }
notice-license_not_updated = 次の場所のライセンスを更新できませんでした：{ $server }。{ $why }
notice-license_not_picked_up = 新しいライセンスは届けられましたが、ライセンスサーバーはまだ使用していません。
notice-clock_set_back = このコンピューターの時計が正しくありません。{ $date }を示していますが、実際は{ $known }以降です。
notice-manifest_disagrees = ライセンスとその中のライセンスファイルの内容が一致しません。販売元に修正を依頼してください。
notice-license_unsigned = 使用中のライセンスには署名がないため、出所を確認できません。

change-added = 追加：{ $feature }、{ $seats }
change-removed = 削除：{ $feature }
change-count = { $feature }：{ $from } → { $to }
change-version = { $feature }：バージョン { $from } → { $to }
change-expiry = { $feature }：最終日 { $from } → { $to }
change-license = ライセンスの期限：{ $from } → { $to }
change-maintenance = 保守の期限：{ $from } → { $to }
change-serial_number = シリアル番号：{ $from } → { $to }

server-bad_name = ライセンスファイルの名前は、その場所では使用できません。
server-access_denied = アカウントに、その場所での読み取り、書き込み、または変更の権限がありません。
server-bad_credentials = ユーザー名またはパスワードが正しくありません。
server-account_locked = アカウントがロックされています。
server-share_not_found = 共有フォルダーが存在しません。
server-path_not_found = フォルダーが存在しません。
server-host_unreachable = コンピューターに接続できません。
server-timeout = コンピューターが時間内に応答しません。
server-disk_full = ディスクがいっぱいです。
server-in_use = ライセンスファイルは使用中です。
server-verify_mismatch = 読み戻した内容が書き込んだ内容と一致しません。
server-security = 接続が安全ではありません。
server-by_hand = ライセンスを保存し、手動でライセンスサーバーにコピーしてください。
server-storage = 読み取りまたは書き込みに失敗しました。原因はログを参照してください。

refusal-malformed = ライセンスを読み取れません。破損しているか、不完全です。
refusal-too_large = ライセンスが大きすぎます。
refusal-wrong_type = 署名されていますが、ライセンスではありません。
refusal-signature_untrusted = ライセンスは販売元によって署名されていません。
refusal-key_expired = ライセンスは、すでに受け付けられない鍵で署名されています。
refusal-unsupported_version = ライセンスは、この製品の新しいバージョン用です。
refusal-file_mismatch = ライセンスファイルが、このライセンスのものではありません。
refusal-wrong_product = ライセンスは別の製品用です：{ $found }
refusal-wrong_serial_number = ライセンスは別のシリアル番号用です：{ $found }
refusal-lower_sequence = ライセンスは、以前にインストールされたものより古いものです。
refusal-equivocation = 同じ番号の別のライセンスが以前にインストールされています。販売元にお問い合わせください。
refusal-issued_earlier = ライセンスは、使用中のものより古いものです。
refusal-replaces_signed = 署名のないライセンスで、署名付きのライセンスを置き換えようとしています。
refusal-reset_does_not_apply = この修正は、ここにインストールされたライセンスには適用できません。
refusal-unsupported_algorithm = ライセンスは、この製品が対応していない方式で保護されています：{ $found }
refusal-secret_needed = ライセンスは暗号化されていますが、ライセンスキーがありません。
refusal-wrong_secret = ライセンスは、別のライセンスキーで、または別のコンピューター用に暗号化されています。
refusal-wrong_fingerprint = ライセンスは別のコンピューター用です。
refusal-file_expired = ライセンスファイルの有効期限は{ $date }でした。新しいファイルを入手してください。
refusal-issued_in_the_future = ライセンスの発行日が未来（{ $date }）です。このコンピューターの時計を確認してください。

entitlement-not_checked = このバージョンは保守契約なしでインストールできます。
entitlement-maintenance_permanent = このバージョンはインストールできます。保守は無期限です。
entitlement-within_maintenance = このバージョンはインストールできます。保守は{ $date }までのリリースが対象です。
entitlement-backdated = 保守は{ $date }に終了しましたが、このバージョンはすべてのお客様向けの修正のため、インストールできます。
entitlement-no_maintenance = このバージョンはインストールできません。保守契約がありません。
entitlement-maintenance_ended = このバージョンはインストールできません。保守は{ $date }までのリリースのみが対象です。
entitlement-maintenance_unknown = このバージョンはインストールできません。ライセンスの保守期限を判読できません。
