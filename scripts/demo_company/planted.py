"""The edge cases of `--edge-cases`: their rows, the same in a company of any size, and the expected result of each.

Ids of planted records contain an X after the vendor's prefix (`00QX…`, `cus_X…`). The response model does not know these
records, so the truth's channel effects leave them out. `truth/people` and `truth/devices` list only those of cases about
identity.
"""

import json
from dataclasses import dataclass, field

import duckdb

from demo_company import web

Rows = dict[str, list[dict]]
SYNCED = "2026-01-01 00:00:00"
AGENT = "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0"
ROBOT = "Mozilla/5.0 (compatible; SeekerBot/2.1; +https://seeker.example.net/bot)"
SITE = "https://www.example.com"

# The humans of the cases about identity: (human, identifiers by kind).
PEOPLE = [
    ("planted_twin", {"lead": ["00QXTWIN1", "00QXTWIN2"], "email": ["jo.twin@twin-planted.example"]}),
    ("planted_conv", {"lead": ["00QXCONV"], "contact": ["003XCONV"],
        "email": ["private.conv@gmail.com", "person@conv-planted.example"]}),
    ("planted_merge", {"contact": ["003XMERGE", "003XLOSER"],
        "email": ["person@merge-planted.example", "old.name@merge-planted.example"]}),
    ("planted_role_1", {"lead": ["00QXROLE"]}),
    ("planted_role_2", {"contact": ["003XROLE"]}),
    ("planted_share_1", {"email": ["first@share-planted.example"], "user": ["u_share1"]}),
    ("planted_share_2", {"email": ["second@share-planted.example"], "user": ["u_share2"]}),
]  # fmt: skip
# Who used the device that changes hands: (device, human, from, to).
DEVICES = [
    ("xSHARE", "planted_share_1", "2024-04-01 09:00:00", "2024-04-01 09:00:00"),
    ("xSHARE", "planted_stranger", "2024-04-03 09:00:00", "2024-04-03 09:00:00"),
    ("xSHARE", "planted_share_2", "2024-04-05 09:00:00", "2024-04-05 09:00:00"),
]


@dataclass(frozen=True)
class Case:
    name: str
    tables: str
    ids: str
    outcome: str
    rows: Rows = field(default_factory=dict)


def crm(**columns) -> dict:
    return {"is_deleted": False, "_fivetran_synced": SYNCED, **columns}


def account(key: str, **columns) -> dict:
    return crm(id=f"001X{key}", name=f"{key} Ltd", website=f"https://www.{key.lower()}-planted.example", industry="Software",
               number_of_employees=120, billing_country="United States", owner_id="005000000001",
               created_date="2024-01-05 09:00:00") | columns  # fmt: skip


def contact(key: str, **columns) -> dict:
    return crm(id=f"003X{key}", account_id=f"001X{key}", name=f"{key} Person", email=f"person@{key.lower()}-planted.example",
               title="Head of Marketing", mailing_country="United States", lead_source="Web", owner_id="005000000001",
               has_opted_out_of_email=False, created_date="2024-02-01 09:00:00") | columns  # fmt: skip


def lead(key: str, **columns) -> dict:
    return crm(id=f"00QX{key}", name=f"{key} Lead", email=f"lead@{key.lower()}-planted.example", company=f"{key} Ltd",
               title="CMO", country="United States", lead_source="Web", status="Open - Not Contacted",
               owner_id="005000002001", has_opted_out_of_email=False, is_converted=False,
               created_date="2024-03-04 09:00:00") | columns  # fmt: skip


def lead_change(key: str, number: int, at: str, old: str, new: str, what: str = "Status") -> dict:
    return crm(id=f"017X{key}{number}", lead_id=f"00QX{key}", field=what, old_value=old, new_value=new,
               created_by_id="005000002001", created_date=at)  # fmt: skip


def opportunity(key: str, **columns) -> dict:
    return crm(id=f"006X{key}", account_id=f"001X{key}", name=f"{key} opportunity", type="New Business", stage_name="Closed Won",
               amount="12000.00", currency_iso_code="USD", probability=100, owner_id="005000000001",
               forecast_category_name="Closed", product_line_c="Analytics", is_closed=True, is_won=True,
               close_date="2024-06-10", created_date="2024-04-02 10:00:00") | columns  # fmt: skip


PROBABILITIES = {"Prospecting": (10, "Pipeline"), "Qualification": (20, "Pipeline"), "Needs Analysis": (30, "Pipeline"),
                 "Proposal/Price Quote": (75, "BestCase"), "Negotiation/Review": (90, "Forecast"),
                 "Closed Won": (100, "Closed"), "Closed Lost": (0, "Omitted")}  # fmt: skip


def opportunity_history(key: str, *steps: tuple[str, str, str | None, str]) -> list[dict]:
    """(moment, stage, amount, close date) per change."""
    return [
        crm(id=f"008X{key}{number}", opportunity_id=f"006X{key}", created_date=at, stage_name=stage, amount=amount,
            close_date=close_date, forecast_category=PROBABILITIES[stage][1], probability=PROBABILITIES[stage][0],
            created_by_id="005000000001")
        for number, (at, stage, amount, close_date) in enumerate(steps, 1)
    ]  # fmt: skip


def usual_history(key: str, amount: str | None = "12000.00") -> list[dict]:
    return opportunity_history(
        key,
        ("2024-04-02 10:00:00", "Prospecting", amount, "2024-06-10"),
        ("2024-04-20 10:00:00", "Needs Analysis", amount, "2024-06-10"),
        ("2024-06-10 15:00:00", "Closed Won", amount, "2024-06-10"),
    )


