// The functions that a PAC script may call, by Netscape's description and Microsoft's additions.
// The host gives __resolve(name) -> "a;b" or "", __mine() -> "a;b", __inNet(address, prefix) and __now() in milliseconds.
(function (g) {
  "use strict";
  var V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
  function v4(text) {
    var m = V4.exec(String(text));
    if (!m) return null;
    for (var i = 1, n = 0; i < 5; i++) {
      if (+m[i] > 255) return null;
      n = n * 256 + +m[i];
    }
    return n;
  }
  function all(host) { host = String(host); return g.__isAddress(host) ? host : g.__resolve(host); }
  function firstV4(list) { return list.split(";").filter(function (a) { return v4(a) !== null; })[0] || null; }

  g.isPlainHostName = function (host) { host = String(host); return host.indexOf(".") < 0 && host.indexOf(":") < 0; };
  g.dnsDomainIs = function (host, domain) {
    host = String(host).toLowerCase(); domain = String(domain).toLowerCase();
    return host.length >= domain.length && host.substring(host.length - domain.length) === domain;
  };
  g.localHostOrDomainIs = function (host, whole) {
    host = String(host).toLowerCase(); whole = String(whole).toLowerCase();
    return host === whole || (host.indexOf(".") < 0 && whole.lastIndexOf(host + ".", 0) === 0);
  };
  g.isResolvable = function (host) { return firstV4(all(host)) !== null; };
  g.isResolvableEx = function (host) { return all(host) !== ""; };
  g.dnsResolve = function (host) { return firstV4(all(host)); };
  g.dnsResolveEx = function (host) { return all(host); };
  g.myIpAddress = function () { return firstV4(g.__mine()) || g.__mine().split(";")[0] || "127.0.0.1"; };
  g.myIpAddressEx = function () { return g.__mine(); };
  g.isInNet = function (host, pattern, mask) {
    var address = v4(firstV4(all(host))), p = v4(pattern), m = v4(mask);
    return address !== null && p !== null && m !== null && (address & m) === (p & m);
  };
  g.isInNetEx = function (host, prefix) {
    return all(host).split(";").some(function (address) { return address !== "" && g.__inNet(address, String(prefix)); });
  };
  g.sortIpAddressList = function (list) { return g.__sort(String(list)); };
  g.getClientVersion = function () { return "1.0"; };
  g.convert_addr = function (text) { var n = v4(text); return n === null ? 0 : n | 0; };
  g.dnsDomainLevels = function (host) { return String(host).split(".").length - 1; };
  g.shExpMatch = function (text, pattern) { return g.__shellMatch(String(text), String(pattern)); };

  var DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
  var MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
  // Local time is the host's; a fixed `now` brings its own zone.
  function clock(gmt) {
    var d = new Date(g.__now() + (gmt ? 0 : g.__offset() * 60000));
    return { day: d.getUTCDay(), date: d.getUTCDate(), month: d.getUTCMonth(), year: d.getUTCFullYear(),
      seconds: d.getUTCHours() * 3600 + d.getUTCMinutes() * 60 + d.getUTCSeconds(), hour: d.getUTCHours() };
  }
  function arguments_of(list) {
    var a = Array.prototype.slice.call(list), gmt = String(a[a.length - 1]).toUpperCase() === "GMT";
    if (gmt) a.pop();
    while (a.length && a[a.length - 1] === undefined) a.pop();
    return { list: a, now: clock(gmt) };
  }
  // Both ends belong to it; from a higher to a lower end it wraps.
  function within(from, value, to) { return from <= to ? from <= value && value <= to : value >= from || value <= to; }

  g.weekdayRange = function () {
    var a = arguments_of(arguments), from = DAYS.indexOf(String(a.list[0]).toUpperCase());
    var to = a.list.length < 2 ? from : DAYS.indexOf(String(a.list[1]).toUpperCase());
    return from >= 0 && to >= 0 && within(from, a.now.day, to);
  };
  g.dateRange = function () {
    var a = arguments_of(arguments), now = a.now;
    function part(value) {
      var month = MONTHS.indexOf(String(value).toUpperCase());
      if (month >= 0) return { kind: "month", value: month };
      value = parseInt(value, 10);
      return value > 31 ? { kind: "year", value: value } : value > 0 ? { kind: "date", value: value } : null;
    }
    var parts = a.list.map(part);
    if (parts.length === 0 || parts.length === 5 || parts.length > 6 || parts.indexOf(null) >= 0) return false;
    // One day, month or year, or several of them that name one: 24, "DEC" and 24, "DEC", 1995.
    if (parts.length % 2 || (parts.length === 2 && parts[0].kind !== parts[1].kind))
      return parts.every(function (p) { return now[p.kind] === p.value; });
    var half = parts.length / 2, from = {}, to = {};
    for (var i = 0; i < half; i++) {
      if (parts[i].kind !== parts[half + i].kind) return false;
      from[parts[i].kind] = parts[i].value; to[parts[half + i].kind] = parts[half + i].value;
    }
    function number(d) {
      var n = 0;
      if ("year" in from) n = d.year;
      if ("month" in from) n = n * 12 + d.month;
      if ("date" in from) n = n * 32 + d.date;
      return n;
    }
    var start = number(from), end = number(to), value = number(now);
    return "year" in from ? start <= value && value <= end : within(start, value, end);
  };
  g.timeRange = function () {
    var a = arguments_of(arguments), t = a.list.map(function (value) { return parseInt(value, 10); });
    if (t.some(isNaN)) return false;
    switch (t.length) {
      case 1: return a.now.hour === t[0];
      case 2: return within(t[0], a.now.hour, t[1]);
      case 4: return within(t[0] * 60 + t[1], Math.floor(a.now.seconds / 60), t[2] * 60 + t[3]);
      case 6: return within(t[0] * 3600 + t[1] * 60 + t[2], a.now.seconds, t[3] * 3600 + t[4] * 60 + t[5]);
      default: return false;
    }
  };
})(globalThis);
