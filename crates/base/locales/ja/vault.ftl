# Texts of store and vault.

## store
store-cannot-open = 保管先 { $place }{ $name } を開けません
store-cannot-create = 保管先 { $place }{ $name } を作成できません
store-not-a-directory = { $place } はディレクトリではありません
store-cannot-list = { $place } の { $name } を一覧できません
store-cannot-load = { $place } の { $name } を読み取れません
store-cannot-save = { $place } に { $name } を書き込めません
store-cannot-remove = { $place } から { $name } を削除できません
store-missing = { $name } は { $place } にありません
store-exists = { $name } はすでに { $place } にあります
store-short = { $place } の { $name } は本来の長さより短くなっています
store-injected = { $place } で試験用の障害を起こしました
store-full-hint = 保管先の空き容量を増やし、同じコマンドをもう一度実行してください（これまでに保存したものは失われません）
