# Texts of store and vault.

## store
store-cannot-open = cannot open the store { $place }{ $name }
store-cannot-create = cannot create the store { $place }{ $name }
store-not-a-directory = { $place } is not a directory
store-cannot-list = cannot list { $name } in { $place }
store-cannot-load = cannot read { $name } in { $place }
store-cannot-save = cannot write { $name } to { $place }
store-cannot-remove = cannot remove { $name } from { $place }
store-missing = { $name } is not in { $place }
store-exists = { $name } is in { $place } already
store-short = { $name } in { $place } is shorter than it should be
store-injected = injected fault in { $place }
store-full-hint = make room where the store is, then run the same command again; nothing stored so far is lost
