//! Losses put together for a question: what they hit, which objectives apply, and what they do.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

use assess::condition::Damage;
use assess::loss::{find, joint};
use base::{Id, Span};
use plan::{Class, Effect, Files, Plan, ReadFailure};

struct One(&'static str);

impl Files for One {
    fn size(&self, _: &str) -> Result<u64, ReadFailure> {
        Ok(self.0.len() as u64)
    }
    fn read(&self, _: &str, _: u64) -> Result<Vec<u8>, ReadFailure> {
        Ok(self.0.as_bytes().to_vec())
    }
}

fn town() -> Plan {
    plan::read(&One(include_str!("../../../examples/town-office/okiagari.yaml")), plan::ENTRY).plan
}

fn hits(ids: &[&str]) -> Vec<(String, Option<Effect>)> {
    ids.iter().map(|id| ((*id).to_owned(), None)).collect()
}

#[test]
fn one_thing_alone_is_the_loss_that_is_known_already() {
    let plan = town();
    for id in ["hall", "hall+people", "nas", "jp/iwate"] {
        assert_eq!(joint(&plan, &hits(&[id])), Ok(find(&plan, id).unwrap()), "{id}");
    }
}

#[test]
fn several_things_are_lost_at_once_and_the_worst_class_applies() {
    let plan = town();
    let loss = joint(&plan, &hits(&["nas", "server"])).unwrap();
    assert_eq!((loss.id.as_str(), loss.class, loss.events.len()), ("nas,server", Class::Failure, 2));
    let loss = joint(&plan, &hits(&["nas", "hall+people"])).unwrap();
    assert!(loss.class == Class::Disaster && loss.takes_people);
    let ids = [Id::new("nas"), Id::new("server"), Id::new("spare"), Id::new("moon")];
    let found = assess::conditions(&plan, &loss, &ids);
    let damage: Vec<(&str, Damage)> = found.iter().map(|(id, c)| (id.as_str(), c.damage)).collect();
    assert_eq!(damage, [("nas", Damage::Gone), ("server", Damage::Gone), ("spare", Damage::Intact)]);
}

#[test]
fn an_effect_that_is_said_takes_the_place_of_the_usual_one() {
    let plan = town();
    let loss = joint(&plan, &[("hall".to_owned(), Some(Effect::Out))]).unwrap();
    assert_eq!((loss.id.as_str(), &loss.events[..]), ("hall=out", &[(Id::new("hall"), Effect::Out)][..]));
    let found = assess::conditions(&plan, &loss, &[Id::new("server")]);
    assert!(found[0].1.damage == Damage::Intact && found[0].1.out.contains(Span::ZERO));
}

#[test]
fn what_the_plan_does_not_have_cannot_be_lost() {
    assert_eq!(joint(&town(), &hits(&["nas", "moon"])), Err("moon".to_owned()));
    assert!(joint(&town(), &hits(&["counter"])).is_ok(), "a service may be lost by itself");
}
