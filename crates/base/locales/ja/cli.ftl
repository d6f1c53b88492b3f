# 端末に出る文。

cli-error = エラー:
cli-warning = 警告:
cli-time-left = 残り { $left }
cli-files = { $count } ファイル
cli-interrupted = 中断しました。ここまでの結果は残っています
cli-signals = シグナルを監視できません
cli-own-path = このプログラム自身の場所が分かりません
cli-log-file = ログファイル { $path } を開けません
cli-state = 状態フォルダー { $path } を作れません
cli-nothing = { "" }
cli-why = { $why }

cli-no-plan = { $dir } に計画がありません({ $entry } がない)
cli-no-plan-hint = 計画のフォルダーを指定するか、oki init DIR で作り始めてください
cli-plan-unreadable = 計画 { $path } を読めません
cli-plan-errors = { $dir } の計画に誤りが { $count } 件あります
cli-plan-errors-hint = すべて見るには: oki check { $dir }
cli-check-summary = 誤り { $errors } 件、警告 { $warnings } 件、注記 { $notes } 件(サービス { $services }、拠点 { $sites })
cli-no-evidence = まだ何も実測していません。oki prove{ $dir } でコピーと訓練を行います
cli-waiting = 待機中: { $why }

cli-head-verdict = 判定
cli-head-service = サービス
cli-head-loss = 喪失
cli-head-objective = 目標
cli-head-class = 区分
cli-head-values = 約束 → 見込み・実績
cli-objective = { $part }
cli-loss = { $losses }
cli-loss-people = { $place } とその人員
cli-loss-people-safe = { $place }(人員は無事)
cli-loss-plain = { $id }
cli-class-failure = 業務停止
cli-class-disaster = 大規模災害
cli-state-missed = 未達
cli-state-unknown = 不明
cli-state-predicted = 予測
cli-state-proven = 実証
cli-accepted = [リスク受容済み]
cli-point-age = 経過
cli-point-just-before = 直前
cli-point-previous-day = 前日
cli-point-previous-week = 前週
cli-point-previous-month = 前月
cli-no-objectives = 合意された目標がないため判定していないサービス: { $services }
cli-functions = 業務
cli-functions-quiet = 業務を止めない喪失の判定がほかに { $count } 件あります(--all で表示)。
cli-function-line = { $losses }  最大許容停止期間 { $target } → { $value }
cli-quiet-losses = ほかに、何も停止しない喪失の判定が { $count } 件(--all で表示)
cli-assumed = 計画に書かれていないため仮定した値: { $list }
cli-assumed-one = { $name } { $span }
cli-assumed-detect = 検知
cli-assumed-decide = 判断
cli-assumed-failover = 予備機への切替
cli-assumed-restart = 再起動
cli-assumed-arrive = 到着
cli-assumed-power-outage = 停電
cli-assumed-carrier-outage = 通信障害
cli-assumed-repair = 修理
cli-assumed-generator-start = 発電機の起動
cli-assumed-replace = 代替機の調達
cli-assumed-install = 導入
cli-assumed-step = 一手順
cli-assumed-copy-time = コピー
cli-assumed-copy-rate = 50 MB/s でのコピー
cli-assumed-restore-rate = 50 MB/s での復元
cli-assumed-ready-running = 稼働中の方法
cli-assumed-ready-hot = ホットスタンバイ
cli-assumed-ready-warm = ウォームスタンバイ
cli-assumed-ready-cold = コールドスタンバイ
cli-assumed-ready-rebuild = 再構築

