"""
Web events in the tables of Snowplow, GA4 and RudderStack, through the adapters: the examples of their page, GA4's rows as Fivetran
delivers them, and rows at the boundaries. Snowplow's own data are in real_data/.
"""

import csv
import json
import re
from datetime import datetime

import pytest
from support import ROOT, connect, dbt, own_data, real_data, write_csv

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "web_vendors.md"
VENDORS = ["snowplow", "ga4", "rudderstack"]
JUNE = "2025-06-0{} 10:00:00".format


def microseconds(text: str) -> str:
    return str(int((datetime.fromisoformat(text) - datetime(1970, 1, 1)).total_seconds()) * 10**6)


def exported(name: str, at: str, params: dict | None = None, **columns: object) -> dict:
    """A row of GA4's export as a file has it: records are JSON."""
    row = {"event_name": name, "event_timestamp": microseconds(at), "user_pseudo_id": "b1"}
    if params:
        columns["event_params"] = [
            {
                "key": key,
                "value": {f"{type(value).__name__}_value".replace("str_", "string_"): value},
            }
            for key, value in params.items()
        ]
    return row | {
        key: json.dumps(value) if isinstance(value, dict | list) else value
        for key, value in columns.items()
    }


BOUNDARIES = {
    "snowplow/events": [
        # The same event twice: the earliest load is kept.
        {"event_id": "s1", "event_name": "page_view", "domain_userid": "bs"}
        | {"derived_tstamp": JUNE(1), "load_tstamp": JUNE(3), "page_url": "https://x.example/late"},
        {"event_id": "s1", "event_name": "page_view", "domain_userid": "bs"}
        | {"derived_tstamp": JUNE(1), "load_tstamp": JUNE(2), "page_url": "https://x.example/"},
        {"event_id": "s2", "event_name": "page_view", "domain_userid": "bs", "derived_tstamp": ""},
        {"event_id": "s3", "domain_userid": "bs", "derived_tstamp": JUNE(1)},
        # The collector's cookie; anonymous tracking, with and without a user.
        {"event_id": "s4", "event": "struct", "event_name": "event", "se_action": "cta_clicked"}
        | {"network_userid": "n1", "derived_tstamp": JUNE(4)},
        {"event_id": "s5", "event_name": "page_view", "derived_tstamp": JUNE(4)}
        | {"network_userid": "00000000-0000-0000-0000-000000000000"},
        {"event_id": "s6", "event_name": "page_view", "user_id": "u6", "derived_tstamp": JUNE(4)}
        | {"has_consent": "false"},
    ],
    "ga4/events": [
        # A day that was delivered again: the newest version wins.
        exported("purchase", JUNE(1), {"value": 1.5}, batch_event_index="1", _loaded_at=JUNE(2)),
        exported(
            "purchase",
            JUNE(1),
            {"currency": "eur"},
            batch_event_index="1",
            _loaded_at=JUNE(3),
            ecommerce={"transaction_id": "o1", "purchase_revenue": 20.25},
            privacy_info={"analytics_storage": "Yes"},
        ),
        # Another event of the same batch; a refusal with and without ids; broken times and records.
        exported(
            "purchase", JUNE(1), {"value": 7, "transaction_id": "(not set)"}, batch_event_index="2"
        ),
        exported("page_view", JUNE(4), user_pseudo_id="", privacy_info={"analytics_storage": "No"}),
        exported("page_view", JUNE(4), privacy_info={"analytics_storage": "No"}),
        exported("page_view", JUNE(4)) | {"event_timestamp": ""},
        exported("page_view", JUNE(4)) | {"event_timestamp": JUNE(4)},
        exported("scroll", JUNE(5)) | {"event_params": "[{"},
        # Parameters count, unless there is a click on a Google ad or a source that came with the event.
        exported("page_view", JUNE(6), {"source": "google", "medium": "organic"}),
        exported("page_view", JUNE(7), {"source": "google", "medium": "organic", "gclid": "g7"}),
        exported(
            "page_view",
            JUNE(8),
            {"source": "google", "page_referrer": "https://a.example/", "ignore_referrer": "true"},
            collected_traffic_source={"manual_source": "news", "manual_medium": "email"},
        ),
    ],
    "rudderstack/pages": [
        {"id": f"r{number}", "anonymous_id": "br", "timestamp": JUNE(number)}
        | {f"context_consent_management_{kind}_consent_ids": ids for kind, ids in given.items()}
        for number, given in enumerate(
            [
                {"allowed": '["analytics"]', "denied": "[]"},
                {"allowed": '["ads"]', "denied": '["C0002"]'},
                {"allowed": '["ads"]', "denied": '["C0003"]'},
                {},
            ],
            1,
        )
    ]
    + [{"id": "r5", "anonymous_id": "br", "timestamp": ""}, {"id": "r6", "timestamp": JUNE(1)}],
    "rudderstack/tracks": [
        {"id": "t1", "anonymous_id": "br", "event": "signed_up", "timestamp": JUNE(1)}
    ],
    "rudderstack/identifies": [
        {"id": "i1", "user_id": "u1", "context_traits_email": "ann@acme.example"}
        | {"timestamp": JUNE(1)}
    ],
}


