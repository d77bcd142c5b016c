//! The elements of a list stay what they are, wherever a type that knows a part of them puts them.

use crate::support::{codec, session, spelled};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use session_core::{Codec, ErrorKind, Payload};
use session_php::{Format, Partial, Value};
use std::collections::{BTreeSet, HashMap};
use std::slice;

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
struct Item {
    sku: String,
}

impl Item {
    fn new(sku: impl Into<String>) -> Self {
        Self { sku: sku.into() }
    }
}

#[derive(Debug, Deserialize, Serialize)]
struct Shop<L> {
    cart: L,
}

/// An item as PHP has it, with what the type does not know.
fn object(sku: &str, qty: usize) -> String {
    format!("O:4:\"Item\":2:{{s:3:\"sku\";s:{}:\"{sku}\";s:3:\"qty\";i:{qty};}}", sku.len())
}

fn array(sku: &str, qty: usize) -> String {
    format!("a:2:{{s:3:\"sku\";s:{}:\"{sku}\";s:3:\"qty\";i:{qty};}}", sku.len())
}

/// An item as the type makes it.
fn new(sku: &str) -> String {
    format!("a:1:{{s:3:\"sku\";s:{}:\"{sku}\";}}", sku.len())
}

fn list(elements: &[String]) -> String {
    let entry = |(number, element)| format!("i:{number};{element}");
    let entries: String = elements.iter().enumerate().map(entry).collect();
    format!("a:{}:{{{entries}}}", elements.len())
}

/// Three items, two of them objects.
fn three() -> [String; 3] {
    [object("A", 2), array("B", 1), object("C", 7)]
}

/// What is stored of a list once a type changed it.
fn after<L: DeserializeOwned + Serialize>(
    elements: &[String],
    change: impl FnOnce(&mut L),
) -> String {
    let codec = codec(Format::Php);
    let stored = Payload::text(format!("cart|{}", list(elements)));
    let mut shop: Partial<Shop<L>> = codec.decode(&stored).expect("the type knows it");
    change(&mut shop.cart);
    let payload = codec.encode(&shop).expect("PHP can hold it");
    String::from_utf8(payload.as_bytes().to_vec()).expect("it is all ASCII")
}

/// That these elements are what a change leaves of the three.
#[track_caller]
fn leaves(elements: &[String], change: impl FnOnce(&mut Vec<Item>)) {
    assert_eq!(after(&three(), change), format!("cart|{}", list(elements)));
}

#[test]
fn elements_stay_when_one_comes() {
    let [a, b, c] = three();
    leaves(&[a.clone(), b.clone(), c.clone(), new("D")], |cart| cart.push(Item::new("D")));
    leaves(&[new("D"), a.clone(), b.clone(), c.clone()], |cart| cart.insert(0, Item::new("D")));
    leaves(&[a, new("D"), b, c], |cart| cart.insert(1, Item::new("D")));
}

#[test]
fn elements_stay_when_one_goes() {
    let [a, b, c] = three();
    leaves(&[b.clone(), c.clone()], |cart| drop(cart.remove(0)));
    leaves(&[a.clone(), c.clone()], |cart| drop(cart.remove(1)));
    leaves(&[c.clone(), b.clone()], |cart| drop(cart.swap_remove(0)));
    leaves(&[a], |cart| cart.truncate(1));
    leaves(&[b, c, new("D")], |cart| {
        cart.remove(0);
        cart.push(Item::new("D"));
    });
    leaves(&[], Vec::clear);
}

#[test]
fn elements_stay_when_they_move() {
    let [a, b, c] = three();
    leaves(&[b.clone(), a.clone(), c.clone()], |cart| cart.swap(0, 1));
    leaves(&[b.clone(), c.clone(), a.clone()], |cart| cart.rotate_left(1));
    leaves(&[c, b, a], |cart| cart.reverse());
}

