//! `Date`, with the time and the zone that the caller says.

/// Replaces `Date`: `new Date()` is the caller's now, and local time is in the caller's zone.
pub(super) const DATE: &str = r#"
(function (g) {
  var Real = g.Date, now = g.__now, offset = g.__offset;
  function Dated() {
    var a = arguments, d;
    if (!new.target) return new Dated().toString();
    if (a.length === 0) d = new Real(now());
    else if (a.length === 1) d = new Real(a[0]);
    else d = new Real(Real.UTC.apply(null, a) - offset() * 60000);
    Object.setPrototypeOf(d, Dated.prototype);
    return d;
  }
  Dated.prototype = Object.create(Real.prototype, { constructor: { value: Dated } });
  ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"].forEach(function (part) {
    Dated.prototype["get" + part] = function () { return new Real(this.getTime() + offset() * 60000)["getUTC" + part](); };
  });
  Dated.prototype.getTimezoneOffset = function () { return -offset(); };
  Dated.now = now; Dated.UTC = Real.UTC; Dated.parse = Real.parse;
  g.Date = Dated;
})(globalThis);
"#;
