// Asks for everything that a repeatable run has to fix: the time, names and our own address.
function FindProxyForURL(url, host) {
  if (isPlainHostName(host)) return "DIRECT";
  if (isInNet(myIpAddress(), "10.1.0.0", "255.255.0.0") && isInNet(host, "10.9.0.0", "255.255.0.0"))
    return "PROXY branch.corp:3128; DIRECT";
  if (weekdayRange("MON", "FRI") && timeRange(8, 17)) return "HTTPS day.corp";
  return new Date().getHours() < 8 ? "SOCKS early.corp" : "SOCKS5 [2001:db8::1]:1081";
}
