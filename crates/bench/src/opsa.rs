//! Fault trees in the Open-PSA model exchange format: gates, basic events with a constant probability, house events.

use std::collections::{HashMap, HashSet};

use assess::boolean::{Builder, Circuit, Signal};
use base::{Exit, Fault, Message};
use roxmltree::{Document, Node};

/// Formulas nested deeper than this are refused: they are walked on the thread's stack.
const DEEPEST: usize = 100;

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
            "gate" | "event" if refers_to_gate(node, self.definitions) => {
                match self.known.get(&(true, name(node))) {
                    Some(Known::Made(signal)) => Ok(*signal),
                    _ => Err(fault("bench-opsa-undefined", node)),
                }
            }
            "basic-event" | "house-event" | "event" => self.event(node),
            "constant" => {
                let value = node.attribute("value").and_then(|text| text.parse().ok());
                Ok(self.builder.constant(value.ok_or_else(|| fault("bench-opsa-truth", node))?))
            }
            _ => self.connective(node, depth + 1),
        }
    }

    fn connective(&mut self, node: Node<'a, 'a>, depth: usize) -> Result<Signal, Fault> {
        let tag = node.tag_name().name();
        let inputs = body(node).map(|child| self.formula(child, depth)).collect::<Result<Vec<_>, _>>()?;
        let builder = &mut self.builder;
        let signal = match (tag, inputs.as_slice()) {
            ("and", [_, ..]) => builder.and(inputs),
            ("or", [_, ..]) => builder.or(inputs),
            ("xor", [_, _]) => builder.xor(inputs),
            ("not", [input]) => builder.not(*input),
            ("imply", [cause, effect]) => {
                let not = builder.not(*cause);
                builder.or([not, *effect])
            }
            ("atleast", [_, ..]) => {
                let least = node.attribute("min").and_then(|text| text.parse().ok());
                builder.at_least(least.ok_or_else(|| fault("bench-opsa-min", node))?, inputs)
            }
            ("nand" | "nor" | "iff", [_, _, ..]) => return self.negated(tag, inputs, node),
            ("and" | "or" | "xor" | "not" | "imply" | "atleast" | "nand" | "nor" | "iff", _) => {
                return Err(fault("bench-opsa-inputs", node));
            }
            _ => return Err(fault("bench-opsa-unread", node)),
        };
        Ok(signal)
    }

    fn negated(&mut self, tag: &str, inputs: Vec<Signal>, node: Node<'a, 'a>) -> Result<Signal, Fault> {
        let plain = match (tag, inputs.len()) {
            ("nand", _) => self.builder.and(inputs),
            ("nor", _) => self.builder.or(inputs),
            ("iff", 2) => self.builder.xor(inputs),
            _ => return Err(fault("bench-opsa-inputs", node)),
        };
        Ok(self.builder.not(plain))
    }

    fn event(&mut self, node: Node<'a, 'a>) -> Result<Signal, Fault> {
        let key = (false, name(node));
        if let Some(Known::Made(signal)) = self.known.get(&key) {
            return Ok(*signal);
        }
        let signal = match (self.definitions.houses.get(name(node)), self.definitions.events.get(name(node)))
        {
            (Some(value), _) => self.builder.constant(*value),
            (None, Some(probability)) => self.builder.event(name(node), Some(*probability)),
            (None, None) => return Err(fault("bench-opsa-undefined", node)),
        };
        self.known.insert(key, Known::Made(signal));
        Ok(signal)
    }
}

#[cfg(test)]
mod tests {
    use base::Lang;

    use super::*;

