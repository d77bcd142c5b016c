//! Codecs never panic on any bytes, and return any encoded data unchanged.

use crate::data::{Blob, Chain, Format, Nest, Role, Sample, Thread, Tree};
use crate::for_each_format;
use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, Strategy, any};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use proptest::{option, prop_assert_eq, prop_oneof};
use serde::Serialize;
use serde::de::DeserializeOwned;
use session_core::ErrorKind;
use session_core::codec::Limits;
use session_core::store::Payload;
use std::collections::BTreeMap;

for_each_format! {
    any_bytes_are_data_or_corrupt
    any_data_comes_back
    damaged_data_is_data_or_corrupt
}

fn any_bytes_are_data_or_corrupt<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    check(vec(any::<u8>(), 0..64), |bytes| decode_as_anything(&format, &Payload::binary(bytes)));
}

fn damaged_data_is_data_or_corrupt<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    let damage = (sample(), any::<proptest::sample::Index>(), any::<u8>());
    check(damage, |(sample, place, byte)| {
        let mut bytes = format.encode(&sample).unwrap().as_bytes().to_vec();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        decode_as_anything(&format, &Payload::binary(bytes))
    });
}

fn any_data_comes_back<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    check(sample(), |sample| {
        let payload = format.encode(&sample).unwrap();
        prop_assert_eq!(&format.encode(&sample).unwrap(), &payload);
        prop_assert_eq!(format.decode::<Sample>(&payload).unwrap(), sample);
        Ok(())
    });
}

fn decode_as_anything(format: &impl Format, payload: &Payload) -> Result<(), TestCaseError> {
    decode_as::<Sample>(format, payload)?;
    decode_as::<Vec<Role>>(format, payload)?;
    decode_as::<Tree>(format, payload)?;
    decode_as::<Nest>(format, payload)?;
    decode_as::<Chain>(format, payload)?;
    decode_as::<Thread>(format, payload)?;
    decode_as::<Blob>(format, payload)?;
    decode_as::<String>(format, payload)?;
    decode_as::<BTreeMap<String, Option<(i64, char)>>>(format, payload)
}

/// If the bytes can be decoded, the data can be encoded and decoded again.
fn decode_as<T>(format: &impl Format, payload: &Payload) -> Result<(), TestCaseError>
where
    T: Serialize + DeserializeOwned,
{
    match format.decode::<T>(payload) {
        Ok(data) => {
            let again = format.encode(&data).unwrap();
            let data = format.decode::<T>(&again).unwrap();
            prop_assert_eq!(format.encode(&data).unwrap(), again);
        }
        Err(error) => {
            prop_assert_eq!(error.kind(), ErrorKind::Corrupt);
            prop_assert_eq!(error.payload(), Some(payload));
        }
    }
    Ok(())
}

fn sample() -> impl Strategy<Value = Sample> {
    let role = prop_oneof![
        Just(Role::Guest),
        any::<u32>().prop_map(Role::Member),
        any::<(u8, i8)>().prop_map(|(a, b)| Role::Pair(a, b)),
        any::<u8>().prop_map(|level| Role::Staff { level }),
    ];
    let text = || vec(any::<char>(), 0..8).prop_map(String::from_iter);
    (
        text(),
        vec(any::<u32>(), 0..8),
        option::of(text()),
        any::<bool>(),
        // The value is finite.
        proptest::num::f64::NORMAL | proptest::num::f64::ZERO | proptest::num::f64::SUBNORMAL,
        vec(role, 0..8),
        btree_map(text(), any::<i64>(), 0..8),
    )
        .prop_map(|(user, cart, note, admin, rate, roles, counts)| Sample {
            user,
            cart,
            note,
            admin,
            rate,
            roles,
            counts,
        })
}

fn check<S: Strategy>(strategy: S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases: 512, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&strategy, property).unwrap();
}
