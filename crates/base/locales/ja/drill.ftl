# Texts of drill.

## 台帳

ledger-open = 台帳 { $path } を開けません
ledger-folder = 台帳を置くフォルダー { $path } を作れません
ledger-append = 台帳 { $path } に書き込めません
ledger-read = 台帳 { $path } を読めません
ledger-foreign = { $path } はデータベースですが、台帳ではありません
ledger-newer = 台帳 { $path } は版 { $found } です。このプログラムが扱えるのは版 { $known } までです
ledger-newer-hint = このプログラムを更新してください
ledger-damaged-hint = ファイルはそのまま残し、その複製か新しい台帳で作業を続けてください
ledger-verify-hint = どの記録に問題があるかは `oki ledger verify` で確かめてください
ledger-busy-hint = 別のプロセスが書き込み中です。しばらくしてからやり直してください
ledger-broken = 台帳の記録 { $number } が書き込まれたときのままではありません: { $what }
ledger-damage-changed = 内容がハッシュと一致しません
ledger-damage-unlinked = 直前の記録につながっていません
ledger-damage-missing = 記録がありません
ledger-damage-replaced = 別の場所に保管したチェックポイントと異なります
ledger-damage-file = ファイルが壊れています: { $said }

## 複製

protect-task = { $data } を { $to } へ複製しています
protect-prepare = { $to } へコピーする前の { $data } の準備コマンドが失敗しました
protect-path = { $data } を { $to } へ複製できません: { $path } を読めません
protect-from = { $data } の { $to } への複製は別の複製から作る指定ですが、このプログラムではまだ行えません
protect-from-hint = { $from } からは別の手段で複製して `by` にそう書くか、`from` を外してデータそのものから複製してください
protect-verify = { $path } の複製は書き込めましたが、読み戻すと一致しません
protect-canary = { $path } に「{ $query }」を問い合わせられません
protect-canary-empty = { $path } に「{ $query }」を問い合わせましたが、行がありませんでした
protect-canary-answer = { $path } に「{ $query }」を問い合わせましたが、件数と時刻ではない答えが返りました
protect-canary-hint = 問い合わせは 1 行を返す必要があります: 件数と、最新の記録の時刻（RFC 3339 の文字列か 1970 年からの秒数）
protect-vault-open = 保管庫 { $path } を開けません
protect-no-repository = 保管庫 { $vault } には、このプログラムで開けるリポジトリがありません
protect-password-env = 保管庫 { $vault } のパスワードがありません: 環境変数 { $name } が設定されていません
protect-password-env-hint = { $name } を設定して、もう一度実行してください
protect-password-file = 保管庫 { $vault } のパスワードを { $path } から読めません
protect-password-file-hint = { $path } にパスワードを書き、自分だけが読めるようにしてください
protect-key-file-hint = { $path } を控えから戻してください。これがないと保管庫を開けません
protect-key-made = 保管庫 { $vault } の鍵を { $path } に作りました。必ず別の場所にも控えを保管してください。失うと、誰も保管庫を開けなくなります
protect-key-adopted = 保管庫 { $vault } は移動されています。鍵が見つかったので { $path } にも置きました
protect-key-write = 保管庫 { $vault } の鍵を { $path } に保存できません
protect-key-random = 鍵を作るための乱数をシステムから得られません

## 訓練

drill-task = 訓練: { $service }、{ $loss }
drill-phase-prepare = { $service } を隔離環境に用意しています
drill-phase-loss = 喪失を起こします
drill-phase-detect = { $service } の監視が気づくのを待っています
drill-phase-restore = { $service } のデータを復元しています
drill-phase-start = { $service } を起動しています
drill-no-service = 計画にサービス { $service } がありません
drill-no-run = { $service } の起動方法が計画に書かれていません
drill-no-run-hint = `run` に、コマンドと 1 つ以上の確認（probes）を書いてください
drill-no-probes = { $service } の確認（probes）が計画になく、動いていることを示せません
drill-no-data = 計画にデータ { $data } がありません
drill-not-a-vault = { $data } の復元元 { $vault } は、このプログラムで復元できる保管庫ではありません
drill-source-lost = { $data } の復元元 { $vault } は、この喪失で失われるか、開けなくなります
drill-no-copy = { $vault } に { $data } の複製がありません
drill-no-copy-hint = `oki protect` で複製を作ってください
drill-no-network = 訓練用のネットワークを分離できないため、フォルダーだけを分離します: { $why }
drill-swept = 以前の訓練が { $path } に残したものを片付けました。終了させたプロセス: { $processes }
drill-sandbox = 隔離環境 { $path } を用意できません
drill-port = { $path } のサービスに使えるポートがありません
drill-preparing = 喪失前のサービスを用意できませんでした
drill-restoring = { $data } を { $vault } のスナップショット { $snapshot } から復元できませんでした
drill-restore-incomplete = { $path } からすべては戻りませんでした: { $first }(問題 { $count } 件)
drill-start-deadline = { $within }以内に確認が通りませんでした
drill-service-ended = サービスが { $status } で終了しました。出力: { $said }
drill-service-said = サービスが立ち上がりませんでした。出力: { $said }
drill-probe-blind = サービスがない状態でも確認が通ります。別のものに問い合わせているため、何の証拠にもなりません
drill-probe-no-answer = { $asked }: 応答がありません
drill-probe-unexpected = { $asked }: 期待した答えは「{ $expected }」ですが、「{ $got }」が返りました
drill-probe-https = 確認では { $url } に TLS で問い合わせられません
drill-probe-https-hint = コマンドによる確認にしてください: ["curl", "--fail", "--silent", "{ $url }"]
drill-placeholder = { $placeholder } に当てはまるものがありません
drill-placeholder-hint = {"{port}"}、{"{plan}"}、またはサービスが使うデータの ID を入れた {"{data.ID}"} を使ってください
drill-program-empty = プログラムのないコマンドです
drill-program-missing = プログラム { $program } が見つかりません
drill-program-missing-hint = { $program } を導入するか、フルパスで書いてください
drill-program-start = プログラム { $program } を起動できません
drill-program-deadline = プログラム { $program } が { $within }以内に終わりませんでした
drill-program-output = プログラムの出力を保存できません
drill-interrupted = 中断されました
drill-lock-file = ロック { $path } を使えません
drill-locked = 別の実行が { $path } の状態を使っています: { $holder }
drill-locked-hint = その実行が終わるまで待ってください
drill-record-write = 記録を書き込めません
drill-record-read = 台帳の記録 { $number } を解釈できません

## 実演用のサービス

drill-demo-open = 台帳 { $path } を開けません
drill-demo-listen = { $address } で待ち受けられません
drill-demo-write = { $path } に書き込めません
drill-points-damaged = { $path } のスナップショットの一部が読めません: { $first }
protect-vault-gone = { $to } にはコピーが { $count } 件あったはずですが、{ $path } に保管庫がありません
protect-vault-gone-hint = マウントされていますか。本当に失われたのなら、次のコマンドで作り直せます: oki protect --new-vault { $to }
