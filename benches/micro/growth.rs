//! How the time of a piece of work grows with its size.
use crate::measure::Effort;

/// Times each size in nanoseconds, the smoke run only the first two.
pub fn times<W: FnMut() -> T, T>(
    effort: &Effort,
    sizes: &[usize],
    work: impl Fn(usize) -> W,
) -> Vec<(usize, f64)> {
    let sizes = if effort.is_smoke() { &sizes[..2] } else { sizes };
    sizes.iter().map(|&size| (size, effort.ratio(work(size), || ()).ours)).collect()
}

/// The times as text, in milliseconds.
pub fn listed(points: &[(usize, f64)]) -> String {
    points.iter().map(|(size, time)| format!("{size}: {:.3} ms", time / 1e6)).collect::<Vec<_>>().join(", ")
}

/// The growth exponent: the slope of a straight line through the logarithms of (size, time), by least squares.
pub fn exponent(points: &[(usize, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(size, time)| ((*size as f64).ln(), time.ln())).collect();
    let count = logs.len() as f64;
    let mean = |value: fn(&(f64, f64)) -> f64| logs.iter().map(value).sum::<f64>() / count;
    let (x, y) = (mean(|log| log.0), mean(|log| log.1));
    let covariance: f64 = logs.iter().map(|log| (log.0 - x) * (log.1 - y)).sum();
    covariance / logs.iter().map(|log| (log.0 - x).powi(2)).sum::<f64>()
}