def role(opportunity_key: str, contact_key: str, number: int = 1, **columns) -> dict:
    return crm(id=f"00KX{opportunity_key}{number}", opportunity_id=f"006X{opportunity_key}", contact_id=f"003X{contact_key}",
               role="Decision Maker", is_primary=number == 1, created_date="2024-04-02 10:05:00") | columns  # fmt: skip


def won_opportunity(key: str, amount: str | None = "12000.00", **columns) -> Rows:
    """An account with a contact and an opportunity that went the usual way."""
    return {
        "salesforce.account": [account(key)],
        "salesforce.contact": [contact(key)],
        "salesforce.opportunity": [opportunity(key, amount=amount, **columns)],
        "salesforce.opportunity_history": usual_history(key, amount),
        "salesforce.opportunity_contact_role": [role(key, key)],
    }


def page(key: str, number: int, at: str, path: str = "/", query: str = "", **columns) -> dict:
    return {"id": f"x{key}{number}", "anonymous_id": f"x{key}", "timestamp": at, "received_at": at, "url": SITE + path + query,
            "path": path, "title": "Planted", "context_consent_category_preferences_analytics": True,
            "context_user_agent": AGENT, "context_ip": "192.0.2.250"} | columns  # fmt: skip


def campaign(source: str | None, medium: str | None, name: str | None) -> dict:
    return {
        "context_campaign_source": source,
        "context_campaign_medium": medium,
        "context_campaign_name": name,
    }


def track(key: str, number: int, event: str, at: str, path: str = "/contact", **columns) -> dict:
    return {"id": f"xt{key}{number}", "anonymous_id": f"x{key}", "event": event, "event_text": event.replace("_", " ").capitalize(),
            "timestamp": at, "received_at": at, "context_page_url": SITE + path, "context_page_path": path,
            "context_consent_category_preferences_analytics": True, "context_user_agent": AGENT,
            "context_ip": "192.0.2.250"} | columns  # fmt: skip


def identify(
    key: str, number: int, at: str, email: str | None, user_id: str | None = None, **columns
) -> dict:
    return {"id": f"xi{key}{number}", "anonymous_id": f"x{key}", "user_id": user_id, "timestamp": at, "received_at": at,
            "email": email, "context_page_url": SITE + "/contact", "context_page_path": "/contact",
            "context_consent_category_preferences_analytics": True, "context_user_agent": AGENT,
            "context_ip": "192.0.2.250"} | columns  # fmt: skip


def customer(
    key: str,
    account_id: str | None = None,
    currency: str = "usd",
    created: str = "2024-03-01 09:00:00",
) -> dict:
    metadata = json.dumps({"account_id": account_id} if account_id else {})
    return {"id": f"cus_X{key}", "email": f"billing@{key.lower()}-planted.example", "name": f"{key} Ltd", "currency": currency,
            "metadata": metadata, "created": created, "is_deleted": False, "_fivetran_synced": SYNCED}  # fmt: skip


def subscription(key: str, started: str, ended: str | None = None, status: str = "active", period: tuple[str, str] | None = None,
                 price: str = "price_analytics_month_usd", quantity: int = 10, number: int = 1) -> Rows:  # fmt: skip
    period = period or (started, ended or "2026-01-01 09:00:00")
    return {
        "stripe.subscription": [{"id": f"sub_X{key}{number}", "customer_id": f"cus_X{key}", "status": status, "start_date": started,
            "ended_at": ended, "canceled_at": ended, "current_period_start": period[0], "current_period_end": period[1],
            "created": started, "_fivetran_synced": SYNCED}],
        "stripe.subscription_item": [{"id": f"si_X{key}{number}", "subscription_id": f"sub_X{key}{number}", "plan_id": price,
            "quantity": quantity, "created": started, "_fivetran_synced": SYNCED}],
    }  # fmt: skip


def invoice(key: str, number: int, period: tuple[str, str], amount: int, subscription_number: int | None = 1, quantity: int = 10,
            price: str = "price_analytics_month_usd", currency: str = "usd", **columns) -> Rows:  # fmt: skip
    subscription_id = f"sub_X{key}{subscription_number}" if subscription_number else None
    head = {"id": f"in_X{key}{number}", "customer_id": f"cus_X{key}", "subscription_id": subscription_id, "currency": currency,
            "status": "paid", "total": amount, "created": period[0], "period_start": period[0], "period_end": period[1],
            "is_deleted": False, "_fivetran_synced": SYNCED} | columns  # fmt: skip
    line = {"id": f"il_X{key}{number}", "invoice_id": head["id"], "amount": amount, "currency": currency, "description": "Planted",
            "plan_id": price if subscription_id else None, "price_id": price, "proration": False, "quantity": quantity,
            "subscription_id": subscription_id, "subscription_item_id": f"si_X{key}{subscription_number}" if subscription_id else None,
            "type": "subscription" if subscription_id else "invoiceitem", "period_start": period[0], "period_end": period[1],
            "_fivetran_synced": SYNCED}  # fmt: skip
    return {"stripe.invoice": [head], "stripe.invoice_line_item": [line]}