#[test]
fn an_element_that_changes_in_its_place_keeps_the_rest_of_it() {
    let [a, b, c] = three();
    let changed = |item: &String, from, to| item.replace(&format!("\"{from}\""), to);
    let b2 = changed(&b, "B", "\"X\"");
    leaves(&[a.clone(), b2.clone(), c.clone()], |cart| cart[1].sku = "X".into());
    let (a2, c2) = (changed(&a, "A", "\"Y\""), changed(&c, "C", "\"Z\""));
    leaves(&[a2, b2.clone(), c2], |cart| {
        for (item, sku) in cart.iter_mut().zip(["Y", "X", "Z"]) {
            item.sku = sku.into();
        }
    });
    // Others came and went, but not between it and its neighbours.
    leaves(&[new("D"), a, b2, c, new("E")], |cart| {
        cart[1].sku = "X".into();
        cart.insert(0, Item::new("D"));
        cart.push(Item::new("E"));
    });
}

#[test]
fn an_element_that_changed_beside_one_that_came_or_went_is_new() {
    let [_, _, c] = three();
    leaves(&[new("X"), c, new("D")], |cart| {
        cart.remove(0);
        cart[0].sku = "X".into();
        cart.push(Item::new("D"));
    });
}

#[test]
fn elements_that_both_moved_and_changed_are_taken_for_those_that_stood_there() {
    let [a, b, c] = three();
    leaves(&[a.replace("\"A\"", "\"X\""), b, c.replace("\"C\"", "\"Y\"")], |cart| {
        cart.swap(0, 2);
        cart[0].sku = "X".into();
        cart[2].sku = "Y".into();
    });
}

#[test]
fn elements_that_look_alike_each_stay_once() {
    let twins = [object("A", 1), object("A", 2), object("B", 3)];
    let [one, two, b] = twins.clone();
    let check = |elements: &[String], change: fn(&mut Vec<Item>)| {
        assert_eq!(after(&twins, change), format!("cart|{}", list(elements)));
    };
    check(&[one.clone(), two.clone(), b.clone(), new("A")], |cart| cart.push(Item::new("A")));
    let before_all = [new("B"), one.clone(), two.clone(), b.clone()];
    check(&before_all, |cart| cart.insert(0, Item::new("B")));
    check(&[b.clone(), one.clone(), two.clone()], |cart| cart.rotate_right(1));
    check(&[one.clone(), b.clone()], |cart| drop(cart.remove(1)));
    check(&[b, one], |cart| {
        cart.remove(0);
        cart.reverse();
    });
}

#[test]
fn elements_of_lists_within_lists_stay() {
    let inner = |elements: &[String]| list(elements);
    let [a, b, c] = three();
    let stored = [inner(&[a.clone(), b.clone()]), inner(slice::from_ref(&c))];
    let moved = after(&stored, |lists: &mut Vec<Vec<Item>>| {
        lists[0].swap(0, 1);
        lists[0].push(Item::new("D"));
    });
    assert_eq!(moved, format!("cart|{}", list(&[inner(&[b, a, new("D")]), inner(&[c])])));
}

#[test]
fn what_follows_what_a_tuple_knows_stays() {
    let [a, b, c] = three();
    let changed = after(&three(), |pair: &mut (Item, Item)| pair.1.sku = "X".into());
    assert_eq!(changed, format!("cart|{}", list(&[a, b.replace("\"B\"", "\"X\""), c])));
}

#[test]
fn elements_that_are_maps_without_an_order_are_told_by_their_entries() {
    let wide = |number: usize| {
        let entry = |key: usize| format!("s:3:\"k{key:02}\";i:{number};");
        let entries = (0..20).map(entry).collect::<Vec<_>>().concat();
        format!("O:1:\"M\":20:{{{entries}}}")
    };
    let (one, two) = (wide(1), wide(2));
    let pushed = after(&[one.clone(), two.clone()], |maps: &mut Vec<HashMap<String, i64>>| {
        maps.swap(0, 1);
        maps.push(HashMap::new());
    });
    assert_eq!(pushed, format!("cart|{}", list(&[two, one, "a:0:{}".into()])));
}

