"""Which connections give way when there are too many."""

from bot.web.connections import Connection, Connections, Limits

VISITOR, OTHER, ATTACKER, PROXY = "203.0.113.7", "203.0.113.8", "198.51.100.1", "10.0.0.1"


class Server:
    def __init__(self, connections: int = 100, of_network: int = 100) -> None:
        limits = Limits(connections, of_network, trusted_proxies=["10.0.0.0/8"], new_at_once=3, new_per_s=2)
        self.all = Connections(limits)
        self.closed: list[str] = []

    def open(self, host: str, name: str = "") -> Connection | None:
        return self.all.opened(host, lambda: self.closed.append(name or host))


def test_of_one_network_the_oldest_that_waits_gives_way() -> None:
    server = Server(of_network=3)
    working = server.open(ATTACKER, "working")
    assert working
    server.all.works(working)
    server.open(OTHER)
    for number in range(5):
        assert server.open(ATTACKER, f"{number}")
    assert server.closed == ["0", "1", "2"]


def test_the_network_with_most_waiting_connections_gives_way() -> None:
    server = Server(connections=10)
    for number in range(4):
        server.open(VISITOR if number % 2 else OTHER)
    for number in range(20):
        assert server.open(ATTACKER, f"{number}")
    assert server.open("192.0.2.1")
    assert server.closed == [f"{number}" for number in range(15)]


def test_one_whose_request_is_in_progress_never_gives_way() -> None:
    server = Server(connections=2)
    connections = [server.open(VISITOR), server.open(OTHER)]
    for each in connections:
        assert each
        server.all.works(each)
    assert server.open(ATTACKER) is None
    assert connections[1]
    server.all.waits(connections[1])
    assert server.open(VISITOR)
    assert server.closed == [OTHER]
    server.all.waits(connections[1])  # it was closed already
    server.all.closed(connections[1])
    assert server.open(VISITOR, "one more")
    assert server.closed == [OTHER, VISITOR]


def test_one_customers_ipv6_addresses_are_one_network() -> None:
    server = Server(of_network=3)
    for number in range(8):
        server.open(f"2001:db8:0:7::{number}", f"{number}")
    server.open("2001:db8:0:8::1")
    assert server.closed == ["0", "1", "2", "3", "4"]


def test_a_trusted_proxy_is_not_limited_as_one_network() -> None:
    server = Server(of_network=3)
    for _ in range(50):
        assert server.open(PROXY)
    assert server.closed == []


def test_what_is_closed_leaves_its_place() -> None:
    server = Server(connections=2, of_network=1)
    for _ in range(10):
        connection = server.open(VISITOR)
        assert connection
        server.all.works(connection)
        assert server.open(VISITOR) is None
        server.all.closed(connection)
        server.all.closed(connection)
    assert server.closed == []


def test_after_the_stop_nobody_comes_in() -> None:
    server = Server()
    assert server.open(VISITOR)
    server.all.stop()
    assert server.open(OTHER) is None
    assert server.closed == [], "requests in progress are finished"


def test_new_connections_of_a_network_take_turns() -> None:
    server = Server()

    def turn_s(host: str, now_s: float) -> float:
        connection = server.open(host)
        assert connection
        return server.all.turn_s(connection, now_s)

    assert [turn_s(ATTACKER, 1000) for _ in range(6)] == [0, 0, 0, 0.0, 0.5, 1.0]
    assert turn_s(ATTACKER, 1001) == 0.5
    assert [turn_s(OTHER, 1001), turn_s(PROXY, 1001)] == [0, 0]
    assert [turn_s(PROXY, 1001) for _ in range(9)] == [0] * 9
    assert [turn_s(ATTACKER, 2000) for _ in range(5)] == [0, 0, 0, 0, 0.5]
