//! The elements of a list stay the same in every change of the list.

use crate::lists::{Item, Shop, after, array, list, object};
use crate::support::{codec, session, spelled};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{Format, Partial, Value};
use std::collections::BTreeSet;

/// The change of a list.
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
        // A changed list is written again, in the spelling of current PHP versions.
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
            // A new element may take the position of another one, and count as that one.
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