cli-protect-done = { $data } → { $to }: { $bytes }、{ $took }、新規 { $added }
cli-protect-would = { $data } を { $to } にコピーします(実行はしません)
cli-protect-unknown = データ { $data } はありません。あるのは { $known }
cli-drill-number = { " " }{ $number }/{ $total }
cli-drill-done = 訓練{ $number }: { $service } の復旧({ $loss } を失った想定、{ $way } で): { $rta } で復帰、{ $steps } 手順中 { $measured } 手順を実測
cli-drill-not-done = { $loss } を失った { $service } の訓練は行えませんでした: { $why }
cli-drill-failed = 訓練{ $number }: { $service } の復旧({ $loss } を失った想定、{ $way } で): 失敗しました: { $why }
cli-drill-passed = 成功: { $rta } で復旧。データは { $age } 前、失われた記録 { $lost } 件({ $isolation })
cli-drill-failed-short = 失敗: { $why }({ $rta } 経過。データは { $age } 前、失われた記録 { $lost } 件。{ $isolation })
cli-drill-nothing-stops = { $loss } を失っても { $service } は止まらないので、訓練することがありません
cli-drill-no-way = { $loss } を失った { $service } について実行できることがありません(成り立つ方法がないか、自然に復帰します)
cli-drill-explain-hint = 理由を見るには: oki explain { $service } --loss { $loss }{ $dir }
cli-drill-not-runnable = { $service } は訓練できません。起動方法、またはデータと保管庫の実際の場所が計画に書かれていません
cli-drill-not-runnable-hint = サービスに run:、データに path:、保管庫に repo: を書いてください
cli-drill-would-restore = { $data } を { $source } から復元します(実行はしません)
cli-step-auto = 実行する
cli-step-person = 人が行うため実測しない
cli-step-not-done = 未実測
cli-no-service = サービス { $service } はありません。あるのは { $known }
cli-no-loss = { $loss } という喪失は定義されていません。あるのは { $known }

cli-more = ほか { $count } 件
cli-did-you-mean = { $near } ではありませんか
cli-never = 復旧不可
cli-goes-on = 継続
cli-silent = 停止するが目標なし
cli-matrix-count = 喪失 { $losses } 件、サービス { $services } 件。結果が同じ喪失は 1 行にまとめ、{ $rows } 行で表示。何も停止しない喪失 { $quiet } 件(--all で 1 件ずつ表示)
cli-matrix-cut = 悪いものから { $rows } 行、サービス { $services } 件を表示しています(--all ですべて表示)
cli-worst = 最も悪い判定
cli-worst-more = 同様の判定がほかに { $count } 件あります。すべて見るには: oki status{ $dir }

cli-head-stops = 停止まで
cli-head-back = 停止時間
cli-head-data = データ
cli-head-way = 方法
cli-head-before = 変更前
cli-head-after = 変更後
cli-data-live = 本番データ
cli-data-age = { $age }前
cli-structures = 各目標を破る喪失の数
cli-head-alone = 単独
cli-head-two = 二つ
cli-head-three = 三つ
cli-head-in-all = 全体
cli-head-scarce = 不足
cli-head-recovery = 復旧点
cli-structures-hint = 極小の組み合わせの数です。不足は、人員・機器・時間が足りないために加わる組み合わせの数、復旧点は、それが一つしかなく、失われると復旧できないもの(単一復旧点)の数です。個々の内訳: oki explain サービス --structure
cli-pairs = 共通の原因が二つ重なって初めて破れる目標
cli-pairs-working = 共通の原因の組: { $percent } %
cli-pairs-count = 地域・拠点・供給者の組 { $all } 通りのうち { $count } 通りで、単独では破れない目標が破れます
cli-pairs-stopped = { $all } 通りのうち { $looked } 通りまでで中断しました。うち { $count } 通りで、単独では破れない目標が破れます
cli-explain-service-title = { $service } を止める喪失
cli-explain-quiet = ほかの喪失 { $count } 件では停止しません(--all で表示)
cli-explain-nothing = 喪失 { $count } 件のいずれでも停止しません
cli-explain-one-hint = 一つの喪失の時間経過を見るには: oki explain { $service } --loss { $loss }{ $dir }
cli-explain-unknown = { $what } というサービスも診断コードもありません。サービスは { $known }
cli-explain-codes-hint = 診断コードは oki check が角括弧内に示すものです: エラー[missing-unit]
cli-explain-svg-write = 図を { $path } に書けません
cli-explain-svg-done = 時間経過の図を { $path } に書きました

