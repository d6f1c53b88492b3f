# Texts of oki-bench.

bench = Measures Okiagari's engines on public instances and generated plans
bench-aralia = Solve every Open-PSA fault tree (.xml) in a folder and print CSV
bench-aralia-arg-dir = Folder of the fault trees
bench-aralia-arg-nodes = Most nodes of any decision diagram
bench-plan = Generate a large plan and print, as CSV, the time and memory of each phase of the work on it
bench-plan-arg-resources = Things in the plan that are not services: regions, sites, machines, data sets, teams...
bench-plan-arg-services = Services in the plan
bench-plan-arg-seed = Seed of the plan: the same sizes and seed give the same plan
bench-plan-arg-write = Also write the plan to this folder, for oki check and the like
bench-psplib = Schedule every PSPLIB project (.sm, single mode) in a folder and print CSV
bench-psplib-arg-dir = Folder of the projects
bench-psplib-arg-millis = Time for each project, in milliseconds
bench-psplib-arg-schedules = Most schedules generated for each project: the same result on any machine, if it is reached in time
bench-psplib-arg-seed = Seed of the search
bench-psplib-arg-single = One schedule with improvement instead of a search
bench-error = error:
bench-dir = the folder { $dir } cannot be read
bench-no-files = no { $ending } files in { $dir }
bench-no-files-hint = name the folder that holds the instances
bench-file = the file { $file } cannot be used
bench-output = the result cannot be written
bench-limit = { $model }: no decision diagram of at most { $nodes } nodes was found; by simulation ({ $trials } trials) the probability is { $low } to { $high } (95 %)
bench-limit-hint = allow more nodes with --nodes
bench-limited = { $count ->
    [one] 1 model was not solved exactly
   *[other] { $count } models were not solved exactly
  }
bench-xml = it is not well-formed XML
bench-circuit = it is not a fault tree
bench-opsa-unread = line { $line }: { $tag } { $name } is a part of Open-PSA that is not read
bench-opsa-twice = line { $line }: { $name } is defined twice
bench-opsa-tops = line { $line }: { $name } is a second top gate; one gate must use all others
bench-opsa-no-top = no top gate: each gate is used by another, or there is none
bench-opsa-probability = line { $line }: { $name } needs a constant probability from 0 to 1
bench-opsa-truth = line { $line }: { $tag } { $name } needs the value true or false
bench-opsa-formula = line { $line }: the gate { $name } has no formula
bench-opsa-cycle = line { $line }: the gate { $name } uses itself
bench-opsa-undefined = line { $line }: { $name } is not defined
bench-opsa-min = line { $line }: atleast needs a whole number min
bench-opsa-inputs = line { $line }: { $tag } has the wrong number of inputs
bench-opsa-deep = line { $line }: formulas are nested too deeply
bench-plan-size = a plan needs at least { $resources } resources and 1 service
bench-plan-unsound = the generated plan has { $count } findings, so its time is not that of a sound plan; the first:
    { $first }
bench-plan-there = { $dir } holds a plan already, which is not overwritten
bench-plan-there-hint = name another folder, or remove this one first
bench-plan-write = { $file } cannot be written
bench-psplib-heading = the line "{ $heading }" is missing
bench-psplib-numbers = line { $line }: only whole numbers may stand here
bench-psplib-precedence = line { $line }: a precedence row holds a job in order, one mode, the number of successors and the successors
bench-psplib-request = line { $line }: a request row holds a job in order, mode 1, the duration and the requests
bench-psplib-jobs = { $jobs } jobs have a precedence row, { $durations } have a request row; both must be the same and at least 1
bench-psplib-successor = job { $job } is a successor but has no row of its own
bench-psplib-resources = there are { $resources } resources, but not every request row has as many requests
bench-psplib-circle = jobs wait for each other in a circle
