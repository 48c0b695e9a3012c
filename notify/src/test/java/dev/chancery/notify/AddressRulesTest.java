package dev.chancery.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, loopback",
        "127.255.255.255, loopback",
        "::1, loopback",
        "0.0.0.0, this network",
        "::, not global",
        "10.0.0.0, private",
        "10.255.255.255, private",
        "172.16.0.0, private",
        "172.31.255.255, private",
        "192.168.1.1, private",
        "fc00::1, private",
        "fdff:ffff::1, private",
        "fd00:ec2::254, private",
        "169.254.169.254, metadata",
        "169.254.170.2, metadata",
        "fe80::1, link-local",
        "febf::1, link-local",
        "100.64.0.1, carrier",
        "100.100.100.200, carrier",
        "100.127.255.255, carrier",
        "168.63.129.16, a cloud's own service",
        "192.0.0.192, reserved for protocols",
        "198.19.255.255, benchmarks",
        "224.0.0.1, multicast",
        "255.255.255.255, reserved",
        "ff02::1, multicast",
        "fec0::1, not global",
        "2002:7f00:1::, 6to4",
        "2001:0:7f00:1::, reserved for protocols",
        "::7f00:1, not global",
        "64:ff9b:1::1, not global",
        "100::1, not global",
        "4000::1, not global",
        "64:ff9b::a9fe:a9fe, metadata",
        "64:ff9b::10.1.2.3, private"
    })
    void an_address_that_is_not_public_is_known(String address, String why) throws UnknownHostException {
        assertThat(AddressRules.problem(InetAddress.getByName(address))).contains(why);
    }

    @Test
    void an_ipv4_address_mapped_into_ipv6_is_judged_as_ipv4() throws UnknownHostException {
        assertThat(AddressRules.problem(InetAddress.getByName("::ffff:169.254.169.254")))
                .contains("metadata");
        assertThat(AddressRules.problem(InetAddress.getByName("::ffff:8.8.8.8")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450:4001::1",
                "64:ff9b::808:808"
            })
    void a_public_address_is_no_problem(String address) throws UnknownHostException {
        assertThat(AddressRules.problem(InetAddress.getByName(address))).isEmpty();
    }
}