#[test]
fn a_set_that_reads_a_list_in_its_own_order_loses_no_element_and_keeps_none() {
    let stored = [object("B", 1), object("A", 2)];
    let without = after(&stored, |set: &mut BTreeSet<Item>| {
        set.remove(&Item::new("A"));
    });
    assert_eq!(without, format!("cart|{}", list(&[new("B")])));
    let other = after(&stored, |set: &mut BTreeSet<Item>| {
        set.remove(&Item::new("A"));
        set.insert(Item::new("C"));
    });
    assert_eq!(other, format!("cart|{}", list(&[new("B"), new("C")])));
    let more = after(&stored, |set: &mut BTreeSet<Item>| {
        set.insert(Item::new("C"));
    });
    assert_eq!(more, format!("cart|{}", list(&[new("A"), new("B"), new("C")])));
    let turned = [stored[1].clone(), stored[0].clone()];
    let more = after(&turned, |set: &mut BTreeSet<Item>| {
        set.insert(Item::new("C"));
    });
    assert_eq!(more, format!("cart|{}", list(&[turned[0].clone(), turned[1].clone(), new("C")])));
}

#[test]
fn elements_that_a_type_reads_otherwise_than_they_stand_stay() {
    let numbers = ["i:1;", "d:2;", "i:3;"].map(String::from);
    let more = after(&numbers, |numbers: &mut Vec<f64>| {
        numbers.rotate_left(1);
        numbers.push(0.5);
    });
    assert_eq!(more, "cart|a:4:{i:0;d:2;i:1;i:3;i:2;i:1;i:3;d:0.5;}");
    let suits = ["E:8:\"S:Hearts\";", "E:8:\"S:Spades\";"].map(String::from);
    let fewer = after(&suits, |suits: &mut Vec<String>| drop(suits.remove(0)));
    assert_eq!(fewer, "cart|a:1:{i:0;E:8:\"S:Spades\";}");
}