cli-chart-gone = { $what } 喪失
cli-chart-wiped = { $what } 破壊
cli-chart-out = { $what } 利用不可
cli-chart-waits = { $what } を待つ
cli-chart-target = { $part } { $target }
cli-chart-by = { $step }({ $by })
cli-chart-waiting = { $step }({ $waits })
cli-chart-from = { $from } 以後
cli-chart-times = { $from } – { $to }
cli-chart-data-none = データを伴って復旧する方法がありません
cli-chart-loss = 喪失
cli-chart-down = 停止
cli-chart-work = 手順
cli-chart-auto = 自動の手順
cli-chart-wait = 待ち
cli-chart-lost = 喪失・利用不可
cli-chart-uneven = 短い時間は実際より長く描いています
cli-chart-level = 復旧後は { $percent } % で稼働
cli-chart-data = 復旧時のデータの古さ
cli-chart-data-row = { $age }前({ $source } から)
cli-chart-data-plain = { $age }前
cli-chart-data-live = 本番データが残っており、失われるデータはありません
cli-chart-at-once = 喪失と同時に
cli-chart-after = 喪失の { $stops } 後に
cli-chart-short = { $from } + { $takes }
cli-chart-back = { $service } は{ $when }停止し、停止時間は { $down } です。
cli-chart-back-most = { $service } は{ $when }停止し、停止時間は最長で { $down } です。
cli-chart-never = { $service } は{ $when }停止し、復旧する方法がありません。
cli-chart-open = { $service } は{ $when }停止します。いつ復旧するかは { $facts } が分からないと決まりません。
cli-chart-steps = 手順: { $steps }。
cli-chart-step = { $step } { $from } – { $to }

cli-whatif-form = --set { $text } に値がありません
cli-whatif-form-hint = --set パス=値 の形で指定してください。例: --set services.erp.objectives.disaster.rto=4h。取り除くには --remove パス
cli-whatif-effect = { $what } に { $effect } という影響は指定できません。指定できるのは gone(喪失)、wiped(破壊)、out(利用不可)
cli-whatif-mistakes = この変更を加えると計画に誤りが { $count } 件生じます。ファイルは変更していません
cli-whatif-same = この変更で変わる判定はありません(全 { $count } 件)
cli-whatif-summary = ▼ 悪化 { $worse }   ▲ 改善 { $better }   ~ その他の変化 { $other }   = 変化なし { $same }
cli-whatif-new = 判定なし
cli-whatif-gone = 判定の対象外
cli-whatif-loss = { $loss } を失った場合
cli-whatif-loss-nothing = { $loss } を失っても停止するサービスはありません

cli-arg-unknown = { $arg } というオプションはありません
cli-arg-extra = 余分な引数です: { $arg }
cli-arg-command = { $arg } というコマンドはありません
cli-arg-value = { $arg } に { $value } は指定できません
cli-arg-empty = { $arg } には値が必要です
cli-arg-missing = 必要な引数がありません: { $args }
cli-arg-no-command = コマンドを指定してください
cli-arg-conflict = { $arg } と { $other } は同時に指定できません
cli-arg-twice = { $arg } は一度しか指定できません
cli-arg-takes-none = { $arg } に値は指定できません({ $value } が指定されました)
cli-arg-not-text = 引数が正しい UTF-8 ではありません
cli-arg-other = 引数を解釈できません: { $why }
cli-arg-known = 指定できるのは { $known }
cli-arg-usage = 使い方: { $usage }
cli-arg-help = 詳しくは: { $command } --help

cli-protect-failed = { $data } → { $to } のコピーを作れませんでした: { $why }
cli-protect-nothing = 何もコピーしませんでした。path: のあるデータに、repo: のある保管庫へのコピーがありません
cli-prove-nothing = コピーも訓練も行いませんでした。計画に実行方法が書かれていないためです
cli-prove-nothing-hint = データに path:、保管庫に repo:、サービスに run: を書くと実行できます。以下は計画だけから言えることです

cli-ledger-copy = コピー: { $data } → { $to }: { $bytes }、{ $took }、新しい分を検証済み{ $problems ->
    [0] { "" }
   *[other] 。読めなかったもの { $problems } 件
  }
cli-ledger-copy-unverified = コピー: { $data } → { $to }: { $bytes }、{ $took }、未検証
cli-ledger-anew = 保管庫 { $vault } は失われ、作り直された
cli-ledger-sound = 健全: { $count } 件の記録。すべてのハッシュと連鎖を検証しました

