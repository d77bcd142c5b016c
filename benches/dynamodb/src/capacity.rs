//! Requests and capacity units of every operation, beside those of the design.

mod collect;
mod scene;

use crate::meter::Reading;
use crate::server::{Server, block_on};
use collect::collect;
use scene::Scene;
use session_benches::{Table, verdict};
use session_core::store::LockingStore;

/// The sizes of items in bytes, each a little below the limit of the next unit.
const SIZES: [(&str, usize); 5] =
    [("0.5", 512), ("1", 1024), ("4", 4096), ("9", 9216), ("100", 102_400)];

/// The requests of an operation, and what it is charged for them.
#[derive(Clone, Copy)]
struct Expected {
    requests: &'static str,
    units: Units,
}

/// By how much of an item an operation is charged.
#[derive(Clone, Copy)]
enum Units {
    /// Nothing was sent.
    None,
    /// A consistent read of the item.
    Read,
    /// A write of the item.
    Write,
    /// A rejected write, whose cost the server does not report.
    Refused,
    /// A write and a deletion, twice each because they are a transaction.
    Transaction,
    /// A read that is not consistent, and a deletion.
    Collection,
}

impl Units {
    #[expect(clippy::cast_precision_loss, reason = "no item has more than 400 KB")]
    fn of(self, size: usize) -> f64 {
        let (read, write) = (size.div_ceil(4096) as f64, size.div_ceil(1024) as f64);
        match self {
            Self::None | Self::Refused => 0.0,
            Self::Read => read,
            Self::Write => write,
            Self::Transaction => 4.0 * write,
            Self::Collection => read / 2.0 + write,
        }
    }
}

const NOTHING: Expected = Expected { requests: "0", units: Units::None };
const GET: Expected = Expected { requests: "1 GetItem", units: Units::Read };
const UPDATE: Expected = Expected { requests: "1 UpdateItem", units: Units::Write };
const REFUSED: Expected = Expected { requests: "1 UpdateItem", units: Units::Refused };
const DELETE: Expected = Expected { requests: "1 DeleteItem", units: Units::Write };
const ROTATE: Expected = Expected { requests: "1 TransactWriteItems", units: Units::Transaction };
const COLLECT: Expected = Expected { requests: "1 DeleteItem, 1 Scan", units: Units::Collection };
const BATCH: Expected = Expected { requests: "1 BatchWriteItem, 1 Scan", units: Units::Collection };

/// An operation and what it took, for one size after the other.
struct Row {
    operation: &'static str,
    expected: Expected,
    readings: Vec<Reading>,
}

/// Measures every operation for items of every size.
pub(crate) fn capacity(server: &Server) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    for (_, size) in SIZES {
        for (place, (operation, expected, reading)) in
            block_on(measure(server, size)).into_iter().enumerate()
        {
            if place == rows.len() {
                rows.push(Row { operation, expected, readings: Vec::new() });
            }
            rows[place].readings.push(reading);
        }
    }
    let mut headings = vec!["operation".to_owned(), "requests".into()];
    headings.extend(SIZES.map(|(size, _)| format!("{size} KB")));
    headings.push("as designed".into());
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut table = Table::new(&headings);
    for row in rows {
        table.row(&row.cells());
    }
    table
}

impl Row {
    fn cells(self) -> Vec<String> {
        let requests: Vec<String> = self.readings.iter().map(requests).collect();
        let as_designed = SIZES.iter().zip(&self.readings).all(|((_, size), reading)| {
            let refused = matches!(self.expected.units, Units::Refused);
            requests[0] == self.expected.requests
                && reading.uncharged == u64::from(refused)
                && (reading.units - self.expected.units.of(*size)).abs() < 0.01
        });
        let alike = requests.iter().all(|sent| *sent == requests[0]);
        let mut cells = vec![self.operation.to_owned(), requests[0].clone()];
        cells.extend(self.readings.iter().map(|reading| match reading.uncharged {
            0 => reading.units.to_string(),
            _ => "not told".into(),
        }));
        cells.push(verdict(alike && as_designed));
        cells
    }
}

fn requests(reading: &Reading) -> String {
    let requests = reading.requests.iter().map(|(action, count)| format!("{count} {action}"));
    let requests: Vec<String> = requests.collect();
    if requests.is_empty() { "0".into() } else { requests.join(", ") }
}

