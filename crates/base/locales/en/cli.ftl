# Texts of the terminal.

cli-error = error:
cli-warning = warning:
cli-time-left = { $left } left
cli-files = { $count ->
    [one] 1 file
   *[other] { $count } files
  }
cli-interrupted = interrupted; what was done so far is kept
cli-signals = signals cannot be watched
cli-own-path = this program cannot find its own path
cli-log-file = the log file { $path } cannot be opened
cli-state = the state folder { $path } cannot be made
cli-nothing = { "" }
cli-why = { $why }

cli-no-plan = no plan in { $dir }: it has no { $entry }
cli-no-plan-hint = name the folder of a plan, or start one with: oki init DIR
cli-plan-unreadable = the plan { $path } cannot be read
cli-plan-errors = the plan in { $dir } has { $count ->
    [one] 1 error
   *[other] { $count } errors
  }
cli-plan-errors-hint = see all of them with: oki check { $dir }
cli-check-summary = { $errors ->
    [one] 1 error
   *[other] { $errors } errors
}, { $warnings ->
    [one] 1 warning
   *[other] { $warnings } warnings
}, { $notes ->
    [one] 1 note
   *[other] { $notes } notes
} ({ $services ->
    [one] 1 service
   *[other] { $services } services
}, { $sites ->
    [one] 1 site
   *[other] { $sites } sites
})
cli-no-evidence = nothing was measured yet; oki prove{ $dir } makes copies and drills
cli-waiting = waiting: { $why }

cli-head-verdict = verdict
cli-head-service = service
cli-head-loss = loss
cli-head-objective = objective
cli-head-class = class
cli-head-values = promised → achieved
cli-objective = { $part }
cli-loss = { $losses }
cli-loss-people = { $place } with its people
cli-loss-people-safe = { $place } (people safe)
cli-loss-plain = { $id }
cli-class-failure = failure
cli-class-disaster = disaster
cli-state-missed = missed
cli-state-unknown = unknown
cli-state-predicted = predicted
cli-state-proven = proven
cli-accepted = [risk accepted]
cli-point-age = age
cli-point-just-before = just before
cli-point-previous-day = previous day
cli-point-previous-week = previous week
cli-point-previous-month = previous month
cli-no-objectives = no objective is agreed, so nothing is judged, for: { $services }
cli-functions = business functions
cli-functions-quiet = verdicts on losses that interrupt no function: { $count }, shown with --all
cli-function-line = { $losses }  MTPD { $target } → { $value }
cli-quiet-losses = { $count } more verdicts are of losses that stop nothing (--all shows them)
cli-assumed = assumed, since the plan does not say: { $list }
cli-assumed-one = { $name } { $span }
cli-assumed-detect = noticing
cli-assumed-decide = deciding
cli-assumed-failover = another unit taking over
cli-assumed-restart = restart
cli-assumed-arrive = arrival
cli-assumed-power-outage = power outage
cli-assumed-carrier-outage = carrier outage
cli-assumed-repair = repair
cli-assumed-generator-start = generator start
cli-assumed-replace = replacement
cli-assumed-install = installation
cli-assumed-step = a step
cli-assumed-copy-time = copying
cli-assumed-copy-rate = copying at 50 MB/s
cli-assumed-restore-rate = restoring at 50 MB/s
cli-assumed-ready-running = way that runs
cli-assumed-ready-hot = hot way
cli-assumed-ready-warm = warm way
cli-assumed-ready-cold = cold way
cli-assumed-ready-rebuild = rebuilding

