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

## Copies.

protect-task = copying { $data } to { $to }
protect-prepare = preparing { $data } for its copy to { $to } failed
protect-path = { $data } cannot be copied to { $to }: { $path } cannot be read
protect-from = the copy of { $data } to { $to } is to be made from another copy, which this program cannot do yet
protect-from-hint = copy { $from } there by other means and say so with `by`, or leave out `from` to copy the data themselves
protect-verify = the copy of { $path } was written but does not read back as it should
protect-canary = cannot ask { $path } "{ $query }"
protect-canary-empty = { $path } gave no row for "{ $query }"
protect-canary-answer = { $path } gave something else than a number and a time for "{ $query }"
protect-canary-hint = the query has to give one row: the number of records, and the time of the newest as RFC 3339 text or seconds since 1970
protect-vault-open = cannot open the vault { $path }
protect-no-repository = the vault { $vault } has no repository that this program can open
protect-password-env = the password of the vault { $vault } is not there: the environment variable { $name } is not set
protect-password-env-hint = set { $name } and run this again
protect-password-file = the password of the vault { $vault } cannot be read from { $path }
protect-password-file-hint = write the password into { $path }, readable for you alone
protect-key-file-hint = bring back { $path } from where you kept it; without it the vault cannot be opened
protect-key-made = a key for the vault { $vault } was made in { $path }: KEEP A COPY OF IT SOMEWHERE ELSE, without it nobody can ever open the vault
protect-key-adopted = the vault { $vault } was moved: its key was found, and is kept in { $path } too
protect-key-write = cannot keep a key for the vault { $vault } in { $path }
protect-key-random = the system gives no random numbers for a key

## Drills.

drill-task = drill: { $service }, { $loss }
drill-phase-prepare = setting up { $service } in a sandbox
drill-phase-loss = injecting the loss
drill-phase-detect = waiting until the monitor of { $service } notices
drill-phase-restore = restoring data of { $service }
drill-phase-start = starting { $service }
drill-no-service = there is no service { $service } in the plan
drill-no-run = the plan does not say how { $service } is started
drill-no-run-hint = write `run` with a command and at least one probe
drill-no-probes = the plan has no probe for { $service }, so nothing could show that it works
drill-no-data = there is no data set { $data } in the plan
drill-not-a-vault = { $data } comes from { $vault }, which is no vault that this program can restore from
drill-source-lost = { $data } was to be restored from { $vault }, which the loss takes or locks away
drill-no-copy = there is no copy of { $data } in { $vault }
drill-no-copy-hint = make one with `oki protect`
drill-no-network = the drill has no network of its own, only a folder: { $why }
drill-swept = cleared away what an earlier drill left behind in { $path }; processes ended: { $processes }
drill-sandbox = cannot set up the sandbox { $path }
drill-port = no free port for the service in { $path }
drill-preparing = the service could not be set up as it was before the loss
drill-restoring = restoring { $data } from { $vault }, snapshot { $snapshot }, failed
drill-restore-incomplete = { $path } does not give everything back: { $first } ({ $count ->
    [one] 1 problem
   *[other] { $count } problems
  })
drill-start-deadline = the probes did not pass within { $within }
drill-service-ended = the service ended with { $status }; it said: { $said }
drill-service-said = the service did not come up; it said: { $said }
drill-probe-blind = the probes pass while the service is not there, so they ask something else and show nothing
drill-probe-no-answer = { $asked }: no answer
drill-probe-unexpected = { $asked }: expected "{ $expected }", got "{ $got }"
drill-probe-https = a probe cannot ask { $url } over TLS
drill-probe-https-hint = use a command probe: ["curl", "--fail", "--silent", "{ $url }"]
drill-placeholder = { $placeholder } stands for nothing here
drill-placeholder-hint = use {"{port}"}, {"{plan}"} or {"{data.ID}"} with the id of a data set that the service works on
drill-program-empty = a command without a program
drill-program-missing = the program { $program } was not found
drill-program-missing-hint = install { $program }, or write its full path
drill-program-start = the program { $program } cannot be started
drill-program-deadline = the program { $program } did not end within { $within }
drill-program-output = cannot keep what a program writes
drill-interrupted = interrupted
drill-lock-file = cannot use the lock { $path }
drill-locked = another run works on the state in { $path }: { $holder }
drill-locked-hint = wait until it has ended
drill-record-write = the record cannot be written
drill-record-read = record { $number } of the ledger cannot be understood

## The demo service.

drill-demo-open = cannot open the register { $path }
drill-demo-listen = cannot listen on { $address }
drill-demo-write = cannot write { $path }
drill-points-damaged = not all snapshots in { $path } can be read: { $first }
protect-vault-gone = { $to } held { $count } copies, and there is no vault at { $path }
protect-vault-gone-hint = is it mounted? If it is really lost, begin anew with: oki protect --new-vault { $to }