type Measured = (&'static str, Expected, Reading);

async fn measure(server: &Server, size: usize) -> Vec<Measured> {
    let scene = Scene::set(server, size).await;
    let mut measured = unlocked(&scene).await;
    measured.extend(locked(&scene).await);
    measured.extend(moved(&scene).await);
    measured.push(("collect", COLLECT, collect(server, size, false).await));
    measured.push(("collect, in batches", BATCH, collect(server, size, true).await));
    measured
}

async fn unlocked(scene: &Scene) -> Vec<Measured> {
    let mut measured = Vec::new();
    let mut note = |operation, expected| measured.push((operation, expected, scene.meter.take()));

    let id = scene.given().await;
    let read = scene.unlocked.read(Some(&id)).await.expect("the server answers");
    note("open, read only", GET);
    drop(read);
    let opened = scene.unlocked.open(Some(&id)).await.expect("the server answers");
    note("open, without locking", GET);
    let _ = opened.commit().await.expect("nothing is in the way");
    note("commit unchanged, touch not due", NOTHING);
    let mut opened = scene.unlocked.open(Some(&id)).await.expect("the server answers");
    scene.change(opened.data_mut());
    scene.meter.take();
    let _ = opened.commit().await.expect("nothing is in the way");
    note("commit changed", UPDATE);
    let opened = scene.unlocked.open(Some(&id)).await.expect("the server answers");
    scene.let_touch_fall_due();
    scene.meter.take();
    let _ = opened.commit().await.expect("nothing is in the way");
    note("commit unchanged, touch due", UPDATE);
    let mut new = scene.unlocked.open(None).await.expect("the server answers");
    scene.change(new.data_mut());
    let _ = new.commit().await.expect("nothing is in the way");
    note("new session with data", UPDATE);
    let new = scene.unlocked.open(None).await.expect("the server answers");
    let _ = new.commit().await.expect("nothing is in the way");
    note("new session without data", NOTHING);
    measured
}

async fn locked(scene: &Scene) -> Vec<Measured> {
    let mut measured = Vec::new();
    let mut note = |operation, expected| measured.push((operation, expected, scene.meter.take()));

    let id = scene.given().await;
    let opened = scene.locked.open(Some(&id)).await.expect("the lock is free");
    note("open, locked: free", UPDATE);
    let _ = opened.commit().await.expect("the lock is held");
    note("commit unchanged, touch not due, with a lock", UPDATE);
    scene.hold(&id).await;
    scene.let_lock_lapse();
    let mut opened = scene.locked.open(Some(&id)).await.expect("the lock is free");
    note("open, locked: lapsed", UPDATE);
    scene.change(opened.data_mut());
    let _ = opened.commit().await.expect("the lock is held");
    note("commit changed, with a lock", UPDATE);
    let opened = scene.locked.open(Some(&id)).await.expect("the lock is free");
    scene.let_touch_fall_due();
    scene.meter.take();
    let _ = opened.commit().await.expect("the lock is held");
    note("commit unchanged, touch due, with a lock", UPDATE);
    let _ = scene.locked.open(Some(&Scene::unknown())).await.expect("nothing is in the way");
    note("open, locked: absent", REFUSED);
    let (key, token, lease) = scene.hold(&id).await;
    scene.store.acquire(&key, &Scene::token(), lease).await.expect("the server answers");
    note("open, locked: busy, per attempt", REFUSED);
    scene.store.renew(&key, &token, lease).await.expect("the lock is held");
    note("renew", UPDATE);
    scene.store.release(&key, &token).await.expect("the lock is held");
    note("release", UPDATE);
    measured
}

async fn moved(scene: &Scene) -> Vec<Measured> {
    let mut measured = Vec::new();
    let mut note = |operation, expected| measured.push((operation, expected, scene.meter.take()));

    let id = scene.given().await;
    let mut opened = scene.unlocked.open(Some(&id)).await.expect("the server answers");
    scene.meter.take();
    opened.rotate().expect("the store rotates");
    let _ = opened.commit().await.expect("nothing is in the way");
    note("rotate", ROTATE);
    let id = scene.given().await;
    let opened = scene.unlocked.open(Some(&id)).await.expect("the server answers");
    scene.meter.take();
    opened.destroy().await.expect("nothing is in the way");
    note("destroy", DELETE);
    let id = scene.given().await;
    let mut opened = scene.locked.open(Some(&id)).await.expect("the lock is free");
    scene.meter.take();
    opened.rotate().expect("the store rotates");
    let _ = opened.commit().await.expect("the lock is held");
    note("rotate, with a lock", ROTATE);
    let id = scene.given().await;
    let opened = scene.locked.open(Some(&id)).await.expect("the lock is free");
    scene.meter.take();
    opened.destroy().await.expect("nothing is in the way");
    note("destroy, with a lock", DELETE);
    measured
}