cli-protect-done = { $data } → { $to }: { $bytes } in { $took }, { $added } new
cli-protect-would = would copy { $data } to { $to }
cli-protect-unknown = there is no data set { $data }; there are { $known }
cli-drill-number = { " " }{ $number } of { $total }
cli-drill-done = drill{ $number }: { $service } without { $loss }, on { $way }: back after { $rta }, { $measured } of { $steps } steps measured
cli-drill-not-done = drill of { $service } without { $loss } was not done: { $why }
cli-drill-failed = drill{ $number }: { $service } without { $loss }, on { $way }: FAILED: { $why }
cli-drill-passed = passed: back after { $rta }; data { $age } old, { $lost } records lost ({ $isolation })
cli-drill-failed-short = failed: { $why } (after { $rta }; data { $age } old, { $lost } records lost; { $isolation })
cli-drill-nothing-stops = losing { $loss } does not stop { $service }: there is nothing to drill
cli-drill-no-way = nothing can be carried out for { $service } when { $loss } is lost: no way works out, or it comes back by itself
cli-drill-explain-hint = see why with: oki explain { $service } --loss { $loss }{ $dir }
cli-drill-not-runnable = { $service } cannot be drilled: the plan does not say how it runs or where its data and vaults really are
cli-drill-not-runnable-hint = give the service `run:`, its data `path:` and their vaults `repo:`
cli-drill-would-restore = would restore { $data } from { $source }
cli-step-auto = carried out
cli-step-person = by people; not measured
cli-step-not-done = not measured
cli-no-service = there is no service { $service }; there are { $known }
cli-no-loss = there is no loss { $loss }; there are { $known }

cli-more = { $count } more
cli-did-you-mean = did you mean { $near }?
cli-never = never
cli-goes-on = goes on
cli-silent = stops, but nothing is promised
cli-matrix-count = { $losses ->
    [one] 1 loss
   *[other] { $losses } losses
  }, { $services ->
    [one] 1 service
   *[other] { $services } services
  }; losses that come out alike share one of { $rows ->
    [one] 1 row
   *[other] { $rows } rows
  }; { $quiet } stop nothing (--all shows each loss)
cli-matrix-cut = shown are the worst { $rows } rows and the worst { $services } services (--all shows all of them)
cli-worst = worst verdicts
cli-worst-more = and { $count } more verdicts like these; all of them: oki status{ $dir }

cli-head-stops = stops after
cli-head-back = down for
cli-head-data = data
cli-head-way = on
cli-head-before = before
cli-head-after = after
cli-data-live = live
cli-data-age = { $age } old
cli-structures = what breaks each objective
cli-head-alone = alone
cli-head-two = two
cli-head-three = three
cli-head-in-all = all
cli-head-scarce = scarce
cli-head-recovery = recovery
cli-structures-hint = smallest combinations of losses. Scarce: more that people, machines or time do not suffice for. Recovery: things there is only one of to come back with. All about a service: oki explain SERVICE --structure
cli-pairs = two shared causes at once: what neither breaks alone
cli-pairs-working = pairs of shared causes: { $percent } %
cli-pairs-count = { $count } of { $all } pairs of regions, sites and suppliers break what neither breaks alone
cli-pairs-stopped = stopped after { $looked } of { $all } pairs; { $count } of them break what neither breaks alone
cli-explain-service-title = { $service }: the losses that stop it
cli-explain-quiet = { $count } losses do not stop it (--all shows them)
cli-explain-nothing = none of the { $count } losses stops it
cli-explain-one-hint = the timeline of one of them: oki explain { $service } --loss { $loss }{ $dir }
cli-explain-unknown = there is no service and no diagnostic code { $what }; services are { $known }
cli-explain-codes-hint = diagnostic codes are what oki check prints in brackets: error[missing-unit]
cli-explain-svg-write = the drawing cannot be written to { $path }
cli-explain-svg-done = timeline drawn to { $path }

cli-chart-gone = { $what } is lost
cli-chart-wiped = { $what } is wiped
cli-chart-out = { $what } is out
cli-chart-waits = waits for { $what }
cli-chart-target = { $part } { $target }
cli-chart-by = { $step } ({ $by })
cli-chart-waiting = { $step }, { $waits }
cli-chart-from = from { $from } on
cli-chart-times = { $from } – { $to }
cli-chart-data-none = it does not come back with any data
cli-chart-loss = loss
cli-chart-down = interruption
cli-chart-work = step
cli-chart-auto = automatic step
cli-chart-wait = waiting
cli-chart-lost = lost or out
cli-chart-uneven = short spans are drawn longer than they are
cli-chart-level = runs at { $percent } % from then on
cli-chart-data = age of the data it comes back with
cli-chart-data-row = { $age } old, from { $source }
cli-chart-data-plain = { $age } old
cli-chart-data-live = the live data are still there: none are lost
cli-chart-at-once = at once
cli-chart-after = { $stops } after the loss
cli-chart-short = { $from } + { $takes }
cli-chart-back = { $service } stops { $when } and is down for { $down }.
cli-chart-back-most = { $service } stops { $when } and is down for { $down } at most.
cli-chart-never = { $service } stops { $when }, and nothing brings it back.
cli-chart-open = { $service } stops { $when }; when it is back depends on { $facts }.
cli-chart-steps = Steps: { $steps }.
cli-chart-step = { $step } { $from } – { $to }