cli-explain-title = { $loss } を失った { $service }
cli-explain-causes = 原因の連鎖
cli-explain-timeline = 喪失からの時間経過
cli-explain-chance = 時間のばらつきによる確率
cli-chance-in-time = { $low }〜{ $high } % の場合に間に合います。必要なのは { $confidence } % です(試行 { $trials } 回)
cli-chance-back = 復旧までの停止時間: { $shares }
cli-chance-within = { $share } % の場合は { $span }以内
cli-chance-never = { $share } % の場合に収まる上限なし
cli-chance-drawn = 試行ごとに変えた値: { $facts }
cli-chance-held = 最も悪い値に固定したもの: { $facts }
cli-explain-moment = 発生時刻の想定: { $at }
cli-explain-moment-worst = 発生時刻の想定: { $at }({ $who } が週のうち最も長く不在になる直前){ $others ->
    [0] {""}
   *[other] 。ほか { $others } 件もそれぞれ最も不利な時刻
}
cli-explain-measured = 予測と実測
cli-head-step = 手順
cli-head-planned = 計画
cli-head-measured = 実測
cli-head-error = 差
cli-measured-never = なし
cli-measured-all = { $list }
cli-measured-one = { $took }(記録 { $record })
cli-explain-others = ほかの方法
cli-explain-verdicts = 判定
cli-explain-other = { $rta } かかる
cli-explain-down = { $service } 停止
cli-structure-title = { $service } の目標を破る喪失
cli-structure-working = { $service } の目標を破る喪失を調べています
cli-structure-heading = { $class }: { $targets }
cli-structure-what = { $kind }、{ $effect }
cli-structure-also = { $what }。{ $more }
cli-often-years = { $years } 年に 1 回
cli-often-times = 年に { $times } 回
cli-structure-no-objective = 合意された目標がないため、破られるものがない
cli-structure-always = 何も失わなくても未達: oki status を参照
cli-structure-none = なし
cli-structure-single = 単一障害点: どれか一つを失うだけで未達
cli-structure-recovery = 単一復旧点: それだけなら耐えられるが、ほかの喪失と重なると未達
cli-structure-with = { $losses } と重なると未達
cli-structure-sets = { $order } つの組合せ: すべて失うと未達、一つでも残れば達成({ $count } 組)
cli-structure-scarce = 可能ではあるが、人員・機器・時間の不足により計画では未達({ $count } 組。{ $order } つの組合せまで確認)
cli-structure-no-scarce = 人員・機器・時間の不足による未達はほかにない({ $order } つの組合せまで確認)
cli-structure-uncertain = 不明な事項が悪いほうだった場合のみ
cli-structure-more = ほか { $count } 組: 全件は --json で出力
cli-structure-all = 全部で { $count } 組、最大は { $order } つの組合せ。これ以外にはない
cli-structure-all-uncounted = 以上がすべて。これより大きい組合せは数えていない
cli-structure-up-to = { $order } つの組合せまでは全件。それより大きい組合せは --effort を増やすと調べられる
cli-structure-unfinished = 未完了: 挙げたものは正しいが、ほかにもありうる。--effort を増やすと調べられる
cli-structure-chance = 喪失 { $all } 件のうち頻度と期間の分かる { $rated } 件だけで、達成できない時間は年平均 { $low }、{ $often }(拠点の喪失では人員も失うとみなす)
cli-structure-chance-none = 喪失 { $all } 件のうち頻度と期間の分かる { $rated } 件だけでは未達にならない
cli-structure-unrated = 頻度か期間の分からない喪失 { $others } 件の分が加わるため、実際の頻度は分からない
cli-structure-chance-between = 喪失 { $all } 件のうち頻度と期間の分かる { $rated } 件だけで、達成できない時間は年平均 { $low } から { $high } の間(拠点の喪失では人員も失うとみなす)
cli-structure-weight = { $loss } がなければそのうち { $share } % がなくなる
cli-kind-regions = 領域
cli-kind-sites = 拠点
cli-kind-links = 回線
cli-kind-equipment = 機器
cli-kind-software = ソフトウェア
cli-kind-data = データ
cli-kind-vaults = 保管庫
cli-kind-teams = 班
cli-kind-documents = 文書
cli-kind-suppliers = 供給者
cli-kind-services = サービス
cli-effect-out = 停止
cli-effect-wiped = 消去
cli-effect-gone = 消失
cli-no-code = 診断コード { $code } はありません。あるのは { $known }
cli-explain-service-hint = サービスを説明するには、計画のフォルダーで実行するか --dir DIR を指定してください