def months(key: str, first: int, last: int, amount: int = 30000, number: int = 1) -> list[Rows]:
    """Monthly invoices of 2024, from month to month (13 is January 2025)."""

    def day(month: int) -> str:
        return f"{2024 + (month - 1) // 12}-{(month - 1) % 12 + 1:02d}-05 09:00:00"

    return [
        invoice(key, 100 * number + month, (day(month), day(month + 1)), amount, number)
        for month in range(first, last + 1)
    ]


def merged(*parts: Rows) -> Rows:
    result: Rows = {}
    for part in parts:
        for table, rows in part.items():
            result.setdefault(table, []).extend(rows)
    return result


def cases() -> list[Case]:
    return [*crm_cases(), *web_cases(), *money_cases(), *privacy_cases()]


def crm_cases() -> list[Case]:
    return [
        Case("lead skips MQL", "lead, lead_history", "00QXSKIP", "sal_at without mql_at; not in MQL's denominator, in the numerators beyond", {
            "salesforce.lead": [lead("SKIP", status="Sales Accepted", owner_id="005000001001")],
            "salesforce.lead_history": [lead_change("SKIP", 1, "2024-03-06 10:00:00", "Open - Not Contacted", "Sales Accepted")]}),
        Case("opportunity reopened after lost", "opportunity_history", "006XREOPEN", "won; its history keeps the loss and the reopening", {
            "salesforce.account": [account("REOPEN")], "salesforce.contact": [contact("REOPEN")],
            "salesforce.opportunity": [opportunity("REOPEN", close_date="2024-09-20")],
            "salesforce.opportunity_contact_role": [role("REOPEN", "REOPEN")],
            "salesforce.opportunity_history": opportunity_history("REOPEN",
                ("2024-04-02 10:00:00", "Prospecting", "12000.00", "2024-06-10"), ("2024-06-03 10:00:00", "Closed Lost", "12000.00", "2024-06-03"),
                ("2024-08-05 10:00:00", "Qualification", "12000.00", "2024-09-30"), ("2024-09-20 10:00:00", "Closed Won", "12000.00", "2024-09-20"))}),
        Case("opportunity without contacts", "opportunity", "006XLONELY", "an account-only journey; its won value is (unattributed)", {
            "salesforce.account": [account("LONELY")], "salesforce.opportunity": [opportunity("LONELY")],
            "salesforce.opportunity_history": usual_history("LONELY")}),
        Case("opportunity without an account", "opportunity", "006XHOMELESS", "in every total, in no per-account mart", {
            "salesforce.opportunity": [opportunity("HOMELESS", account_id=None)], "salesforce.opportunity_history": usual_history("HOMELESS")}),
        Case("opportunity won before its lead was created", "opportunity, lead", "006XEARLY, 00QXEARLY", "stays won; the journey begins with the contact, and the later lead opens none", merged(
            won_opportunity("EARLY"), {"salesforce.lead": [lead("EARLY", email="person@early-planted.example", created_date="2024-07-01 09:00:00",
                is_converted=True, converted_date="2024-07-02 09:00:00", converted_contact_id="003XEARLY", converted_account_id="001XEARLY",
                converted_opportunity_id="006XEARLY", status="Sales Qualified")]})),
        Case("two leads of one human", "lead", "00QXTWIN1, 00QXTWIN2", "one person: the emails differ in case and blanks only", {
            "salesforce.lead": [lead("TWIN1", email="Jo.Twin@Twin-Planted.example"), lead("TWIN2", email=" jo.twin@twin-planted.example ",
                created_date="2024-08-01 09:00:00")]}),
        Case("lead converted", "lead, contact", "00QXCONV, 003XCONV", "one person with the contact, although the emails differ", merged(
            won_opportunity("CONV"), {"salesforce.lead": [lead("CONV", email="private.conv@gmail.com", status="Sales Qualified", is_converted=True,
                converted_date="2024-04-02 10:00:00", converted_contact_id="003XCONV", converted_account_id="001XCONV",
                converted_opportunity_id="006XCONV")],
            "salesforce.lead_history": [lead_change("CONV", 1, "2024-03-08 10:00:00", "Open - Not Contacted", "Marketing Qualified"),
                lead_change("CONV", 2, "2024-03-11 10:00:00", "Marketing Qualified", "Sales Accepted"),
                lead_change("CONV", 3, "2024-03-25 10:00:00", "Sales Accepted", "Sales Qualified")]})),
        Case("contact merged", "contact", "003XLOSER into 003XMERGE", "one person; the role of the loser counts for the survivor", merged(
            won_opportunity("MERGE"), {"salesforce.contact": [contact("LOSER", account_id="001XMERGE", email="old.name@merge-planted.example",
                is_deleted=True, master_record_id="003XMERGE")], "salesforce.opportunity_contact_role": [role("MERGE", "LOSER", 2)]})),
        Case("account merged", "account", "001XOLDCO into 001XNEWCO", "its opportunity belongs to the survivor", merged(
            won_opportunity("NEWCO"), {"salesforce.account": [account("OLDCO", is_deleted=True, master_record_id="001XNEWCO")],
                "salesforce.opportunity": [opportunity("OLDCO", account_id="001XOLDCO", type="Existing Business")],
                "salesforce.opportunity_history": usual_history("OLDCO")})),
        Case("opportunity deleted", "opportunity", "006XGONE", "lost, reason deleted: in no won total", {
            "salesforce.account": [account("GONE")], "salesforce.opportunity": [opportunity("GONE", is_deleted=True)],
            "salesforce.opportunity_history": usual_history("GONE")}),
        Case("close date moved four times", "opportunity_history", "006XSLIP", "one open opportunity; pushed out of four quarters", {
            "salesforce.account": [account("SLIP")], "salesforce.contact": [contact("SLIP")],
            "salesforce.opportunity": [opportunity("SLIP", stage_name="Needs Analysis", probability=30, forecast_category_name="Pipeline",
                is_closed=False, is_won=False, close_date="2026-03-31")],
            "salesforce.opportunity_contact_role": [role("SLIP", "SLIP")],
            "salesforce.opportunity_history": opportunity_history("SLIP", *[(at, "Needs Analysis", "12000.00", due) for at, due in (
                ("2024-04-02 10:00:00", "2024-12-31"), ("2024-12-20 10:00:00", "2025-03-31"), ("2025-03-25 10:00:00", "2025-06-30"),
                ("2025-06-24 10:00:00", "2025-09-30"), ("2025-09-29 10:00:00", "2026-03-31"))])}),
        Case("amount in JPY", "opportunity, invoice_line_item", "006XYEN, in_XYEN1", "1,500,000 yen, about 10,000 USD, in both: not divided by 100", merged(
            won_opportunity("YEN", "1500000.00", currency_iso_code="JPY"),
            {"stripe.customer": [customer("YEN", "001XYEN", "jpy")]},
            invoice("YEN", 1, ("2024-06-12 09:00:00", "2024-06-12 09:00:00"), 1500000, None, 1, "price_services_jpy", "jpy"))),
        Case("zero-value and unknown amounts", "opportunity", "006XZERO, 006XNULL", "won conversions of value 0, kept", merged(
            won_opportunity("ZERO", "0.00"), won_opportunity("NULL", None))),
        Case("two opportunities won in the same second", "opportunity_history", "006XSAMEA, 006XSAMEB", "two conversions, not one", merged(
            won_opportunity("SAMEA"), {"salesforce.opportunity": [opportunity("SAMEB", account_id="001XSAMEA", product_line_c="Automation")],
                "salesforce.opportunity_history": usual_history("SAMEB"), "salesforce.opportunity_contact_role": [role("SAMEB", "SAMEA")]})),
        Case("open opportunity that never changed", "opportunity", "006XSTILL", "in every month's snapshot from its creation on", {
            "salesforce.account": [account("STILL")],
            "salesforce.opportunity": [opportunity("STILL", stage_name="Qualification", probability=20, is_closed=False, is_won=False,
                forecast_category_name="Pipeline", close_date="2024-07-31")],
            "salesforce.opportunity_history": opportunity_history("STILL", ("2024-04-02 10:00:00", "Qualification", "12000.00", "2024-07-31"))}),
        Case("meeting rescheduled three times", "calendly.event, invitee", "EVX0 to EVX3", "one meeting, held at the last time", calendly_chain()),
        Case("SLA met at the weekend", "lead_history, task", "00QXWEEKEND", "handed over Saturday 10:05, called Sunday 9:00: within 24 hours", {
            "salesforce.lead": [lead("WEEKEND", status="Sales Accepted", owner_id="005000001001", created_date="2024-05-03 09:00:00")],
            "salesforce.lead_history": [lead_change("WEEKEND", 1, "2024-05-04 10:00:00", "Open - Not Contacted", "Marketing Qualified"),
                lead_change("WEEKEND", 2, "2024-05-04 10:05:00", "005000002001", "005000001001", "Owner"),
                lead_change("WEEKEND", 3, "2024-05-05 09:10:00", "Marketing Qualified", "Sales Accepted")],
            "salesforce.task": [crm(id="00TXWEEKEND", who_id="00QXWEEKEND", owner_id="005000001001", type="Call", task_subtype="Call",
                status="Completed", subject="Call", call_disposition="Connected", is_closed=True, activity_date="2024-05-05 00:00:00",
                completed_date_time="2024-05-05 09:00:00", created_date="2024-05-05 09:00:00")]}),
        Case("owner who left", "user, lead", "005XLEFT, 00QXLEFT", "an inactive owner; the lead still counts for the team SDR", {
            "salesforce.user": [{"id": "005XLEFT", "name": "Lena Left", "department": "SDR", "manager_id": "005000001000", "is_active": False,
                "_fivetran_synced": SYNCED}],
            "salesforce.lead": [lead("LEFT", owner_id="005XLEFT", status="Marketing Qualified")],
            "salesforce.lead_history": [lead_change("LEFT", 1, "2024-03-06 10:00:00", "Open - Not Contacted", "Marketing Qualified"),
                lead_change("LEFT", 2, "2024-03-06 11:00:00", "005000002001", "005XLEFT", "Owner")]}),
        Case("role address shared by two companies", "lead, contact", "00QXROLE, 003XROLE", "info@ links no records: two persons", {
            "salesforce.account": [account("ROLE")], "salesforce.contact": [contact("ROLE", email="info@role-planted.example")],
            "salesforce.lead": [lead("ROLE", email="info@role-planted.example", company="Another One")]}),
        Case("lead without an email", "lead", "00QXNOMAIL", "a person of its own", {"salesforce.lead": [lead("NOMAIL", email=None)]}),
        Case("mail skipped, not sent", "activity_send_email", "aXSKIPPED", "set aside: it was never delivered", {
            "marketo.lead": [{"id": "mkXSKIP", "email": "lead@skip-planted.example", "sfdc_lead_id": "00QXSKIP",
                "created_at": "2024-03-04 09:00:00", "updated_at": "2024-03-04 09:00:00"}],
            "marketo.activity_send_email": [{"id": "aXSKIPPED", "lead_id": "mkXSKIP", "activity_date": "2024-03-12 09:00:00",
                "campaign_id": "701000005001", "primary_attribute_value": "Newsletter 2024-03", "action_result": "skipped"}]}),
        Case("recycled and back", "lead_history", "00QXBACK", "a second journey from the second MQL on", {
            "salesforce.lead": [lead("BACK", status="Marketing Qualified")],
            "salesforce.lead_history": [lead_change("BACK", 1, "2024-03-06 10:00:00", "Open - Not Contacted", "Marketing Qualified"),
                lead_change("BACK", 2, "2024-03-20 10:00:00", "Marketing Qualified", "Recycled"),
                lead_change("BACK", 3, "2024-07-01 10:00:00", "Recycled", "Marketing Qualified")]}),
        Case("duplicate primary key", "lead", "00QXTWICE", "the newer row counts, the other one is set aside", {
            "salesforce.lead": [lead("TWICE", _fivetran_synced="2025-12-30 00:00:00"), lead("TWICE", status="Disqualified")]}),
        Case("unreadable dates and amounts", "opportunity, invoice_line_item", "006XBADDATE, il_XBAD1", "set aside with their reason", {}),
        Case("member of a campaign only", "campaign_member", "00vXSENT", "invited, no response: no touch", {
            "salesforce.campaign_member": [crm(id="00vXSENT", campaign_id="701000002000", lead_id="00QXSKIP", status="Sent",
                has_responded=False, created_date="2024-03-05 09:00:00")]}),
    ]  # fmt: skip