cli-whatif-form = --set { $text } has no value
cli-whatif-form-hint = write --set PATH=VALUE, for example --set services.erp.objectives.disaster.rto=4h; to take a part out: --remove PATH
cli-whatif-effect = { $effect } is nothing that can happen to { $what }; there are gone, wiped, out
cli-whatif-mistakes = the plan would have { $count ->
    [one] 1 error
   *[other] { $count } errors
  } with these changes; its files were not touched
cli-whatif-same = these changes change none of the { $count } verdicts
cli-whatif-summary = ▼ { $worse } worse   ▲ { $better } better   ~ { $other } otherwise changed   = { $same } as before
cli-whatif-new = not judged
cli-whatif-gone = not judged any more
cli-whatif-loss = without { $loss }
cli-whatif-loss-nothing = losing { $loss } stops no service

cli-arg-unknown = there is no option { $arg }
cli-arg-extra = { $arg } is one argument too many
cli-arg-command = there is no command { $arg }
cli-arg-value = { $value } cannot be given for { $arg }
cli-arg-empty = { $arg } needs a value
cli-arg-missing = missing: { $args }
cli-arg-no-command = the command is missing
cli-arg-conflict = { $arg } cannot be given together with { $other }
cli-arg-twice = { $arg } can only be given once
cli-arg-takes-none = { $arg } takes no value, but { $value } was given
cli-arg-not-text = an argument is not valid UTF-8
cli-arg-other = the arguments make no sense: { $why }
cli-arg-known = there are { $known }
cli-arg-usage = usage: { $usage }
cli-arg-help = more: { $command } --help

cli-protect-failed = { $data } → { $to } was not made: { $why }
cli-protect-nothing = nothing was copied: no data set with a `path:` has a copy in a vault with a `repo:`
cli-prove-nothing = nothing was copied and nothing drilled: oki can carry out only what the plan says how to
cli-prove-nothing-hint = give data a `path:`, vaults a `repo:` and services a `run:`; below is what the plan alone says

cli-ledger-copy = copy: { $data } → { $to }: { $bytes } in { $took }, what is new verified{ $problems ->
    [0] { "" }
    [one] ; 1 thing in it could not be read
   *[other] ; { $problems } things in it could not be read
  }
cli-ledger-copy-unverified = copy: { $data } → { $to }: { $bytes } in { $took }, NOT verified
cli-ledger-anew = the vault { $vault } was lost and begun anew
cli-ledger-sound = sound: { $count } records, every hash and the chain verified

