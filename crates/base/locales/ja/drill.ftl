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