def calendly_chain() -> Rows:
    base = "https://api.calendly.com/scheduled_events/EVX"
    days = ["2024-05-06", "2024-05-08", "2024-05-13", "2024-05-15"]
    events, invitees = [], []
    for number, day in enumerate(days):
        is_last = number == len(days) - 1
        booked = f"2024-05-0{1 + number} 12:00:00"
        events.append({"uri": f"{base}{number}", "name": "30 minute meeting", "status": "active" if is_last else "canceled",
            "start_time": f"{day} 14:00:00", "end_time": f"{day} 14:30:00", "created_at": booked, "host_email": "sales@example.com",
            "host_user_id": "005000000001", "updated_at": f"{day} 15:00:00"})  # fmt: skip
        invitees.append({"uri": f"{base}{number}/invitees/IX{number}", "event_uri": f"{base}{number}", "email": "person@reopen-planted.example",
            "name": "REOPEN Person", "status": "active" if is_last else "canceled", "rescheduled": not is_last,
            "old_invitee_uri": f"{base}{number - 1}/invitees/IX{number - 1}" if number else None,
            "new_invitee_uri": None if is_last else f"{base}{number + 1}/invitees/IX{number + 1}", "is_no_show": False,
            "canceled_at": None if is_last else f"2024-05-0{2 + number} 12:00:00", "created_at": booked,
            "updated_at": f"{day} 15:00:00"})  # fmt: skip
    return {"calendly.event": events, "calendly.invitee": invitees}