cli-scenario-unknown = シナリオ { $name } はありません。あるのは { $known }
cli-scenario-there = { $dir } の計画には既に { $name } というシナリオがあります。何も変更していません
cli-scenario-written = { $file } を書きました。計画に取り込まれています。次は: oki check { $dir }
cli-scenario-include = { $file } を書きました。計画に取り込むには { $entry } に次の行を加えてください: include: [{ $name }]
cli-scenarios-next = oki scenarios 名前 で一つを表示します。oki scenarios 名前 --into フォルダー で計画に書き込み、そこで編集できます。
cli-init-done = 計画を { $dir } に書きました。次は: oki check { $dir }
cli-init-unknown = 例 { $name } はありません。あるのは { $known }
cli-init-exists = { $path } は既にあります。何も変更していません
cli-init-write = { $path } に書けません
cli-man-write = マニュアルページを { $path } に書けません
cli-man-done = マニュアルページを { $dir } に書き出しました
cli-demo-usage = 使い方: oki demo-register serve|archive DIR ADDRESS, or prepare DIR
cli-demo-address = { $address } は 127.0.0.1:8080 のようなアドレスではありません

cli-vault-made = 保管庫を { $repo } に作りました。パスワードがなければ誰にも読めません
cli-vault-saved = スナップショット { $id } を保存しました: { $files } ファイル、読込み { $bytes }、追加 { $added }
cli-vault-problems = { $count } 件を読めませんでした。スナップショットには残りが入っています
cli-vault-restored = { $files } ファイル、{ $bytes } を { $target } に復元しました。全ブロックを検証済みです
cli-vault-would-restore = スナップショット { $id } の { $files } ファイル、{ $bytes } を { $target } に復元します(実行はしません)
cli-vault-sound = 健全: パック { $packs }、ブロック { $blobs }、スナップショット { $snapshots }。データ自体は読んでいません(--read-data で読みます)
cli-vault-damaged = 保管庫 { $repo } が壊れています: 問題 { $count } 件
cli-vault-sound-read = 健全: パック { $packs }、ブロック { $blobs }、スナップショット { $snapshots }。{ $read } をすべて読んで検証しました
cli-vault-restore-problems = { $count } 件は元どおりには復元できませんでした
cli-vault-password-asked = パスワードを尋ねられませんでした
cli-vault-no-snapshots = スナップショットはまだありません
cli-vault-password = { $repo } のパスワード:
cli-vault-password-again = もう一度:
cli-vault-password-differs = 二つのパスワードが違います
cli-vault-password-none = { $repo } のパスワードがありません
cli-vault-password-hint = OKI_VAULT_PASSWORD を設定するか、--password-file FILE を指定してください
cli-vault-password-file = パスワードファイル { $path } を読めません
cli-vault-command = コマンド { $command } が失敗しました: { $why }
cli-vault-empty-path = { $path } がないためバックアップできません

help = 証明できる IT サービス継続: 計画を管理し、コピーを作り、復旧を訓練し、何が実証済みかを示します。
help-examples = 例:
    oki init --example town-office /tmp/town && oki prove /tmp/town
    oki check .
    oki explain counter --loss hall --dir /tmp/town

  終了コード: 0 達成、1 未達または計画の誤り、2 実行できない、3 不明、4 ほかの実行が使用中、
  5 一部のみ、6 データ破損、7 パスワード違い、8 訓練失敗、130 中断