cli-explain-title = { $service } without { $loss }
cli-explain-causes = causes
cli-explain-timeline = timeline, from the loss
cli-explain-chance = chance, since times vary
cli-chance-in-time = back in time in { $low } to { $high } % of cases; { $confidence } % are needed ({ $trials } trials)
cli-chance-back = back { $shares }
cli-chance-within = in { $share } % of cases within { $span }
cli-chance-never = in { $share } % of cases later than anybody waits
cli-chance-drawn = drawn in each trial: { $facts }
cli-chance-held = held at their worst: { $facts }
cli-explain-moment = taken to happen on { $at }
cli-explain-moment-worst = taken to happen on { $at }, at the end of the hours of { $who } before the longest time off{ $others ->
    [0] {""}
   *[other] {" "}(and { $others } more, each at the worst hour)
}
cli-explain-measured = predicted and measured
cli-head-step = step
cli-head-planned = planned
cli-head-measured = measured
cli-head-error = off by
cli-measured-never = never
cli-measured-all = { $list }
cli-measured-one = { $took } (record { $record })
cli-explain-others = other ways
cli-explain-verdicts = verdicts
cli-explain-other = would take { $rta }
cli-explain-down = { $service } is down
cli-structure-title = which losses break the objectives of { $service }
cli-structure-working = looking for losses that break the objectives of { $service }
cli-structure-heading = { $class }: { $targets }
cli-structure-what = { $kind }, { $effect }
cli-structure-also = { $what }; { $more }
cli-often-years = once in { $years } years
cli-often-times = { $times } times a year
cli-structure-no-objective = nothing is agreed of this, so there is nothing to break
cli-structure-always = missed already with nothing lost: see oki status
cli-structure-none = none
cli-structure-single = single points of failure: any one of these suffices
cli-structure-recovery = single points of recovery: survived alone, fatal once something else is lost
cli-structure-with = fatal with { $losses }
cli-structure-sets = combinations of { $order }: fatal together, survived if one of them stays ({ $count })
cli-structure-scarce = possible, but missed by the plan for want of people, machines or time ({ $count }; tried up to { $order } together)
cli-structure-no-scarce = nothing more is missed for want of people, machines or time (tried up to { $order } together)
cli-structure-uncertain = only if unknown facts turn out badly
cli-structure-more = and { $count } more: --json lists all
cli-structure-all = in all { $count } combinations, the largest of { $order }; there are no others
cli-structure-all-uncounted = these are all; larger ones are not counted
cli-structure-up-to = complete up to { $order } together; for larger ones raise --effort
cli-structure-unfinished = not complete: what is listed is true, but more was not found out; raise --effort
cli-structure-chance = from the { $rated } of { $all } losses with a known rate and duration alone: out of reach for { $low } a year on average, { $often } (people are taken as lost with their places)
cli-structure-chance-none = the { $rated } of { $all } losses with a known rate and duration do not break it without others
cli-structure-unrated = { $others } losses of which rate or duration is not known come on top: how often it is really out of reach is not known
cli-structure-chance-between = from the { $rated } of { $all } losses with a known rate and duration alone: out of reach for between { $low } and { $high } a year on average (people are taken as lost with their places)
cli-structure-weight = { $share } % of that goes away without { $loss }
cli-kind-regions = region
cli-kind-sites = site
cli-kind-links = line
cli-kind-equipment = machine
cli-kind-software = software
cli-kind-data = data
cli-kind-vaults = vault
cli-kind-teams = team
cli-kind-documents = document
cli-kind-suppliers = supplier
cli-kind-services = service
cli-effect-out = out of service
cli-effect-wiped = content lost
cli-effect-gone = gone
cli-no-code = there is no diagnostic code { $code }; there are { $known }
cli-explain-service-hint = to explain a service, run it in the folder of its plan, or add --dir DIR

cli-scenario-unknown = there is no scenario { $name }; there are { $known }
cli-scenario-there = the plan in { $dir } has a scenario { $name } already; nothing was changed
cli-scenario-written = { $file } written and part of the plan; next: oki check { $dir }
cli-scenario-include = { $file } written; to make it part of the plan, add to { $entry }: include: [{ $name }]
cli-scenarios-next = oki scenarios NAME shows one; oki scenarios NAME --into DIR writes it into a plan, to be edited there.
cli-init-done = plan written to { $dir }; next: oki check { $dir }
cli-init-unknown = there is no example { $name }; there are { $known }
cli-init-exists = { $path } is there already; nothing was changed
cli-init-write = { $path } cannot be written
cli-man-write = manual pages cannot be written to { $path }
cli-man-done = manual pages written to { $dir }
cli-demo-usage = usage: oki demo-register serve|archive DIR ADDRESS, or prepare DIR
cli-demo-address = { $address } is not an address such as 127.0.0.1:8080

cli-vault-made = vault made at { $repo }; without its password nobody can read it, and nobody can help
cli-vault-saved = snapshot { $id } saved: { $files } files, { $bytes } read, { $added } added
cli-vault-problems = { $count ->
    [one] 1 thing could not be read
   *[other] { $count } things could not be read
  }; the snapshot holds the rest
cli-vault-restored = { $files } files restored to { $target }, { $bytes }; every block verified
cli-vault-would-restore = would restore snapshot { $id }: { $files } files, { $bytes }, to { $target }
cli-vault-sound = sound: { $packs } packs, { $blobs } blocks, { $snapshots } snapshots; the data themselves were not read (--read-data reads them)
cli-vault-damaged = the vault { $repo } is damaged: { $count } problems
cli-vault-sound-read = sound: { $packs } packs, { $blobs } blocks, { $snapshots } snapshots; all { $read } read and verified
cli-vault-restore-problems = { $count ->
    [one] 1 thing was not restored as it was
   *[other] { $count } things were not restored as they were
  }