def web_cases() -> list[Case]:
    return [
        Case("shared device changes hands", "pages, identifies", "xSHARE", "each session belongs to its own user; that of the stranger, two days later, to nobody", {
            "segment.pages": [page("SHARE", 1, "2024-04-01 09:00:00"), page("SHARE", 2, "2024-04-03 09:00:00", "/pricing"),
                page("SHARE", 3, "2024-04-05 09:00:00", "/demo")],
            "segment.identifies": [identify("SHARE", 1, "2024-04-01 09:05:00", "first@share-planted.example", "u_share1"),
                identify("SHARE", 2, "2024-04-05 09:05:00", "second@share-planted.example", "u_share2")]}),
        Case("two identities in one session", "identifies", "xKIOSK", "the session belongs to the first", {
            "segment.pages": [page("KIOSK", 1, "2024-04-10 09:00:00")],
            "segment.identifies": [identify("KIOSK", 1, "2024-04-10 09:01:00", "one@kiosk-planted.example"),
                identify("KIOSK", 2, "2024-04-10 09:09:00", "two@kiosk-planted.example")]}),
        Case("self-referral and payment host", "pages", "xSELF, xPAY", "Direct, not Referral", {
            "segment.pages": [page("SELF", 1, "2024-04-11 09:00:00", referrer="https://www.example.com/pricing"),
                page("PAY", 1, "2024-04-11 10:00:00", "/signup", referrer="https://checkout.stripe.com/c/pay/1")]}),
        Case("bot by speed", "pages", "xSPEED", "130 events in a minute: the session is set aside", {
            "segment.pages": [page("SPEED", number, f"2024-04-12 03:00:{number * 59 // 130:02d}", "/docs/setup") for number in range(130)]}),
        Case("bot by user agent", "pages", "xROBOT", "the session is set aside", {
            "segment.pages": [page("ROBOT", 1, "2024-04-12 04:00:00", context_user_agent=ROBOT)]}),
        Case("delivered twice", "pages", "xTWICE1", "one event, as first received", {
            "segment.pages": [page("TWICE", 1, "2024-04-13 09:00:00"), page("TWICE", 1, "2024-04-13 09:00:00", received_at="2024-04-13 21:00:00")]}),
        Case("late event", "pages", "xLATE2", "in its session of three days before it arrived", {
            "segment.pages": [page("LATE", 1, "2024-04-14 09:00:00"), page("LATE", 2, "2024-04-14 09:10:00", received_at="2024-04-17 09:10:00")]}),
        Case("event of 2038", "pages", "xFUTURE1", "set aside: dated after as_of; blocks nothing", {
            "segment.pages": [page("FUTURE", 1, "2038-01-19 03:14:07", received_at="2025-06-01 00:00:00")]}),
        Case("event of 1970", "pages", "xPAST1", "set aside: dated before earliest_event_date", {
            "segment.pages": [page("PAST", 1, "1970-01-01 00:00:01", received_at="2025-06-01 00:00:00")]}),
        Case("user id without a device", "pages", "xNODEVICE1", "one session of user u_nodevice", {
            "segment.pages": [page("NODEVICE", 1, "2024-04-15 09:00:00", anonymous_id=None, user_id="u_nodevice")],
            "segment.identifies": [identify("NODEVICE", 1, "2024-04-15 09:01:00", "app@nodevice-planted.example", "u_nodevice", anonymous_id=None)]}),
        Case("two conversions in the same second", "tracks", "xtSAMESEC1, xtSAMESEC2", "both count; one touch, the demo request", {
            "segment.pages": [page("SAMESEC", 1, "2024-04-16 09:00:00")],
            "segment.tracks": [track("SAMESEC", 1, "form_submitted", "2024-04-16 09:05:00", email="same@samesec-planted.example"),
                track("SAMESEC", 2, "demo_requested", "2024-04-16 09:05:00", email="same@samesec-planted.example")],
            "segment.identifies": [identify("SAMESEC", 1, "2024-04-16 09:05:00", "same@samesec-planted.example")]}),
        Case("campaign called Paid > Brand", "pages, campaign", "xARROW", "one touch of one campaign", {
            "segment.pages": [page("ARROW", 1, "2024-04-17 09:00:00", "/", "?utm_source=google&utm_medium=cpc&utm_campaign=Paid%20%3E%20Brand",
                **campaign("google", "cpc", "Paid > Brand"))]}),
        Case("almost paid, almost shopping", "pages", "xPPC, xWORK", "medium ppc_brand is not paid; campaign workshop is not shopping", {
            "segment.pages": [page("PPC", 1, "2024-04-18 09:00:00", "/", "?utm_source=google&utm_medium=ppc_brand&utm_campaign=x",
                    **campaign("google", "ppc_brand", "x")),
                page("WORK", 1, "2024-04-18 10:00:00", "/", "?utm_source=meetup&utm_medium=listing&utm_campaign=workshop",
                    **campaign("meetup", "listing", "workshop"))]}),
        Case("utm in mixed case", "pages", "xMIXED", "Paid Search", {
            "segment.pages": [page("MIXED", 1, "2024-04-18 11:00:00", "/", "?utm_source=Google&utm_medium=CPC&utm_campaign=Brand",
                **campaign("Google", "CPC", "Brand"))]}),
        Case("gclid beside explicit utm", "pages", "xCLICK", "Email: explicit utm beats the click id", {
            "segment.pages": [page("CLICK", 1, "2024-04-19 09:00:00", "/", "?utm_source=newsletter&utm_medium=email&gclid=ABC123",
                **campaign("newsletter", "email", None))]}),
        Case("utm in the URL only", "pages", "xURLONLY", "Paid Social, read from the URL", {
            "segment.pages": [page("URLONLY", 1, "2024-04-19 10:00:00", "/", "?utm_source=linkedin&utm_medium=paid-social&utm_campaign=linkedin-abm")]}),
        Case("exactly thirty minutes", "pages", "xEDGE", "1,800 seconds do not split a session, 1,801 do: two sessions", {
            "segment.pages": [page("EDGE", 1, "2024-04-20 09:00:00"), page("EDGE", 2, "2024-04-20 09:30:00", "/pricing"),
                page("EDGE", 3, "2024-04-20 10:00:01", "/demo")]}),
    ]  # fmt: skip