help-heading-usage = 使い方:
help-heading-commands = コマンド
help-heading-arguments = 引数
help-heading-options = オプション
help-arg-help = この説明を表示する
help-arg-version = 版を表示する
help-arg-json = JSON オブジェクトを一つ出力(翻訳しない)
help-arg-lang = 文の言語。省略時はロケールに従う
help-arg-color = 色: auto, always, never
help-arg-quiet = 結果とエラー以外は出さない
help-arg-log_file = 経過をこのファイルにも書く
help-arg-state = 台帳とロックのフォルダー。省略時は計画の中の .oki
help-arg-dir = 計画のフォルダー
help-arg-all = 何も停止しない喪失も表示
help-arg-no_wait = ほかの実行が使用中なら待たずに終わる
help-arg-dry_run = 何をするかを示すだけで実行しない
help-arg-repo = 保管庫のフォルダー(restic リポジトリ)
help-arg-snapshot = スナップショット: ID、その先頭、または latest
help-prove = コピーを作り、復旧を訓練し、目標ごとに実証・予測・未達・不明を示す
help-prove-examples = 例: oki prove examples/town-office
help-check = 計画の誤りをすべて見つける。何も実行しない
help-check-arg-fail_on = 終了コードを 1 にする最低の重大度
help-check-examples = 例: oki check --fail-on warning .
help-status = 今ある証拠から、すべての判定を理由とともにもう一度示す。一覧は oki assess
help-status-examples = 例: oki status examples/town-office
help-explain = 診断コード、サービスを止める喪失、または一つの喪失の影響を説明する
help-explain-examples = 例:
    oki explain missing-unit
    oki explain counter
    oki explain counter --loss hall
    oki explain counter --loss hall --svg timeline.svg
    oki explain counter --structure
help-explain-arg-what = サービス、または診断コード
help-explain-arg-loss = 失うもの: 物、拠点、地域、シナリオの ID
help-explain-arg-structure = どの喪失の組合せがサービスの目標を破るか、その確率はどれだけかを示す
help-explain-arg-objective = --structure で、この部分だけを見る。省略すると合意されたものすべてを合わせて見る
help-explain-arg-class = --structure で、この区分の目標だけを見る。省略すると両方
help-explain-arg-order = --structure で、この数までの喪失の組合せを挙げる
help-explain-arg-effort = --structure で、区分ごとにエンジンに尋ねる回数の上限
help-protect = 計画に宣言されたコピーを作る
help-protect-arg-data = このデータだけ(繰返し可)
help-drill = 喪失で失われるものを使わずに、隔離環境で実際にサービスを復旧する
help-drill-examples = 例: oki drill counter --loss hall --dir examples/town-office
help-drill-arg-service = 復旧するサービス
help-drill-arg-loss = 失うもの: 物、拠点、地域、シナリオの ID
help-scenarios = 名前の付いた喪失シナリオを表示する、または計画に書き込む
help-scenarios-arg-name = これを計画の一部として表示する
help-scenarios-arg-into = このフォルダーの計画に、独立したファイルとして書き込む
help-scenarios-examples = 例:
    oki scenarios
    oki scenarios ransomware
    oki scenarios ransomware --into examples/town-office
help-init = 出発点となる計画、または例を書く
help-init-arg-example = 代わりにこの名前の例を書く
help-schema = JSON Schema を出力する: 計画(エディター用)、または --json の出力
help-schema-arg-what = どれを
help-vault = 保管庫を直接扱う
help-vault-examples = パスワードは OKI_VAULT_PASSWORD か --password-file から、なければ尋ねます。
help-vault-arg-password_file = このファイルの一行目をパスワードとする
help-vault-init = 新しい保管庫を作る
help-vault-backup = ファイル、またはコマンドの出力をスナップショットに保存する
help-vault-backup-examples = 例:
    oki vault backup /mnt/vault /srv/data /etc
    oki vault backup /mnt/vault --stdin-command "pg_dump erp" --stdin-name erp.sql