#[test]
fn references_follow_the_elements_to_which_they_lead() {
    let codec = codec(Format::Php);
    let (a, b) = (object("A", 2), object("B", 1));
    let stored = format!("cart|{}last|r:2;", list(&[a.clone(), b.clone()]));
    let mut shop: Partial<Shop<Vec<Item>>> = codec.decode(&Payload::text(stored)).unwrap();
    shop.cart.insert(0, Item::new("D"));
    shop.cart.swap(1, 2);
    let moved = format!("cart|{}last|r:7;", list(&[new("D"), b, a]));
    assert_eq!(codec.encode(&shop).unwrap().as_bytes(), moved.as_bytes());
    shop.cart = vec![Item::new("B")];
    let error = codec.encode(&shop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

/// What becomes of a list.
#[derive(Clone, Debug)]
enum Move {
    Insert(Index),
    Remove(Index),
    Swap(Index, Index),
    Rotate(Index),
    Truncate(Index),
    Reverse,
}

fn step() -> impl Strategy<Value = Move> {
    let index = any::<Index>;
    prop_oneof![
        index().prop_map(Move::Insert),
        index().prop_map(Move::Remove),
        (index(), index()).prop_map(|(one, other)| Move::Swap(one, other)),
        index().prop_map(Move::Rotate),
        index().prop_map(Move::Truncate),
        Just(Move::Reverse),
    ]
}

fn apply<T>(list: &mut Vec<T>, step: &Move, new: T) {
    let length = list.len();
    match step {
        Move::Insert(at) => list.insert(at.index(length + 1), new),
        _ if list.is_empty() => {}
        Move::Remove(at) => drop(list.remove(at.index(length))),
        Move::Swap(one, other) => list.swap(one.index(length), other.index(length)),
        Move::Rotate(by) => list.rotate_left(by.index(length)),
        Move::Truncate(at) => list.truncate(at.index(length + 1)),
        Move::Reverse => list.reverse(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn elements_keep_their_bytes_wherever_they_go(count in 0..9_usize, steps in vec(step(), 1..7)) {
        // A list that changes is written anew, in the spelling that PHP has today.
        let mut elements: Vec<_> = (0..count).map(|number| {
            let sku = format!("s{number}");
            let stored = if number.is_multiple_of(2) { object(&sku, number) } else { array(&sku, number) };
            (sku, Some(stored))
        }).collect();
        let stored: Vec<_> = elements.iter().filter_map(|(_, stored)| stored.clone()).collect();
        let moved = after(&stored, |cart: &mut Vec<Item>| {
            for (number, step) in steps.iter().enumerate() {
                let sku = format!("n{number}");
                apply(&mut elements, step, (sku.clone(), None));
                apply(cart, step, Item::new(sku));
            }
        });
        let moved = session(&moved);
        let moved = moved.get("cart").and_then(Value::as_array).unwrap();
        prop_assert_eq!(moved.len(), elements.len());
        for ((_, value), (sku, stored)) in moved.iter().zip(elements) {
            // A new one may stand where another stood, and be taken for that one.
            let known = format!("s:3:\"sku\";s:2:\"{sku}\";");
            let spelled = spelled(value.clone());
            prop_assert!(spelled.contains(&known));
            prop_assert!(stored.is_none_or(|stored| stored == spelled));
        }
    }

    #[test]
    fn a_set_comes_back_as_it_is_whatever_the_order_of_its_list(
        skus in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        count in 0..7_usize,
        gone in vec(0..6_usize, 0..3),
        come in vec(0..9_usize, 0..3),
    ) {
        let skus = &skus[..count];
        let name = |sku: usize| format!("s{sku}");
        let change = |set: &mut BTreeSet<Item>| {
            for sku in &gone {
                set.remove(&Item::new(name(*sku)));
            }
            set.extend(come.iter().map(|sku| Item::new(name(*sku))));
        };
        let stored: Vec<_> = skus.iter().map(|sku| object(&name(*sku), *sku)).collect();
        let written = after(&stored, change);
        let again: Shop<BTreeSet<Item>> = codec(Format::Php).decode(&Payload::text(written)).unwrap();
        let mut expected = skus.iter().map(|sku| Item::new(name(*sku))).collect();
        change(&mut expected);
        prop_assert_eq!(again.cart, expected);
    }

    #[test]
    fn elements_that_look_alike_are_given_out_once(
        skus in vec(0..3_usize, 0..9),
        steps in vec(step(), 1..7),
    ) {
        let codec = codec(Format::Php);
        let name = |sku: usize| format!("s{sku}");
        let elements: Vec<String> = skus.iter().enumerate()
            .map(|(number, sku)| object(&name(*sku), number)).collect();
        let payload = Payload::text(format!("cart|{}", list(&elements)));
        let mut shop: Partial<Shop<Vec<Item>>> = codec.decode(&payload).unwrap();
        for (number, step) in steps.iter().enumerate() {
            apply(&mut shop.cart, step, Item::new(name(number % 3)));
        }
        let written = codec.encode(&shop).unwrap();
        let again: Partial<Shop<Vec<Item>>> = codec.decode(&written).unwrap();
        prop_assert_eq!(&again.cart, &shop.cart);
        let written = String::from_utf8(written.as_bytes().to_vec()).unwrap();
        for sku in 0..3 {
            let alike = || (0..skus.len()).filter(|number| skus[*number] == sku);
            let kept = alike().filter(|number| {
                written.matches(&object(&name(sku), *number)).count() == 1
            });
            let wanted = shop.cart.iter().filter(|item| item.sku == name(sku)).count();
            prop_assert_eq!(kept.count(), wanted.min(alike().count()));
        }
    }
}
