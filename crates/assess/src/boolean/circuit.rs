//! What is given to the engine: events, gates, one top.

use std::collections::HashSet;
use std::fmt;

/// An event of a circuit: its place in the order in which events were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub(super) u32);

impl EventId {
    /// Place in the order in which events were added, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The output of a gate or event, to be used as an input of further gates of the same builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signal(pub(super) u32);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    Constant(bool),
    Event(EventId),
    And(Vec<Signal>),
    Or(Vec<Signal>),
    AtLeast(u32, Vec<Signal>),
    Xor(Vec<Signal>),
    Not(Signal),
}

impl Gate {
    fn inputs(&self) -> &[Signal] {
        match self {
            Gate::Constant(_) | Gate::Event(_) => &[],
            Gate::And(args) | Gate::Or(args) | Gate::AtLeast(_, args) | Gate::Xor(args) => args,
            Gate::Not(arg) => std::slice::from_ref(arg),
        }
    }
}

/// What the engine cannot accept. The caller words it, since only the caller knows what an event stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum CircuitError {
    /// Two events have this name.
    SameName(String),
    /// The event's probability is not a number from 0 to 1.
    Probability {
        /// The event's name.
        event: String,
        /// What was given.
        value: f64,
    },
    /// A gate uses a signal of another builder.
    ForeignSignal,
}

impl fmt::Display for CircuitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CircuitError::SameName(name) => write!(f, "two events are called {name}"),
            CircuitError::Probability { event, value } => {
                write!(f, "the probability of {event} is {value}, not a number from 0 to 1")
            }
            CircuitError::ForeignSignal => f.write_str("a gate uses a signal of another circuit"),
        }
    }
}

impl std::error::Error for CircuitError {}

/// Collects events and gates. Inputs stand before the gates that use them, so there is no way to build a cycle.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    gates: Vec<Gate>,
    names: Vec<String>,
    probabilities: Vec<Option<f64>>,
}

impl Builder {
    /// A builder without events and gates.
    pub fn new() -> Builder {
        Builder::default()
    }

    fn add(&mut self, gate: Gate) -> Signal {
        self.gates.push(gate);
        Signal(u32::try_from(self.gates.len() - 1).unwrap_or(u32::MAX))
    }

    /// A new event. `name` is stable and unique: random draws are keyed by it. `probability` is that of the event
    /// being true, from 0 to 1; an event without takes part in structure only.
    pub fn event(&mut self, name: impl Into<String>, probability: Option<f64>) -> Signal {
        let id = EventId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.names.push(name.into());
        self.probabilities.push(probability);
        self.add(Gate::Event(id))
    }

    /// True or false whatever happens.
    pub fn constant(&mut self, value: bool) -> Signal {
        self.add(Gate::Constant(value))
    }

    /// True when all inputs are; without inputs true.
    pub fn and(&mut self, inputs: impl IntoIterator<Item = Signal>) -> Signal {
        self.add(Gate::And(inputs.into_iter().collect()))
    }

    /// True when an input is; without inputs false.
    pub fn or(&mut self, inputs: impl IntoIterator<Item = Signal>) -> Signal {
        self.add(Gate::Or(inputs.into_iter().collect()))
    }

    /// True when at least `count` of the inputs are; an input given twice counts twice.
    pub fn at_least(&mut self, count: u32, inputs: impl IntoIterator<Item = Signal>) -> Signal {
        self.add(Gate::AtLeast(count, inputs.into_iter().collect()))
    }

    /// True when an odd number of inputs is; with two inputs, exclusive or.
    pub fn xor(&mut self, inputs: impl IntoIterator<Item = Signal>) -> Signal {
        self.add(Gate::Xor(inputs.into_iter().collect()))
    }

    /// True when the input is not. Circuits with `not` and `xor` need not be coherent.
    pub fn not(&mut self, input: Signal) -> Signal {
        self.add(Gate::Not(input))
    }

    /// The circuit whose top event is `top`.
    ///
    /// # Errors
    /// The first thing the engine cannot accept: a name given twice, a probability out of range, a foreign signal.
    pub fn finish(self, top: Signal) -> Result<Circuit, CircuitError> {
        let mut seen = HashSet::new();
        if let Some(name) = self.names.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(CircuitError::SameName(name.clone()));
        }
        for (event, probability) in self.names.iter().zip(&self.probabilities) {
            if let Some(value) = probability.filter(|p| !(0.0..=1.0).contains(p)) {
                return Err(CircuitError::Probability { event: event.clone(), value });
            }
        }
        let foreign = |(place, gate): (usize, &Gate)| gate.inputs().iter().any(|s| s.0 as usize >= place);
        if top.0 as usize >= self.gates.len() || self.gates.iter().enumerate().any(foreign) {
            return Err(CircuitError::ForeignSignal);
        }
        Ok(Circuit { gates: self.gates, names: self.names, probabilities: self.probabilities, top })
    }
}

/// A Boolean function of events, as gates that share sub-gates.
#[derive(Clone, Debug)]
pub struct Circuit {
    pub(super) gates: Vec<Gate>,
    pub(super) top: Signal,
    names: Vec<String>,
    probabilities: Vec<Option<f64>>,
}