help-vault-backup-arg-paths = 保存するファイルとフォルダー
help-vault-backup-arg-stdin_command = このコマンドの出力を保存する
help-vault-backup-arg-stdin_name = スナップショット内でのファイル名
help-vault-backup-arg-tag = スナップショットに印を付ける(繰返し可)
help-vault-backup-arg-host = この機械以外の名前にする場合
help-vault-snapshots = スナップショットの一覧
help-vault-ls = スナップショットの中身の一覧
help-vault-restore = スナップショットを復元する。全ブロックのハッシュを検証する
help-vault-restore-arg-target = 復元先のフォルダー
help-vault-check = 保管庫が健全か調べる
help-vault-check-arg-read_data = 全データも読んで検証する
help-ledger = 何が起きたか、後で書き換えられていないかを見る
help-ledger-show = 記録の一覧
help-ledger-show-arg-kind = この種類だけ: copy または drill
help-ledger-show-arg-last = 新しいものから最大この件数
help-ledger-verify = 連鎖のハッシュをすべて計算し直す
help-completions = シェルの補完を出力する
help-completions-arg-shell = どのシェルか
help-man = マニュアルページを書き出す
help-man-arg-dir = 書く先のフォルダー
help-demo-register = 例のサービス
help-demo-register-arg-args = 何をするか
cli-protect-no-vault = 保管庫 { $vault } は計画にありません。あるのは { $known }
help-protect-arg-new_vault = 失われたコピーがあっても、この保管庫を作り直す(繰り返し指定可)
help-assess = どの喪失でどの約束が守れないかを、サービスと喪失の表で悪い順に示し、最も悪い判定を説明する
help-assess-arg-class = この区分の喪失だけ: failure(業務停止)または disaster(大規模災害)
help-assess-arg-service = このサービスだけ(ID。コンマ区切り)
help-assess-arg-loss = この喪失だけ(ID。コンマ区切り)
help-assess-arg-all = 何も停止しない喪失も含めて 1 件ずつ表示し、悪い判定をすべて説明する
help-assess-arg-wide = 端末の幅にかかわらず、すべての値を表示する
help-assess-arg-pairs = 地域・拠点・供給者のうち二つが同時に失われて初めて破れる目標も示す
help-assess-arg-structure = 各サービスの目標を破る喪失の数(単独と組み合わせ)と単一の復旧点も示す
help-assess-examples = 例:
    oki assess examples/town-office
    oki assess --class disaster --service counter,tax examples/town-office
    oki assess --pairs --structure .
    oki assess --wide . | less -S

  終了コードは oki status と同じ: 0 達成、1 未達、3 不明
help-what-if = 計画を変えずに変更や喪失を試し、何が改善し何が悪化するかを示す
help-what-if-arg-lose = これらを同時に失う: 物、拠点、シナリオの ID。=gone、=wiped、=out で影響を指定
help-what-if-arg-set = 計画の一部を別の値にする(繰返し可)
help-what-if-arg-remove = 計画の一部を取り除く(繰返し可)
help-what-if-arg-all = 喪失の影響を受けないものも表示する
help-what-if-examples = 例:
    oki what-if --lose server,spare examples/town-office
    oki what-if --set data.documents.copies.remote.every=1d examples/town-office
    oki what-if --set "equipment.tax-machine.replace=3d" --lose hall=out examples/town-office

  終了コード: 変更がある場合、達成できなくなる、または達成が不確かになる目標があれば 1、なければ 0。--lose だけの場合は oki status と同じ
help-explain-arg-svg = 時間経過の図を SVG としてこのファイルに書く。- なら標準出力
help-explain-arg-all = 停止しない喪失も表示
help-protect-examples = 例: oki protect --data register examples/town-office
help-init-examples = 例:
    oki init my-plan
    oki init --example town-office /tmp/town
help-schema-examples = 例: oki schema plan > plan.schema.json
help-vault-init-examples = 例: oki vault init /mnt/vault
help-vault-snapshots-examples = 例: oki vault snapshots /mnt/vault
help-vault-ls-examples = 例: oki vault ls /mnt/vault latest
help-vault-restore-examples = 例: oki vault restore /mnt/vault latest --target /tmp/back
help-vault-check-examples = 例: oki vault check --read-data /mnt/vault
help-ledger-examples = 例: oki ledger show --kind drill examples/town-office
help-ledger-show-examples = 例: oki ledger show --last 10 examples/town-office
help-ledger-verify-examples = 例: oki ledger verify examples/town-office
help-completions-examples = 例: oki completions bash > ~/.local/share/bash-completion/completions/oki
help-man-examples = 例: oki man ~/.local/share/man/man1
