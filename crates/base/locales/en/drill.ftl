# Texts of drill.

## The ledger.

ledger-open = cannot open the ledger { $path }
ledger-folder = cannot make the folder { $path } for the ledger
ledger-append = cannot write to the ledger { $path }
ledger-read = cannot read the ledger { $path }
ledger-foreign = { $path } is a database, but not a ledger
ledger-newer = the ledger { $path } is of version { $found }, and this program knows versions up to { $known }
ledger-newer-hint = update this program
ledger-damaged-hint = keep the file as it is, and go on with a copy of it or with a new ledger
ledger-verify-hint = see which record is wrong with `oki ledger verify`
ledger-busy-hint = another process is writing to it; try again
ledger-broken = record { $number } of the ledger is not as it was written: { $what }
ledger-damage-changed = its content does not match its hash
ledger-damage-unlinked = it does not follow the record before it
ledger-damage-missing = it is missing
ledger-damage-replaced = it differs from a checkpoint kept elsewhere
ledger-damage-file = the file is damaged: { $said }
