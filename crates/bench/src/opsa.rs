//! Fault trees in the Open-PSA model exchange format: gates, basic events with a constant probability, house events.

use std::collections::{HashMap, HashSet};

use assess::boolean::{Builder, Circuit, Signal};
use base::{Exit, Fault, Message};
use roxmltree::{Document, Node};

/// Formulas nested deeper than this are refused: they are walked on the thread's stack.
const DEEPEST: usize = 500;

/// The fault tree in `text`; its top is the one gate that no other uses.
///
/// # Errors
/// What is not XML, not of this format, or goes beyond what is read of it; the position in the text is named.
pub(crate) fn read(text: &str) -> Result<Circuit, Fault> {
    let document = Document::parse(text)
        .map_err(|error| Fault::new(Exit::Unusable, Message::new("bench-xml")).because(error))?;
    let definitions = Definitions::of(&document)?;
    let mut reader = Reader { definitions: &definitions, builder: Builder::new(), known: HashMap::new() };
    let top = reader.gate(definitions.top()?)?;
    let finished = reader.builder.finish(top);
    finished.map_err(|error| Fault::new(Exit::Unusable, Message::new("bench-circuit")).because(error))
}

/// Everything that is defined, by name.
struct Definitions<'a> {
    gates: HashMap<&'a str, Node<'a, 'a>>,
    gates_in_order: Vec<Node<'a, 'a>>,
    events: HashMap<&'a str, f64>,
    houses: HashMap<&'a str, bool>,
}

fn fault(id: &'static str, node: Node<'_, '_>) -> Fault {
    let position = node.document().text_pos_at(node.range().start);
    let message = Message::new(id).with("name", name(node)).with("tag", node.tag_name().name());
    Fault::new(Exit::Unusable, message.with("line", position.row))
}

fn name<'a>(node: Node<'a, 'a>) -> &'a str {
    node.attribute("name").unwrap_or_default()
}

fn elements<'a>(node: Node<'a, 'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(Node::is_element)
}

/// The formula or value of a definition; labels and attributes are for people.
fn body<'a>(node: Node<'a, 'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    elements(node).filter(|child| !matches!(child.tag_name().name(), "label" | "attributes"))
}

impl<'a> Definitions<'a> {
    fn of(document: &'a Document<'a>) -> Result<Definitions<'a>, Fault> {
        let mut out = Definitions {
            gates: HashMap::new(),
            gates_in_order: Vec::new(),
            events: HashMap::new(),
            houses: HashMap::new(),
        };
        for node in document.descendants().filter(Node::is_element) {
            let twice = match node.tag_name().name() {
                "define-gate" => {
                    out.gates_in_order.push(node);
                    out.gates.insert(name(node), node).is_some()
                }
                "define-basic-event" => out.events.insert(name(node), probability(node)?).is_some(),
                "define-house-event" => out.houses.insert(name(node), truth(node)?).is_some(),
                "define-parameter" | "define-CCF-group" | "define-event-tree" => {
                    return Err(fault("bench-opsa-unread", node));
                }
                _ => false,
            };
            if twice {
                return Err(fault("bench-opsa-twice", node));
            }
        }
        Ok(out)
    }

    fn top(&self) -> Result<Node<'a, 'a>, Fault> {
        let used: HashSet<&str> = self
            .gates_in_order
            .iter()
            .flat_map(|gate| gate.descendants().skip(1))
            .filter(|node| refers_to_gate(*node, self))
            .map(name)
            .collect();
        let mut tops = self.gates_in_order.iter().filter(|gate| !used.contains(name(**gate)));
        match (tops.next(), tops.next()) {
            (Some(top), None) => Ok(*top),
            (Some(_), Some(second)) => Err(fault("bench-opsa-tops", *second)),
            (None, _) => Err(Fault::new(Exit::Unusable, Message::new("bench-opsa-no-top"))),
        }
    }
}

fn refers_to_gate(node: Node<'_, '_>, definitions: &Definitions<'_>) -> bool {
    match node.tag_name().name() {
        "gate" => true,
        "event" => definitions.gates.contains_key(name(node)),
        _ => false,
    }
}

fn probability(node: Node<'_, '_>) -> Result<f64, Fault> {
    let value = body(node).next().filter(|value| matches!(value.tag_name().name(), "float" | "int"));
    let number = value.and_then(|value| value.attribute("value")).and_then(|text| text.parse().ok());
    number.filter(|p| (0.0..=1.0).contains(p)).ok_or_else(|| fault("bench-opsa-probability", node))
}

fn truth(node: Node<'_, '_>) -> Result<bool, Fault> {
    let value = body(node).next().and_then(|value| value.attribute("value"));
    value.and_then(|text| text.parse().ok()).ok_or_else(|| fault("bench-opsa-truth", node))
}

