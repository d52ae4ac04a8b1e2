"""How many commits of the database a ticket takes: counted by the service itself, so that the speed of the machine does not matter."""

from prometheus import Metrics, get
from ports import spare_port
from test_service import ready, start, stop, until

RECORDS = 3  # of a ticket at least: decision, intent, outcome


def commits_of(world, tickets, in_flight):
    """Commits, and records that they made durable, when so many tickets are done."""
    port = spare_port()
    process = start(world, AI_TICKETD_HTTP_LISTEN=f"127.0.0.1:{port}", AI_TICKETD_LLM_INITIAL_IN_FLIGHT=in_flight,
                    AI_TICKETD_ZENDESK_BULK="never")

    def scrape():
        return Metrics(get(port, "/metrics")[2])

    def records():
        return scrape().value("ai_ticketd_store_commit_records_sum")

    assert ready(world)
    assert until(lambda: scrape().value("ai_ticketd_tickets_total", outcome="done") == tickets, 110)
    assert until(lambda: records() >= RECORDS * tickets), records()
    metrics = scrape()
    assert stop(process) == 0
    return metrics.value("ai_ticketd_store_commit_records_count"), metrics.value("ai_ticketd_store_commit_records_sum")


def test_a_ticket_takes_half_a_commit_at_most_while_the_model_is_slow(world, tell):
    """Written one by one, their outcomes come one by one as well: without gathering most tickets have a commit of their own."""
    sim = world.use(world.sim("--tickets", 600, "--latency", "500-4500", "--zendesk-latency", "20-200", "--brief"))
    commits, records = commits_of(world, 600, 256)
    tell(f"600 tickets, {records:.0f} records, {commits:.0f} commits")
    assert sim.audit()["notes"] == 600
    assert commits <= 0.5 * 600
