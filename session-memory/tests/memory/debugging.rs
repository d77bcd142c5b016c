use crate::support::{Bench, record};

#[test]
fn the_debug_output_shows_the_settings_and_no_session() {
    let bench = Bench::with(|builder| builder.shards(3).max_sessions(7));
    bench.create("hunter2", &record(60, "secret")).unwrap();
    let printed = format!("{:?}", bench.store);
    assert!(printed.starts_with("MemoryStore { capabilities: Capabilities {"), "{printed}");
    for setting in ["clock_skew: 1s", "records: 7", "shards: 4"] {
        assert!(printed.contains(setting), "{printed}");
    }
    assert!(!printed.contains("hunter2") && !printed.contains("secret"), "{printed}");
}