def money_cases() -> list[Case]:
    def day(date: str) -> tuple[str, str]:
        return date + " 09:00:00", date + " 09:00:00"

    return [
        Case("Performance Max without URLs", "campaign_stats", "campaign 5007", "its spend is in every total, without a touch", {
            "google_ads.campaign_stats": [{"customer_id": "1112223334", "id": "5007", "date": "2024-05-07", "_fivetran_id": "xpmax",
                "ad_network_type": "MIXED", "device": "TABLET", "clicks": 40, "impressions": 900, "cost_micros": 25000000, "_fivetran_synced": SYNCED}]}),
        Case("spend row redelivered", "campaign_stats, ad_analytics_by_campaign", "5001 and 7001 of 2024-05-06", "the newer row counts, the other one is set aside", {}),
        Case("negative clicks", "campaign_stats", "5001 of 2024-05-07, MIXED", "set aside: clicks is negative", {
            "google_ads.campaign_stats": [{"customer_id": "1112223334", "id": "5001", "date": "2024-05-07", "_fivetran_id": "xneg",
                "ad_network_type": "MIXED", "device": "TABLET", "clicks": -5, "impressions": 10, "cost_micros": 1000000, "_fivetran_synced": SYNCED}]}),
        Case("refund in another month", "refund", "re_XREFUND", "March revenue stays; April has the refund", merged(
            {"salesforce.account": [account("REFUND")], "stripe.customer": [customer("REFUND", "001XREFUND")]},
            invoice("REFUND", 1, day("2024-03-20"), 250000, None, 1, "price_services_usd"),
            {"stripe.charge": [{"id": "ch_XREFUND", "invoice_id": "in_XREFUND1", "customer_id": "cus_XREFUND", "amount": 250000, "currency": "usd",
                "status": "succeeded", "created": "2024-03-20 09:05:00", "_fivetran_synced": SYNCED}],
            "stripe.refund": [{"id": "re_XREFUND", "charge_id": "ch_XREFUND", "amount": 250000, "currency": "usd",
                "reason": "requested_by_customer", "status": "succeeded", "created": "2024-04-15 09:00:00", "_fivetran_synced": SYNCED}]})),
        Case("credit note that documents a refund", "credit_note", "cn_XREFUND", "the same money: counted once", {
            "stripe.credit_note": [{"id": "cn_XREFUND", "invoice_id": "in_XREFUND1", "amount": 250000, "currency": "usd",
                "reason": "product_unsatisfactory", "status": "issued", "refund_id": "re_XREFUND", "created": "2024-04-15 09:00:00",
                "_fivetran_synced": SYNCED}]}),
        Case("annual subscription", "subscription, invoice_line_item", "sub_XANNUAL1", "3,024 USD a year are 252 a month, not one month of 3,024", merged(
            {"salesforce.account": [account("ANNUAL")], "stripe.customer": [customer("ANNUAL", "001XANNUAL")]},
            subscription("ANNUAL", "2024-03-01 09:00:00", period=("2025-03-01 09:00:00", "2026-03-01 09:00:00"), price="price_analytics_year_usd"),
            invoice("ANNUAL", 1, ("2024-03-01 09:00:00", "2025-03-01 09:00:00"), 302400, price="price_analytics_year_usd"),
            invoice("ANNUAL", 2, ("2025-03-01 09:00:00", "2026-03-01 09:00:00"), 302400, price="price_analytics_year_usd"))),
        Case("subscription within one month", "subscription", "sub_XSHORT1", "revenue in May, no month-end MRR, a customer all the same", merged(
            {"salesforce.account": [account("SHORT")], "stripe.customer": [customer("SHORT", "001XSHORT")]},
            subscription("SHORT", "2024-05-03 09:00:00", "2024-05-24 09:00:00", "canceled"),
            invoice("SHORT", 1, ("2024-05-03 09:00:00", "2024-05-24 09:00:00"), 20000))),
        Case("churn and reactivation", "subscription", "sub_XBOOMER1, sub_XBOOMER2", "new, churn in July 2024, reactivation in November", merged(
            {"salesforce.account": [account("BOOMER")], "stripe.customer": [customer("BOOMER", "001XBOOMER")]},
            subscription("BOOMER", "2024-03-05 09:00:00", "2024-07-05 09:00:00", "canceled"), *months("BOOMER", 3, 6),
            subscription("BOOMER", "2024-11-05 09:00:00", period=("2025-12-05 09:00:00", "2026-01-05 09:00:00"), number=2),
            *months("BOOMER", 11, 24, number=2))),
        Case("paused subscription", "subscription", "sub_XPAUSE1", "no MRR since June 2025, when it was last billed", merged(
            {"salesforce.account": [account("PAUSE")], "stripe.customer": [customer("PAUSE", "001XPAUSE")]},
            subscription("PAUSE", "2024-12-05 09:00:00", status="paused", period=("2025-05-05 09:00:00", "2025-06-05 09:00:00")),
            *months("PAUSE", 12, 17))),
        Case("customer without an account", "customer", "cus_XNOACC", "a customer by its own id", merged(
            {"stripe.customer": [customer("NOACC")]}, subscription("NOACC", "2024-06-05 09:00:00",
                period=("2025-12-05 09:00:00", "2026-01-05 09:00:00")), *months("NOACC", 6, 24))),
        Case("invoice without a customer", "invoice", "in_XNOBODY1", "customer (unknown): in totals, in no cohort",
            invoice("NOBODY", 1, day("2024-08-08"), 99900, None, 1, "price_services_usd", customer_id=None)),
        Case("upgrade in the middle of a year", "invoice_line_item", "in_XUPGRADE2", "expansion in September 2024: 10 seats to 15; the pair of proration lines nets", merged(
            {"salesforce.account": [account("UPGRADE")], "stripe.customer": [customer("UPGRADE", "001XUPGRADE")]},
            subscription("UPGRADE", "2024-03-01 09:00:00", price="price_analytics_year_usd", quantity=15,
                period=("2025-03-01 09:00:00", "2026-03-01 09:00:00")),
            invoice("UPGRADE", 1, ("2024-03-01 09:00:00", "2025-03-01 09:00:00"), 302400, price="price_analytics_year_usd"),
            upgrade_lines(),
            invoice("UPGRADE", 3, ("2025-03-01 09:00:00", "2026-03-01 09:00:00"), 453600, quantity=15, price="price_analytics_year_usd"))),
        Case("void invoice", "invoice", "in_XVOID1", "no revenue", merged(
            {"stripe.customer": [customer("VOID")]}, invoice("VOID", 1, day("2024-08-09"), 77700, None, 1, "price_services_usd", status="void"))),
    ]  # fmt: skip