def examples() -> dict[str, list[dict]]:
    """The raw rows on the page, by vendor and table: csv as in a file, json with the records as they are."""
    found = {}
    for table, kind, text in re.findall(
        r"`(\w+/\w+)[.]csv`[^\n]*\n\n```(csv|json)\n(.*?)```", PAGE.read_text(), re.DOTALL
    ):
        if kind == "csv":
            found[table] = list(csv.DictReader(text.splitlines()))
        else:
            found[table] = [
                {k: json.dumps(v) if isinstance(v, dict | list) else str(v) for k, v in row.items()}
                for row in map(json.loads, text.splitlines())
            ]
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    place = tmp_path_factory.mktemp("web_shapes")
    tables = {table: list(rows) for table, rows in BOUNDARIES.items()}
    for table, rows in examples().items():
        tables[table] = tables.get(table, []) + rows
    shapes = real_data("vendor_shapes/ga4_export") / "event_data.csv"
    with shapes.open(newline="", encoding="utf-8") as file:
        tables["ga4/event"] = list(csv.DictReader(file))
    for table, rows in tables.items():
        write_csv(place / "raw" / f"{table}.csv", rows)
    folders = " ".join(f"path:models/staging/{vendor}" for vendor in VENDORS)
    others = " ".join(
        f"resource_type:unit_test,path:models/{layer}"
        for layer in ("canonical", "intermediate", "marts")
    )
    dbt(
        place,
        f"build -s {folders} +fct_sessions raw_ledger stg_generic__raw_ledger"
        f" --exclude {others} --exclude-resource-type test",
        own_data(place / "raw", "2025-12-31", web=VENDORS),
    )
    with connect(place) as database:
        yield database


def fetch(built, query: str) -> list[tuple]:
    return built.execute(query).fetchall()


