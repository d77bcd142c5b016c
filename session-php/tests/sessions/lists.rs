//! Elements of a list keep their unknown parts when a type of a part moves them.

use crate::support::codec;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{Format, Partial};
use std::collections::{BTreeSet, HashMap};
use std::slice;

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) struct Item {
    pub(crate) sku: String,
}

impl Item {
    pub(crate) fn new(sku: impl Into<String>) -> Self {
        Self { sku: sku.into() }
    }
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Shop<L> {
    pub(crate) cart: L,
}

/// An item of PHP, with parts that the type does not know.
pub(crate) fn object(sku: &str, qty: usize) -> String {
    format!("O:4:\"Item\":2:{{s:3:\"sku\";s:{}:\"{sku}\";s:3:\"qty\";i:{qty};}}", sku.len())
}

pub(crate) fn array(sku: &str, qty: usize) -> String {
    format!("a:2:{{s:3:\"sku\";s:{}:\"{sku}\";s:3:\"qty\";i:{qty};}}", sku.len())
}

/// An item that the type makes.
fn new(sku: &str) -> String {
    format!("a:1:{{s:3:\"sku\";s:{}:\"{sku}\";}}", sku.len())
}

pub(crate) fn list(elements: &[String]) -> String {
    let entry = |(number, element)| format!("i:{number};{element}");
    let entries: String = elements.iter().enumerate().map(entry).collect();
    format!("a:{}:{{{entries}}}", elements.len())
}

/// Three items, two of them objects.
fn three() -> [String; 3] {
    [object("A", 2), array("B", 1), object("C", 7)]
}

/// The stored bytes of a list after a change by a type.
pub(crate) fn after<L: DeserializeOwned + Serialize>(
    elements: &[String],
    change: impl FnOnce(&mut L),
) -> String {
    beside(&format!("cart|{}", list(elements)), change)
}

/// Like [`after`], for a list among other variables.
fn beside<L: DeserializeOwned + Serialize>(stored: &str, change: impl FnOnce(&mut L)) -> String {
    let codec = codec(Format::Php);
    let mut shop: Partial<Shop<L>> =
        codec.decode(&Payload::text(stored)).expect("the type knows it");
    change(&mut shop.cart);
    let payload = codec.encode(&shop).expect("PHP can hold it");
    String::from_utf8(payload.as_bytes().to_vec()).expect("it is all ASCII")
}

/// Asserts that a change of the three leaves these elements.
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
    // Other elements were added and removed, but not between it and its neighbors.
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
fn elements_that_are_unordered_maps_are_identified_by_their_entries() {
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
}

#[test]
fn a_value_that_goes_stays_where_the_first_reference_to_it_stands() {
    let (a, b) = (object("A", 2), object("B", 1));
    let both = list(&[a.clone(), b.clone()]);
    let one = list(slice::from_ref(&b));
    // PHP counts an `r:`, so the number of `y` changes with one that becomes the object.
    for (kind, was, is) in [("r", 11, 10), ("R", 9, 9)] {
        let stored = format!("cart|{both}last|{kind}:2;all|a:1:{{i:0;{kind}:2;}}y|i:1;z|R:{was};");
        let home = format!("cart|{one}last|{a}all|a:1:{{i:0;{kind}:5;}}y|i:1;z|R:{is};");
        assert_eq!(beside(&stored, |cart: &mut Vec<Item>| drop(cart.remove(0))), home);
    }
}

#[test]
fn a_value_that_moves_behind_a_reference_to_it_changes_places_with_it() {
    let friend = |number: usize| {
        format!("O:6:\"Friend\":2:{{s:3:\"sku\";s:1:\"F\";s:2:\"of\";r:{number};}}")
    };
    let a = object("A", 2);
    let stored = format!("cart|{}last|r:5;", list(&[a.clone(), friend(2)]));
    let turned = beside(&stored, |cart: &mut Vec<Item>| cart.reverse());
    let friend = friend(0).replace("r:0;", &a);
    assert_eq!(turned, format!("cart|{}last|r:2;", list(&[friend, "r:4;".into()])));
    assert_eq!(beside(&turned, |cart: &mut Vec<Item>| cart.reverse()), stored);
}

#[test]
fn values_within_values_stay_once_where_they_are_first() {
    let item =
        |owner: &str| format!("O:4:\"Item\":2:{{s:3:\"sku\";s:1:\"A\";s:5:\"owner\";{owner}}}");
    let owner = "O:1:\"U\":0:{}";
    let cart = format!("cart|{}", list(&[item(owner)]));
    let outer_first = beside(&format!("{cart}last|r:2;who|r:4;"), Vec::<Item>::clear);
    assert_eq!(outer_first, format!("cart|a:0:{{}}last|{}who|r:4;", item(owner)));
    let inner_first = beside(&format!("{cart}who|r:4;last|r:2;"), Vec::<Item>::clear);
    assert_eq!(inner_first, format!("cart|a:0:{{}}who|{owner}last|{}", item("r:2;")));
}

#[test]
fn a_value_that_holds_itself_may_go_or_stay() {
    let own = "O:4:\"Item\":2:{s:3:\"sku\";s:1:\"A\";s:4:\"self\";r:2;}";
    let stored = format!("cart|{}last|r:2;", list(&[own.into()]));
    let without = beside(&stored, Vec::<Item>::clear);
    assert_eq!(without, format!("cart|a:0:{{}}last|{own}"));
    let alone = format!("cart|{}", list(&[own.into()]));
    assert_eq!(beside(&alone, Vec::<Item>::clear), "cart|a:0:{}");
}