def upgrade_lines() -> Rows:
    period = ("2024-09-01 09:00:00", "2025-03-01 09:00:00")
    rows = invoice(
        "UPGRADE", 2, period, 226800, quantity=15, price="price_analytics_year_usd", total=75600
    )
    rest = rows["stripe.invoice_line_item"][0] | {
        "type": "invoiceitem",
        "proration": True,
        "description": "Remaining time on 15 seats",
    }
    unused = rest | {
        "id": "il_XUPGRADE2u",
        "amount": -151200,
        "quantity": 10,
        "description": "Unused time on 10 seats",
    }
    return rows | {"stripe.invoice_line_item": [unused, rest]}


def privacy_cases() -> list[Case]:
    def request(kind: str, subject: str, what: str, at: str) -> dict:
        return {
            "source_system": "generic",
            "subject_type": kind,
            "subject_id": subject,
            "request_type": what,
            "effective_at": at,
        }

    return [
        Case("consent withdrawn", "privacy_requests", "lead@withdrawn-planted.example", "touches from 2024-06-01 on are hidden, earlier ones are not", {
            "salesforce.lead": [lead("WITHDRAWN")],
            "segment.pages": [page("WITHDRAWN", 1, "2024-04-21 09:00:00"), page("WITHDRAWN", 2, "2024-06-20 09:00:00", "/pricing")],
            "segment.identifies": [identify("WITHDRAWN", 1, "2024-04-21 09:01:00", "lead@withdrawn-planted.example")],
            "generic.privacy_requests": [request("email", "lead@withdrawn-planted.example", "withdraw_consent", "2024-06-01 00:00:00")]}),
        Case("erased person", "privacy_requests", "003XERASED", "won opportunity stays; its credits are (hidden by consent)", merged(
            won_opportunity("ERASED"), {"segment.pages": [page("ERASED", 1, "2024-03-21 09:00:00")],
            "segment.identifies": [identify("ERASED", 1, "2024-03-21 09:01:00", "person@erased-planted.example")],
            "generic.privacy_requests": [request("person", "003XERASED", "erase", "2025-02-01 00:00:00")]})),
        Case("suppressed device", "privacy_requests", "xSUPPRESS", "its session counts for its channel, but has no person", {
            "segment.pages": [page("SUPPRESS", 1, "2024-04-22 09:00:00")],
            "segment.identifies": [identify("SUPPRESS", 1, "2024-04-22 09:01:00", "who@suppress-planted.example")],
            "generic.privacy_requests": [request("device", "xSUPPRESS", "suppress", "2024-01-01 00:00:00")]}),
        Case("session without consent", "pages", "xNOCONSENT", "in its channel's session count, without a person", {
            "segment.pages": [page("NOCONSENT", 1, "2024-04-23 09:00:00", context_consent_category_preferences_analytics=False)]}),
    ]  # fmt: skip


