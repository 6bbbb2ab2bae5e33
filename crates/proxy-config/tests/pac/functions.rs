//! The functions about hosts and addresses, by Netscape's description and Microsoft's additions.
use crate::{NOW, value};

async fn all(table: &[(&str, &str)]) {
    for (expression, expected) in table {
        assert_eq!(&value(expression, NOW).await, expected, "{expression}");
    }
}

#[tokio::test]
async fn hosts_and_domains() {
    all(&[
        ("isPlainHostName('www')", "true"),
        ("isPlainHostName('www.netscape.com')", "false"),
        ("isPlainHostName('::1')", "false"),
        ("isPlainHostName('')", "true"),
        ("dnsDomainIs('www.netscape.com', '.netscape.com')", "true"),
        ("dnsDomainIs('WWW.Netscape.com', '.netscape.COM')", "true"),
        ("dnsDomainIs('www', '.netscape.com')", "false"),
        ("dnsDomainIs('www.mcom.com', '.netscape.com')", "false"),
        ("dnsDomainIs('badnetscape.com', 'netscape.com')", "true"), // a suffix, as in every browser
        ("localHostOrDomainIs('www.netscape.com', 'www.netscape.com')", "true"),
        ("localHostOrDomainIs('www', 'www.netscape.com')", "true"),
        ("localHostOrDomainIs('www.mcom.com', 'www.netscape.com')", "false"),
        ("localHostOrDomainIs('home.netscape.com', 'www.netscape.com')", "false"),
        ("localHostOrDomainIs('ww', 'www.netscape.com')", "false"),
        ("dnsDomainLevels('www')", "0"),
        ("dnsDomainLevels('www.netscape.com')", "2"),
        ("shExpMatch('http://home.netscape.com/people/ari/index.html', '*/ari/*')", "true"),
        ("shExpMatch('http://home.netscape.com/people/montulli/index.html', '*/ari/*')", "false"),
        ("shExpMatch('a.b', 'a?b')", "true"),
        ("shExpMatch('axb', 'a.b')", "false"),
        ("shExpMatch('(x|y)', '(x|y)')", "true"),
    ])
    .await;
}

#[tokio::test]
async fn names_and_addresses() {
    all(&[
        ("isResolvable('www.corp.test')", "true"),
        ("isResolvable('WWW.Corp.Test.')", "true"),
        ("isResolvable('nowhere.test')", "false"),
        ("isResolvable('v6.corp.test')", "false"),
        ("isResolvableEx('v6.corp.test')", "true"),
        ("isResolvableEx('nowhere.test')", "false"),
        ("isResolvable('192.0.2.1')", "true"),
        ("dnsResolve('www.corp.test')", "10.1.2.3"),
        ("dnsResolve('both.corp.test')", "192.0.2.7"),
        ("dnsResolve('v6.corp.test')", "null"),
        ("dnsResolve('nowhere.test')", "null"),
        ("dnsResolve('192.0.2.1')", "192.0.2.1"),
        ("dnsResolveEx('both.corp.test')", "2001:db8::7;192.0.2.7"),
        ("dnsResolveEx('nowhere.test')", ""),
        ("dnsResolveEx('2001:db8::1')", "2001:db8::1"),
        ("myIpAddress()", "10.9.8.7"),
        ("myIpAddressEx()", "10.9.8.7;2001:db8::9"),
        ("convert_addr('104.16.41.2')", "1745889538"),
        ("convert_addr('255.255.255.255')", "-1"),
        ("convert_addr('256.1.1.1')", "0"),
        ("getClientVersion()", "1.0"),
    ])
    .await;
}

#[tokio::test]
async fn networks() {
    all(&[
        ("isInNet('198.95.249.79', '198.95.249.79', '255.255.255.255')", "true"),
        ("isInNet('198.95.6.8', '198.95.0.0', '255.255.0.0')", "true"),
        ("isInNet('198.96.6.8', '198.95.0.0', '255.255.0.0')", "false"),
        ("isInNet('www.corp.test', '10.0.0.0', '255.0.0.0')", "true"),
        ("isInNet('www.corp.test', '10.99.99.99', '255.0.0.0')", "true"), // the pattern is masked, too
        ("isInNet('200.1.1.1', '200.0.0.0', '255.0.0.0')", "true"),
        ("isInNet('nowhere.test', '0.0.0.0', '0.0.0.0')", "false"),
        ("isInNet('v6.corp.test', '0.0.0.0', '0.0.0.0')", "false"),
        ("isInNet('10.0.0.1', '10.0.0', '255.0.0.0')", "false"),
        ("isInNet('10.0.0.1', '10.0.0.0', '255.0.0.256')", "false"),
        ("isInNetEx('198.95.249.79', '198.95.249.79/32')", "true"),
        ("isInNetEx('198.95.249.79', '198.95.0.0/16')", "true"),
        ("isInNetEx('198.96.249.79', '198.95.0.0/16')", "false"),
        ("isInNetEx('2001:db8:1::1', '2001:db8::/32')", "true"),
        ("isInNetEx('2001:db9::1', '2001:db8::/32')", "false"),
        ("isInNetEx('both.corp.test', '192.0.2.0/24')", "true"),
        ("isInNetEx('both.corp.test', '2001:db8::/64')", "true"),
        ("isInNetEx('10.1.2.3', '2001:db8::/32')", "false"),
        ("isInNetEx('10.1.2.3', '10.0.0.0/33')", "false"),
        ("isInNetEx('10.1.2.3', '10.0.0.0')", "false"),
        ("isInNetEx('nowhere.test', '0.0.0.0/0')", "false"),
        (
            "sortIpAddressList('10.2.3.9;2001:4898:28:3:201:2ff:feea:fc14;::1;127.0.0.1;::9')",
            "::1;::9;2001:4898:28:3:201:2ff:feea:fc14;10.2.3.9;127.0.0.1",
        ),
        ("sortIpAddressList(' 10.0.0.10 ; 10.0.0.9 ')", "10.0.0.9;10.0.0.10"),
        ("sortIpAddressList('10.0.0.1')", "10.0.0.1"),
        ("sortIpAddressList('')", ""),
        ("sortIpAddressList('10.0.0.1;nonsense')", ""),
    ])
    .await;
}

#[tokio::test]
async fn arguments_of_the_wrong_kind_are_no_crash() {
    for call in [
        "isPlainHostName()",
        "dnsDomainIs(null)",
        "localHostOrDomainIs({}, [])",
        "isResolvable()",
        "isInNet()",
        "isInNetEx(1, 2)",
        "dnsResolve({})",
        "dnsDomainLevels(7)",
        "shExpMatch()",
        "weekdayRange()",
        "weekdayRange('GMT')",
        "dateRange()",
        "dateRange('GMT')",
        "dateRange({}, [])",
        "timeRange()",
        "timeRange('noon')",
        "sortIpAddressList()",
        "convert_addr()",
        "alert()",
        "alert({})",
        "myIpAddress(1)",
    ] {
        value(&format!("(function () {{ try {{ {call}; }} catch (e) {{ }} return 'calm'; }})()"), NOW).await;
    }
}