PAIRS = re.findall(r"```sql\n(.*?)```\n\n```text\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.mark.parametrize(("query", "shown"), PAIRS)
def test_the_examples_of_the_page_are_true(built, query, shown):
    found = [" | ".join(map(str, row)) for row in fetch(built, query)]
    assert found == shown.strip().split("\n")


def test_every_vendor_has_its_example():
    assert len(PAIRS) == 2 * len(VENDORS)
    assert {table.split("/")[0] for table in examples()} == set(VENDORS)


def test_every_raw_row_is_canonical_set_aside_or_left_out(built):
    """Per vendor: rows delivered, and what became of them."""
    found = fetch(
        built,
        """
        select
            source_system,
            sum(rows_count) filter (where entry = 'delivered')::bigint,
            (select count(*) from canonical.web_events where source_system = ledger.source_system),
            sum(rows_count) filter (where entry = 'set aside')::bigint,
            sum(rows_count) filter (where entry = 'left out')::bigint
        from canonical.raw_ledger as ledger
        where rows_of = 'web_events' and source_system in ('snowplow', 'ga4', 'rudderstack')
        group by source_system order by 1
        """,
    )
    assert found == [
        ("ga4", 20, 16, 3, 1),
        ("rudderstack", 11, 9, 2, None),
        ("snowplow", 10, 7, 2, 1),
    ]


def test_rows_are_set_aside_for_the_reason_that_they_have(built):
    found = fetch(
        built,
        """
        select source_system, raw_table, rejection_reason, count(*)
        from canonical.raw_ledger where entry = 'set aside' group by all order by all
        """,
    )
    key = (
        "stream_id, user_pseudo_id, event_name, event_timestamp, event_bundle_sequence_id, batch_page_id,"
        " batch_ordering_id, batch_event_index"
    )
    assert found == [
        ("ga4", "events", f"duplicate of {key}", 1),
        ("ga4", "events", "event_timestamp is missing", 1),
        ("ga4", "events", "event_timestamp is not a timestamp", 1),
        ("rudderstack", "pages", "anonymous_id and user_id are missing", 1),
        ("rudderstack", "pages", "timestamp is missing", 1),
        ("snowplow", "events", "derived_tstamp is missing", 1),
        ("snowplow", "events", "event_name and event are missing", 1),
    ]


def test_snowplow_keeps_the_earliest_load_and_knows_visitors_by_either_cookie(built):
    assert fetch(
        built,
        "select landing_path, events_count, started_at from marts.fct_sessions where anonymous_id = 'bs'",
    ) == [("/", 1, datetime(2025, 6, 1, 10))]
    assert fetch(
        built,
        """
        select event_id, anonymous_id, user_id, event_type, event_name, has_consent
        from canonical.web_events where event_id in ('s4', 's5', 's6') order by 1
        """,
    ) == [
        ("s4", "n1", None, "cta_click", "cta_clicked", None),
        ("s6", None, "u6", "page_view", None, False),
    ]


def test_ga4_takes_the_newest_version_of_a_row_and_keeps_events_of_one_batch_apart(built):
    assert fetch(
        built,
        """
        select order_id, order_value::varchar, currency, has_consent, received_at
        from canonical.web_events
        where anonymous_id = 'b1' and event_type = 'order' order by event_id
        """,
    ) == [("o1", "20.25", "EUR", True, datetime(2025, 6, 3, 10)), (None, "7.00", None, None, None)]


def test_ga4_reads_the_source_that_came_with_the_event(built):
    assert fetch(
        built,
        """
        select occurred_at, event_type, utm_source, utm_medium, click_id, referrer, has_consent
        from canonical.web_events
        where anonymous_id = 'b1' and event_type <> 'order' order by 1
        """,
    ) == [
        (datetime(2025, 6, 4, 10), "page_view", None, None, None, None, False),
        (datetime(2025, 6, 5, 10), "scroll", None, None, None, None, None),
        (datetime(2025, 6, 6, 10), "page_view", "google", "organic", None, None, None),
        (datetime(2025, 6, 7, 10), "page_view", None, None, "gclid=g7", None, None),
        (datetime(2025, 6, 8, 10), "page_view", "news", "email", None, None, None),
    ]


def test_ga4_as_fivetran_flattens_it(built):
    """Real rows: each is an event; a purchase has its order in US dollars, where there is no other revenue."""
    assert fetch(
        built,
        """
        select anonymous_id, event_type, click_id, utm_source, utm_medium, order_id, order_value::varchar, currency
        from canonical.web_events
        where anonymous_id like 'pseudo_%' order by occurred_at, event_id
        """,
    ) == [
        ("pseudo_123", "order", "gclid=gclid_abc", None, None, "txn_123", "29.99", "USD"),
        ("pseudo_456", "add_to_cart", None, "source1", "paid_search", None, None, None),
        ("pseudo_456", "begin_checkout", None, "source1", "paid_search", None, None, None),
        ("pseudo_789", "scroll", "gclid=gclid_ghi", "source2", "social", None, None, None),
        ("pseudo_123", "view_item", "gclid=gclid_abc", "source1", "organic", None, None, None),
        ("pseudo_124", "checkout", "gclid=gclid_abc", None, None, None, None, None),
    ]


def test_rudderstack_consents_by_category_and_identifies_by_traits(built):
    assert fetch(
        built,
        """
        select event_id, event_type, user_id, email, has_consent
        from canonical.web_events
        where anonymous_id = 'br' or event_id = 'i1' order by 1
        """,
    ) == [
        ("i1", "identify", "u1", "ann@acme.example", None),
        ("r1", "page_view", None, None, True),
        ("r2", "page_view", None, None, False),
        ("r3", "page_view", None, None, None),
        ("r4", "page_view", None, None, None),
        ("t1", "sign_up", None, None, None),
    ]