cli-vault-password-asked = the password could not be asked for
cli-vault-no-snapshots = no snapshots yet
cli-vault-password = password of { $repo }:
cli-vault-password-again = the same again:
cli-vault-password-differs = the two passwords differ
cli-vault-password-none = no password for { $repo }
cli-vault-password-hint = set OKI_VAULT_PASSWORD, or give --password-file FILE
cli-vault-password-file = the password file { $path } cannot be read
cli-vault-command = the command { $command } failed: { $why }
cli-vault-empty-path = { $path } cannot be backed up: it is not there

help = IT service continuity you can prove: keeps the plan, makes the copies, rehearses recovery, says what is proven.
help-examples = Examples:
    oki init --example town-office /tmp/town && oki prove /tmp/town
    oki check .
    oki explain counter --loss hall --dir /tmp/town

  Exit codes: 0 met, 1 missed or errors in the plan, 2 cannot be carried out, 3 unknown, 4 locked by another run,
  5 done in part, 6 damaged data, 7 wrong password, 8 drill failed, 130 interrupted
help-heading-usage = Usage:
help-heading-commands = Commands
help-heading-arguments = Arguments
help-heading-options = Options
help-arg-help = Print help
help-arg-version = Print the version
help-arg-json = Print one JSON object (never translated)
help-arg-lang = Language of texts; by default as the locale says
help-arg-color = Colour: auto, always or never
help-arg-quiet = Say nothing but the result and errors
help-arg-log_file = Also write what happens to this file
help-arg-state = Folder for ledger and lock; by default .oki in the plan's folder
help-arg-dir = Folder of the plan
help-arg-all = Show losses that stop nothing, too
help-arg-no_wait = Do not wait if another run holds the plan
help-arg-dry_run = Say what would be done, and do nothing
help-arg-repo = Folder of the vault (a restic repository)
help-arg-snapshot = Snapshot: its id, the beginning of it, or latest
help-prove = Make the copies, rehearse recovery, and say per objective: proven, predicted, missed or unknown
help-prove-examples = Example: oki prove examples/town-office
help-check = Find every mistake in a plan; executes nothing
help-check-arg-fail_on = Least severity that makes the exit code 1
help-check-examples = Example: oki check --fail-on warning .
help-status = Print every verdict again from the evidence there is, each with its reason; the short view is oki assess
help-status-examples = Example: oki status examples/town-office
help-explain = Explain a diagnostic code, what reaches a service, or what one loss does to it
help-explain-examples = Examples:
    oki explain missing-unit
    oki explain counter
    oki explain counter --loss hall
    oki explain counter --loss hall --svg timeline.svg
    oki explain counter --structure
help-explain-arg-what = Service, or diagnostic code
help-explain-arg-loss = What is lost: the id of a thing, place, region or scenario
help-explain-arg-structure = Which combinations of losses break the objectives of the service, and what the chance is
help-explain-arg-objective = With --structure: this part alone; by default all that are agreed, together
help-explain-arg-class = With --structure: the objectives of this class of loss; by default of both
help-explain-arg-order = With --structure: list combinations of at most so many losses
help-explain-arg-effort = With --structure: questions that may be put to the engine for each class
help-protect = Make the copies that the plan declares
help-protect-arg-data = Only this data set (may be repeated)
help-drill = Recover a service for real, in a sandbox, without what a loss takes
help-drill-examples = Example: oki drill counter --loss hall --dir examples/town-office
help-drill-arg-service = Service to recover
help-drill-arg-loss = What is lost: the id of a thing, place, region or scenario
help-scenarios = Show named losses, or write one into a plan
help-scenarios-arg-name = Show this one as part of a plan
help-scenarios-arg-into = Write it into the plan in this folder, as a file of its own
help-scenarios-examples = Examples:
    oki scenarios
    oki scenarios ransomware
    oki scenarios ransomware --into examples/town-office
help-init = Write a plan to start from, or an example
help-init-arg-example = Write the example of this name instead
help-schema = Print a JSON Schema: of plans (for editors), or of what --json prints
help-schema-arg-what = Which one
help-vault = Work with a vault directly
help-vault-examples = The password comes from OKI_VAULT_PASSWORD, --password-file, or is asked for.
help-vault-arg-password_file = Read the password from the first line of this file
help-vault-init = Make a new vault
help-vault-backup = Store files, or what a command prints, as a snapshot
help-vault-backup-examples = Examples:
    oki vault backup /mnt/vault /srv/data /etc
    oki vault backup /mnt/vault --stdin-command "pg_dump erp" --stdin-name erp.sql
