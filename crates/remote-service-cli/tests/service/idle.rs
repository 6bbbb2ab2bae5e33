//! What the service costs while nothing happens: enabled, connected, holding its poll, its console open to nobody yet.

use std::time::Duration;

use crate::place::Place;

/// The system's clock ticks in a second, in `/proc/PID/stat`.
const TICKS: f64 = 100.0;

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_service_costs_little() {
    let seconds = seconds();
    let place = Place::begin().await;
    let mut service = place.run(&["--console-listen", "127.0.0.1:0"], &[]);
    service.until_told("READY=1");
    service.until_metrics("remote_service_light{light=\"green\"} 1").await;
    let before = ticks(service.pid());
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let cpu = (ticks(service.pid()) - before) / TICKS / seconds as f64 * 100.0;
    let [rss, own, program] = ["VmRSS:", "RssAnon:", "RssFile:"].map(|line| memory(service.pid(), line));
    println!(
        "idle for {seconds} s: RSS {rss:.1} MiB (goal 10), {own:.1} its own and {program:.1} of the program's file; \
         CPU {cpu:.3} % (goal 0.05)"
    );
    assert!(rss < 64.0, "{rss} MiB");
    assert!(seconds < 60 || cpu < 1.0, "{cpu} %");
    service.stops_by("TERM");
    place.end().await;
}

/// `IDLE_SECONDS`; without it just long enough to see that it runs.
#[allow(clippy::disallowed_methods, reason = "a test reads its effort from the environment")]
fn seconds() -> u64 {
    std::env::var("IDLE_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(1)
}

fn ticks(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    // User and system time: fields 14 and 15, counted from the process id.
    fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().unwrap()).sum()
}

/// A line of `/proc/PID/status`, in MiB.
fn memory(pid: u32, line: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|found| found.starts_with(line)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}