    fn file(definitions: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<opsa-mef>\n<define-fault-tree name=\"t\">\n{definitions}\n</define-fault-tree>\n</opsa-mef>"
        )
    }

    const DATA: &str = r#"<model-data>
        <define-basic-event name="a"><float value="0.5"/></define-basic-event>
        <define-basic-event name="b"><label>words</label><float value="0.25"/></define-basic-event>
        <define-basic-event name="c"><int value="1"/></define-basic-event>
        <define-house-event name="on"><constant value="true"/></define-house-event>
        </model-data>"#;

    /// The tree of these gates, for all values of a (lowest bit) and b, with c true.
    fn values(gates: &str) -> u64 {
        let text = file(&format!("{gates}{DATA}"));
        let circuit = read(&text).unwrap_or_else(|fault| panic!("{:?}", fault.chain(Lang::En)));
        let word = |event| match circuit.name(event) {
            "a" => 0b1010,
            "b" => 0b1100,
            _ => 0b1111,
        };
        let lanes: Vec<u64> = circuit.events().map(word).collect();
        circuit.evaluate(&lanes) & 0b1111
    }

    fn truth(formula: &str) -> u64 {
        values(&format!("<define-gate name=\"top\"><or>{formula}</or></define-gate>"))
    }

    #[test]
    fn every_connective_means_what_the_format_says() {
        let ab = r#"<basic-event name="a"/><event name="b"/>"#;
        let three = r#"<basic-event name="a"/><basic-event name="b"/><basic-event name="c"/>"#;
        let wrapped = |tag: &str, inputs: &str| format!("<{tag}>{inputs}</{tag}>");
        let cases = [("and", 0b1000), ("or", 0b1110), ("xor", 0b0110), ("nand", 0b0111), ("nor", 0b0001)];
        for (tag, wanted) in cases.into_iter().chain([("iff", 0b1001), ("imply", 0b1101)]) {
            assert_eq!(truth(&wrapped(tag, ab)), wanted, "{tag}");
        }
        assert_eq!(truth(r#"<not><basic-event name="a"/></not>"#), 0b0101);
        assert_eq!(truth(&format!(r#"<atleast min="2">{three}</atleast>"#)), 0b1110);
        assert_eq!(truth(r#"<and><house-event name="on"/><basic-event name="a"/></and>"#), 0b1010);
        assert_eq!(
            truth(r#"<and><constant value="true"/><not><and><basic-event name="b"/></and></not></and>"#),
            0b0011
        );
    }

    #[test]
    fn gates_may_be_defined_in_any_order_and_used_twice() {
        let gates = r#"<define-gate name="g"><and><basic-event name="a"/><event name="h"/></and></define-gate>
            <define-gate name="top"><or><gate name="g"/><not><gate name="h"/></not></or></define-gate>
            <define-gate name="h"><basic-event name="b"/></define-gate>"#;
        assert_eq!(values(gates), 0b1011);
    }

    #[test]
    fn a_chain_of_gates_may_be_long() {
        let gate = |i: usize| {
            format!("<define-gate name=\"g{i}\"><or><gate name=\"g{}\"/></or></define-gate>", i + 1)
        };
        let chain: String = (0..30_000).map(gate).collect();
        let last = "<define-gate name=\"g30000\"><basic-event name=\"a\"/></define-gate>";
        assert_eq!(read(&file(&format!("{chain}{last}{DATA}"))).map(|c| c.evaluate(&[1])).ok(), Some(1));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let a = r#"<basic-event name="a"/>"#;
        let top = |formula: &str| format!("<define-gate name=\"top\">{formula}</define-gate>{DATA}");
        let deep = |n: usize| format!("{}{a}{}", "<not>".repeat(n), "</not>".repeat(n));
        assert!(read(&file(&top(&deep(99)))).is_ok());
        let cases = [
            (top(&format!("<atleast>{a}</atleast>")), "line 4: atleast needs a whole number min"),
            (top(&format!("<xor>{a}</xor>")), "line 4: xor has the wrong number of inputs"),
            (top("<and/>"), "line 4: and has the wrong number of inputs"),
            (top(&format!("<iff>{a}{a}{a}</iff>")), "line 4: iff has the wrong number of inputs"),
            (
                top(&format!("<cardinality min=\"1\">{a}</cardinality>")),
                "line 4: cardinality  is a part of Open-PSA that is not read",
            ),
            (top(""), "line 4: the gate top has no formula"),
            (top("<not><gate name=\"x\"/></not>"), "line 4: x is not defined"),
            (top("<not><basic-event name=\"x\"/></not>"), "line 4: x is not defined"),
            (top("<constant value=\"perhaps\"/>"), "line 4: constant  needs the value true or false"),
            (top(&deep(101)), "line 4: formulas are nested too deeply"),
            (format!("{}\n{}", top(a), top(a)), "line 10: top is defined twice"),
            (
                format!("{}\n<define-gate name=\"two\">{a}</define-gate>", top(a)),
                "line 10: two is a second top gate; one gate must use all others",
            ),
            (
                "<define-gate name=\"x\"><gate name=\"x\"/></define-gate>".to_owned(),
                "no top gate: each gate is used by another, or there is none",
            ),
            (
                format!(
                    "{}<define-gate name=\"x\"><gate name=\"y\"/></define-gate>\n<define-gate name=\"y\"><gate name=\"x\"/></define-gate>",
                    top("<gate name=\"y\"/>")
                ),
                "line 9: the gate x uses itself",
            ),
            (
                "<define-basic-event name=\"x\"/>".to_owned(),
                "line 4: x needs a constant probability from 0 to 1",
            ),
            (
                "<define-basic-event name=\"x\"><float value=\"2\"/></define-basic-event>".to_owned(),
                "line 4: x needs a constant probability from 0 to 1",
            ),
            (
                "<define-house-event name=\"x\"/>".to_owned(),
                "line 4: define-house-event x needs the value true or false",
            ),
            (
                "<define-parameter name=\"x\"/>".to_owned(),
                "line 4: define-parameter x is a part of Open-PSA that is not read",
            ),
        ];
        for (definitions, wanted) in cases {
            let fault = read(&file(&definitions)).err();
            assert_eq!(
                fault.map(|fault| fault.chain(Lang::En)),
                Some(vec![wanted.to_owned()]),
                "{definitions:.200}"
            );
        }
    }

    #[test]
    fn what_is_not_xml_is_said_with_the_cause() {
        assert!(read(&"<a>".repeat(100_000)).is_err());
        let said = read("<opsa-mef><a></opsa-mef>").map_err(|fault| fault.chain(Lang::En).join(": "));
        assert!(
            said.err()
                .is_some_and(|text| text.starts_with("it is not well-formed XML: ") && text.contains("1:14"))
        );
    }
}