help-vault-backup-arg-paths = Files and folders to store
help-vault-backup-arg-stdin_command = Store what this command prints
help-vault-backup-arg-stdin_name = Name of that file in the snapshot
help-vault-backup-arg-tag = Mark the snapshot (may be repeated)
help-vault-backup-arg-host = Name of the machine, if not this one's
help-vault-snapshots = List the snapshots
help-vault-ls = List what is in a snapshot
help-vault-restore = Bring a snapshot back; every block's hash is verified
help-vault-restore-arg-target = Folder to restore into
help-vault-check = See that a vault is whole
help-vault-check-arg-read_data = Read and verify all data as well
help-ledger = See what happened, and whether anybody changed it since
help-ledger-show = List the records
help-ledger-show-arg-kind = Only this kind: copy or drill
help-ledger-show-arg-last = At most so many, the newest
help-ledger-verify = Recompute every hash of the chain
help-completions = Print completions for a shell
help-completions-arg-shell = Which shell
help-man = Write manual pages
help-man-arg-dir = Folder to write them to
help-demo-register = The service of the example
help-demo-register-arg-args = What to do
cli-protect-no-vault = there is no vault { $vault }; there are { $known }
help-protect-arg-new_vault = Begin this vault anew although it held copies that are lost (may be repeated)
help-assess = Show which loss breaks which promise: services against losses, worst first, and the worst verdicts in words
help-assess-arg-class = Only losses of this class: failure or disaster
help-assess-arg-service = Only these services (ids, separated by commas)
help-assess-arg-loss = Only these losses (ids, separated by commas)
help-assess-arg-all = A row for every loss, also for those that stop nothing, and every bad verdict in words
help-assess-arg-wide = As wide as it gets, whatever the terminal
help-assess-arg-pairs = Also what two regions, sites or suppliers at once break that neither breaks alone
help-assess-arg-structure = Also how many losses, alone and together, break each service's objectives, and single points of recovery
help-assess-examples = Examples:
    oki assess examples/town-office
    oki assess --class disaster --service counter,tax examples/town-office
    oki assess --pairs --structure .
    oki assess --wide . | less -S

  Exit codes as those of oki status: 0 met, 1 missed, 3 unknown
help-what-if = Try changes and losses without touching the plan: what gets better, what gets worse
help-what-if-arg-lose = Lose these things at once: ids of things, places or scenarios; =gone, =wiped or =out says how
help-what-if-arg-set = Give a part of the plan another value (may be repeated)
help-what-if-arg-remove = Take a part out of the plan (may be repeated)
help-what-if-arg-all = Also show what the loss leaves alone
help-what-if-examples = Examples:
    oki what-if --lose server,spare examples/town-office
    oki what-if --set data.documents.copies.remote.every=1d examples/town-office
    oki what-if --set "equipment.tax-machine.replace=3d" --lose hall=out examples/town-office

  Exit codes: with changes, 1 if an objective is no longer met or no longer certain to be, else 0; with --lose alone, those of oki status
help-explain-arg-svg = Draw the timeline to this file as SVG; - for standard output
help-explain-arg-all = Also show losses that do not stop it
help-protect-examples = Example: oki protect --data register examples/town-office
help-init-examples = Examples:
    oki init my-plan
    oki init --example town-office /tmp/town
help-schema-examples = Example: oki schema plan > plan.schema.json
help-vault-init-examples = Example: oki vault init /mnt/vault
help-vault-snapshots-examples = Example: oki vault snapshots /mnt/vault
help-vault-ls-examples = Example: oki vault ls /mnt/vault latest
help-vault-restore-examples = Example: oki vault restore /mnt/vault latest --target /tmp/back
help-vault-check-examples = Example: oki vault check --read-data /mnt/vault
help-ledger-examples = Example: oki ledger show --kind drill examples/town-office
help-ledger-show-examples = Example: oki ledger show --last 10 examples/town-office
help-ledger-verify-examples = Example: oki ledger verify examples/town-office
help-completions-examples = Example: oki completions bash > ~/.local/share/bash-completion/completions/oki
help-man-examples = Example: oki man ~/.local/share/man/man1