impl Circuit {
    /// All events, in the order in which they were added.
    pub fn events(&self) -> impl ExactSizeIterator<Item = EventId> + use<> {
        (0..u32::try_from(self.names.len()).unwrap_or(u32::MAX)).map(EventId)
    }

    /// Name of an event of this circuit; empty for an event of another.
    pub fn name(&self, event: EventId) -> &str {
        self.names.get(event.index()).map_or("", String::as_str)
    }

    /// Probability of an event, if one was given.
    pub fn probability(&self, event: EventId) -> Option<f64> {
        self.probabilities.get(event.index()).copied().flatten()
    }

    /// Events that stand below the top, in the order of events.
    pub(super) fn used_events(&self) -> Vec<EventId> {
        let mut used = vec![false; self.gates.len()];
        used[self.top.0 as usize] = true;
        let mut out = Vec::new();
        for (place, gate) in self.gates.iter().enumerate().rev() {
            if used[place] {
                gate.inputs().iter().for_each(|input| used[input.0 as usize] = true);
                out.extend(if let Gate::Event(event) = gate { Some(*event) } else { None });
            }
        }
        out.reverse();
        out
    }

    /// The circuit with `event` fixed: its cofactor. The event stays in the list of events, without influence.
    #[must_use]
    pub fn given(&self, event: EventId, value: bool) -> Circuit {
        let mut out = self.clone();
        for gate in out.gates.iter_mut().filter(|gate| **gate == Gate::Event(event)) {
            *gate = Gate::Constant(value);
        }
        out
    }

    /// The top event in 64 situations at once. `lanes` has one word per event; bit i of it says whether the event
    /// is true in situation i. Missing words count as 0.
    pub fn evaluate(&self, lanes: &[u64]) -> u64 {
        let mut values = Vec::with_capacity(self.gates.len());
        self.evaluate_into(lanes, &mut values);
        values.get(self.top.0 as usize).copied().unwrap_or(0)
    }

    /// As `evaluate`, in a buffer that many calls share.
    pub(super) fn evaluate_into(&self, lanes: &[u64], values: &mut Vec<u64>) {
        values.clear();
        for gate in &self.gates {
            let of = |signal: &Signal| values[signal.0 as usize];
            let value = match gate {
                Gate::Constant(value) => {
                    if *value {
                        u64::MAX
                    } else {
                        0
                    }
                }
                Gate::Event(event) => lanes.get(event.index()).copied().unwrap_or(0),
                Gate::And(args) => args.iter().map(of).fold(u64::MAX, |a, b| a & b),
                Gate::Or(args) => args.iter().map(of).fold(0, |a, b| a | b),
                Gate::Xor(args) => args.iter().map(of).fold(0, |a, b| a ^ b),
                Gate::Not(arg) => !of(arg),
                Gate::AtLeast(count, args) => at_least(*count, args.iter().map(of)),
            };
            values.push(value);
        }
    }

    /// Events r such that the top event is true when r and `given` are true and nothing else is; none if `given`
    /// alone suffices already. With `None`: the single points of failure, unless the top event is true anyway.
    ///
    /// With `Some(e)` these are the cut sets of order 1 of the cofactor at e: the single points of recovery when e
    /// starts an interruption (single points of failure are among them). Needs no diagram, so no limit applies:
    /// n events cost n/64 passes over the gates.
    pub fn single_points(&self, given: Option<EventId>) -> Vec<EventId> {
        let mut lanes = vec![0; self.names.len()];
        if let Some(lane) = given.and_then(|event| lanes.get_mut(event.index())) {
            *lane = u64::MAX;
        }
        if self.evaluate(&lanes) & 1 == 1 {
            return Vec::new();
        }
        let (mut out, mut values) = (Vec::new(), Vec::with_capacity(self.gates.len()));
        let others: Vec<EventId> = self.events().filter(|event| Some(*event) != given).collect();
        for group in others.chunks(64) {
            group.iter().enumerate().for_each(|(bit, event)| lanes[event.index()] = 1 << bit);
            self.evaluate_into(&lanes, &mut values);
            let top = values[self.top.0 as usize];
            out.extend(
                group.iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1).map(|(_, event)| *event),
            );
            group.iter().for_each(|event| lanes[event.index()] = 0);
        }
        out
    }
}

/// Lanes in which at least `count` of the words have their bit set, by a counter that stands upright: word j holds
/// bit j of the 64 counts.
fn at_least(count: u32, words: impl Iterator<Item = u64>) -> u64 {
    let mut counter: Vec<u64> = Vec::new();
    for mut carry in words {
        for digit in &mut counter {
            (*digit, carry) = (*digit ^ carry, *digit & carry);
        }
        if carry != 0 {
            counter.push(carry);
        }
    }
    let digits = counter.len().max((u32::BITS - count.leading_zeros()) as usize);
    let (mut above, mut equal) = (0, u64::MAX);
    for place in (0..digits).rev() {
        let digit = counter.get(place).copied().unwrap_or(0);
        let wanted = if count >> place & 1 == 1 { u64::MAX } else { 0 };
        above |= equal & digit & !wanted;
        equal &= !(digit ^ wanted);
    }
    above | equal
}