/// What was made of a gate so far. Gates are entered by name, and a gate that is entered while it is open is its
/// own input.
#[derive(Clone, Copy)]
enum Known {
    Open,
    Made(Signal),
}

struct Reader<'a> {
    definitions: &'a Definitions<'a>,
    builder: Builder,
    known: HashMap<(bool, &'a str), Known>,
}

impl<'a> Reader<'a> {
    /// Makes a gate after those it uses, which wait on a stack of our own: files may chain gates without end.
    fn gate(&mut self, top: Node<'a, 'a>) -> Result<Signal, Fault> {
        let mut open = vec![top];
        while let Some(gate) = open.last().copied() {
            let key = (true, name(gate));
            if let Some(Known::Made(_)) = self.known.get(&key) {
                open.pop();
                continue;
            }
            let first_visit = self.known.insert(key, Known::Open).is_none();
            let missing = self.missing(gate)?;
            if missing.is_empty() {
                let mut bodies = body(gate);
                let formula = bodies.next().ok_or_else(|| fault("bench-opsa-formula", gate))?;
                let signal = self.formula(formula, 0)?;
                self.known.insert(key, Known::Made(signal));
                open.pop();
            } else if first_visit {
                open.extend(missing);
            } else {
                return Err(fault("bench-opsa-cycle", gate));
            }
        }
        match self.known.get(&(true, name(top))) {
            Some(Known::Made(signal)) => Ok(*signal),
            _ => Err(fault("bench-opsa-cycle", top)),
        }
    }

    /// Gates that `gate` uses and that are not made yet.
    fn missing(&self, gate: Node<'a, 'a>) -> Result<Vec<Node<'a, 'a>>, Fault> {
        let mut out = Vec::new();
        for node in gate.descendants().skip(1).filter(|node| refers_to_gate(*node, self.definitions)) {
            match self.known.get(&(true, name(node))) {
                Some(Known::Made(_)) => {}
                Some(Known::Open) => return Err(fault("bench-opsa-cycle", gate)),
                None => {
                    let defined = self.definitions.gates.get(name(node));
                    out.push(*defined.ok_or_else(|| fault("bench-opsa-undefined", node))?);
                }
            }
        }
        Ok(out)
    }

    fn formula(&mut self, node: Node<'a, 'a>, depth: usize) -> Result<Signal, Fault> {
        if depth > DEEPEST {
            return Err(fault("bench-opsa-deep", node));
        }
        match node.tag_name().name() {
            "gate" | "event" if refers_to_gate(node, self.definitions) => match self.known.get(&(true, name(node))) {
                Some(Known::Made(signal)) => Ok(*signal),
                _ => Err(fault("bench-opsa-undefined", node)),
            },
            "basic-event" | "house-event" | "event" => self.event(node),
            "constant" => {
                let value = node.attribute("value").and_then(|text| text.parse().ok());
                Ok(self.builder.constant(value.ok_or_else(|| fault("bench-opsa-truth", node))?))
            }
            _ => self.connective(node, depth + 1),
        }
    }

    fn connective(&mut self, node: Node<'a, 'a>, depth: usize) -> Result<Signal, Fault> {
        let inputs = body(node).map(|child| self.formula(child, depth)).collect::<Result<Vec<_>, _>>()?;
        let count = inputs.len();
        Ok(match node.tag_name().name() {
            "and" => self.builder.and(inputs),
            "or" => self.builder.or(inputs),
            "xor" if count == 2 => self.builder.xor(inputs),
            "iff" if count == 2 => {
                let differ = self.builder.xor(inputs);
                self.builder.not(differ)
            }
            "imply" if count == 2 => {
                let not = self.builder.not(inputs[0]);
                self.builder.or([not, inputs[1]])
            }
            "not" if count == 1 => self.builder.not(inputs[0]),
            "nand" => {
                let all = self.builder.and(inputs);
                self.builder.not(all)
            }
            "nor" => {
                let any = self.builder.or(inputs);
                self.builder.not(any)
            }
            "atleast" => {
                let least = node.attribute("min").and_then(|text| text.parse().ok());
                self.builder.at_least(least.ok_or_else(|| fault("bench-opsa-min", node))?, inputs)
            }
            _ => return Err(fault("bench-opsa-unread", node)),
        })
    }

    fn event(&mut self, node: Node<'a, 'a>) -> Result<Signal, Fault> {
        let key = (false, name(node));
        if let Some(Known::Made(signal)) = self.known.get(&key) {
            return Ok(*signal);
        }
        let signal = match (self.definitions.houses.get(name(node)), self.definitions.events.get(name(node))) {
            (Some(value), _) => self.builder.constant(*value),
            (None, Some(probability)) => self.builder.event(name(node), Some(*probability)),
            (None, None) => return Err(fault("bench-opsa-undefined", node)),
        };
        self.known.insert(key, Known::Made(signal));
        Ok(signal)
    }
}