# Rows that do not fit the types of their columns: their tables are written as text.
UNREADABLE: Rows = {
    "salesforce.opportunity": [
        {"id": "006XBADDATE", "account_id": "001XLONELY", "name": "BADDATE opportunity", "type": "New Business", "stage_name": "Qualification",
         "amount": "5000.00", "currency_iso_code": "USD", "is_closed": "false", "is_won": "false", "close_date": "31/02/2024",
         "created_date": "2024-02-01 09:00:00", "is_deleted": "false", "_fivetran_synced": SYNCED},
    ],
    "stripe.invoice_line_item": [
        {"id": "il_XBAD1", "invoice_id": "in_XVOID1", "amount": "n/a", "currency": "usd", "quantity": "1", "type": "invoiceitem",
         "period_start": "2024-08-09 09:00:00", "period_end": "2024-08-09 09:00:00", "_fivetran_synced": SYNCED},
    ],
}  # fmt: skip


def build(con: duckdb.DuckDBPyConnection) -> None:
    """Add the rows of all cases to the company's tables, and their humans and devices to its truth."""
    for table in web.BUILDERS:
        con.execute(f"create table segment.{table} as {web.BUILDERS[table]('false')}")
    planted = cases()
    for table, rows in merged(*(case.rows for case in planted)).items():
        schema, name = table.split(".")
        for row in rows:
            con.execute(
                f'insert into {schema}."{name}" ({", ".join(row)}) values ({", ".join("?" for _ in row)})',
                list(row.values()),
            )
    con.execute("""
    -- The same rows again, a day later, with a corrected cost.
    insert into google_ads.campaign_stats
    select * replace (cost_micros + 1000000 as cost_micros, timestamp '2026-01-02 00:00:00' as _fivetran_synced)
    from google_ads.campaign_stats where id = '5001' and date = '2024-05-06';
    insert into linkedin_ads.ad_analytics_by_campaign
    select * replace (timestamp '2026-01-02 00:00:00' as _fivetran_synced)
    from linkedin_ads.ad_analytics_by_campaign where campaign_id = '7001' and day = '2024-05-06';
    create table truth.planted_cases (name varchar, tables varchar, ids varchar, outcome varchar);
    """)
    con.executemany(
        "insert into truth.planted_cases values (?, ?, ?, ?)",
        [[case.name, case.tables, case.ids, case.outcome] for case in planted],
    )
    con.executemany("insert into truth.devices values (?, ?, ?, ?)", DEVICES)
    con.executemany(
        "insert into truth.people values (?, ?, ?)",
        [
            (human, kind, identifier)
            for human, identifiers in PEOPLE
            for kind, values in identifiers.items()
            for identifier in values
        ],
    )


def markdown_table() -> str:
    lines = ["| case | tables | ids | what must come out |", "| --- | --- | --- | --- |"]
    lines += [f"| {case.name} | {case.tables} | {case.ids} | {case.outcome} |" for case in cases()]
    return "\n".join(lines)
