"""
Money in the raw exports of a company that the generator wrote, read as the vendors document them: invoices, refunds and
subscriptions of Stripe, accounts, opportunities and campaigns of Salesforce, spend of the ad platforms. It uses no model.
"""

import csv
import json
import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from billing_histories import add_months, cents
from pipeline.inputs.raw_files import find_files
from support import ROOT

AS_OF = date(2025, 12, 31)
OPEN_STATUSES = ("active", "trialing", "past_due", "unpaid")
ZERO = Decimal(0)


def read(path: str) -> list[dict]:
    """A rule: a CSV file under seeds/."""
    return read_csv(ROOT / "seeds" / f"{path}.csv")


def read_csv(path: Path) -> list[dict]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Exports:
    """The raw tables of a company under a folder: seeds/raw or a raw location."""

    def __init__(self, folder: Path) -> None:
        self.files = find_files(folder)

    def rows(self, vendor: str, table: str) -> list[dict]:
        """All rows of a raw table."""
        return read_csv(Path(self.files[vendor, table].path))

    def newest(
        self, vendor: str, table: str, key: tuple = ("id",), dated: str = "created"
    ) -> list[dict]:
        """The last synced row of each key; without rows that lack the key or are dated after as_of."""
        newest = {}
        for row in self.rows(vendor, table):
            name = tuple(row[column] for column in key)
            known = newest.get(name)
            if all(name) and (not known or row["_fivetran_synced"] > known["_fivetran_synced"]):
                newest[name] = row
        return [row for row in newest.values() if not dated or row[dated] < "2026"]


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Rates:
    def __init__(self) -> None:
        self.dated = defaultdict(dict)
        for row in read("demo/rules/fx_rates"):
            self.dated[row["currency"]][date.fromisoformat(row["rate_date"])] = Decimal(row["rate"])

    def __call__(self, currency: str, day: date) -> Decimal:
        if currency == "USD":
            return Decimal(1)
        return self.dated[currency][max(known for known in self.dated[currency] if known <= day)]


class Accounts:
    """Salesforce's accounts: the survivor of each merged one, and the size of each."""

    def __init__(self, exports: Exports) -> None:
        rows = exports.newest("salesforce", "account", dated="created_date")
        self.masters = {row["id"]: row["master_record_id"] for row in rows}
        self.sizes = {row["id"]: int(row["number_of_employees"] or 0) for row in rows}

    def survivor(self, account: str | None) -> str | None:
        while account and self.masters.get(account):
            account = self.masters[account]
        return account

    def segment(self, account: str) -> str:
        size = self.sizes.get(account, 0)
        for row in read("rules/segment_rules"):
            largest = int(row["maximum_employees"] or size)
            if int(row["minimum_employees"]) <= size <= largest:
                return row["segment"]
        return "unknown"


class Billing:
    """Stripe: `lines` of revenue, and of each item of a subscription the `versions` that its invoices show."""

    def __init__(self, exports: Exports, accounts: Accounts) -> None:
        self.exports = exports
        decimals = {
            row["currency"]: int(row["decimals"]) for row in read("rules/currency_decimals")
        }
        self.decimals = lambda currency: decimals.get(currency.upper(), 2)
        self.customers = {
            row["id"]: accounts.survivor(json.loads(row["metadata"] or "{}").get("account_id"))
            or row["id"]
            for row in exports.newest("stripe", "customer")
        }
        self.invoices = {row["id"]: row for row in exports.newest("stripe", "invoice")}
        self.subscriptions = {row["id"]: row for row in exports.newest("stripe", "subscription")}
        self.prices = {row["id"]: row for row in exports.newest("stripe", "price")}
        self.sold = [line for row in self.invoice_lines() if (line := self.sale(row))]
        self.lines = [*self.sold, *self.refunds_and_credits()]
        self.versions = self.find_versions()

    def invoice_lines(self) -> list[dict]:
        """Lines of invoices that were sent, with those whose invoice was not delivered."""
        late = {
            row["id"] for row in self.exports.rows("stripe", "invoice") if row["created"] >= "2026"
        }
        return [
            row
            for row in self.exports.newest(
                "stripe", "invoice_line_item", ("id", "invoice_id"), dated=""
            )
            if row["amount"].lstrip("-").isdigit()
            and row["currency"]
            and row["invoice_id"] not in late
        ]

    def amount(self, minor: str, currency: str) -> Decimal:
        return Decimal(minor or 0).scaleb(-self.decimals(currency))

    def sale(self, row: dict) -> dict | None:
        invoice = self.invoices.get(row["invoice_id"])
        if invoice and (invoice["is_deleted"] == "true" or invoice["status"] in ("draft", "void")):
            return None
        price = self.prices.get(row["price_id"] or row["plan_id"], {})
        subscription = self.subscriptions.get(row["subscription_id"], {})
        is_proration = row["proration"] == "true"
        is_recurring = (
            row["type"] == "subscription"
            or price.get("type") == "recurring"
            or bool(row["subscription_id"] and (is_proration or not row["type"]))
        )
        gross = self.amount(row["amount"], row["currency"])
        discount = self.amount(row["discount_amount"], row["currency"])
        sold_at = moment(invoice["created"] if invoice else row["period_start"])
        customer = (invoice or subscription).get("customer_id")
        name = re.sub(
            r"(?i)[ ,(-]+(month|quarter|year|annual)(ly)?[)]?$", "", price.get("nickname", "")
        )
        return {
            "line_type": "sale",
            "invoice": row["invoice_id"],
            "customer": self.customers.get(customer, customer) or "(unknown)",
            "subscription": row["subscription_id"],
            "item": row["subscription_item_id"] or row["subscription_id"],
            "product_line": name or price.get("product_id") or "(unknown)",
            "price": price,
            "quantity": int(row["quantity"] or 1),
            "gross": gross,
            "discount": discount,
            "amount": gross - discount,
            "currency": row["currency"].upper(),
            "is_proration": is_proration,
            "is_recurring": is_recurring,
            "starts_at": moment(row["period_start"]),
            "ends_at": moment(row["period_end"]),
            "revenue_at": sold_at,
            "id": row["id"],
        }

    def refunds_and_credits(self) -> list[dict]:
        """Each in its own month, of the product line of its invoice if that has one only; none twice."""
        charges = {row["id"]: row for row in self.exports.newest("stripe", "charge")}
        refunded, found = defaultdict(Decimal), []
        for row in self.exports.newest("stripe", "refund"):
            charge = charges.get(row["charge_id"])
            if row["status"] != "succeeded" or (charge and not charge["invoice_id"]):
                continue
            amount = self.amount(row["amount"], row["currency"])
            refunded[row["id"]] += amount
            invoice = charge["invoice_id"] if charge else None
            found.append(self.taken_back(row, amount, invoice, charge and charge["customer_id"]))
        for row in self.exports.newest("stripe", "credit_note"):
            amount = self.amount(row["amount"], row["currency"]) - refunded[row["refund_id"]]
            if row["status"] != "void" and not row["voided_at"] and amount > 0:
                found.append(self.taken_back(row, amount, row["invoice_id"], None))
        return found

    def taken_back(
        self, row: dict, amount: Decimal, invoice: str | None, payer: str | None
    ) -> dict:
        products = {line["product_line"] for line in self.sold if line["invoice"] == invoice}
        customer = self.invoices.get(invoice, {}).get("customer_id") or payer
        return {
            "line_type": "refund",
            "customer": self.customers.get(customer, customer) or "(unknown)",
            "product_line": products.pop() if len(products) == 1 else "(unknown)",
            "amount": -amount,
            "currency": row["currency"].upper(),
            "is_recurring": False,
            "revenue_at": moment(row["created"]),
        }

    def find_versions(self) -> dict[tuple[str, str], list[dict]]:
        """Per item of a subscription, the line that stood last on each first day of service, in order."""
        days = defaultdict(dict)
        for line in self.sold:
            subscription = self.subscriptions.get(line["subscription"], {})
            ended_at = moment(subscription.get("ended_at", ""))
            started_at = line["starts_at"]
            if (
                line["subscription"]
                and line["is_recurring"]
                and line["gross"] >= 0
                and started_at
                and (not ended_at or started_at <= ended_at)
            ):
                rank = (started_at, line["revenue_at"], not line["is_proration"], line["id"])
                item = days[line["subscription"], line["item"]]
                if rank > item.get(started_at.date(), ((datetime.min,), None))[0]:
                    item[started_at.date()] = (rank, line)
        return {
            item: [line for _, (_, line) in sorted(found.items(), key=lambda day: day[0])]
            for item, found in days.items()
        }

    def started(self, subscription: str) -> date:
        row = self.subscriptions.get(subscription)
        if row and row["start_date"]:
            return moment(row["start_date"]).date()
        return min(
            line["starts_at"].date()
            for (whose, _), lines in self.versions.items()
            if whose == subscription
            for line in lines
        )

    def in_force(self, item: tuple[str, str], day: date) -> dict | None:
        """The version of an item on a day: none before the first, in a pause, or after the end."""
        lines = self.versions[item]
        before = [line for line in lines if line["starts_at"].date() <= day]
        subscription = self.subscriptions.get(item[0], {})
        ended_at = moment(subscription.get("ended_at", ""))
        if not before or (ended_at and ended_at.date() <= day):
            return None
        is_paid = day < before[-1]["ends_at"].date()
        is_open = len(before) == len(lines) and subscription.get("status") in OPEN_STATUSES
        return before[-1] if is_paid or (is_open and not ended_at) else None

    def monthly_price(self, line: dict) -> Decimal:
        """What a version costs a month, in its currency."""
        price, gross = line["price"], line["gross"]
        if not gross and not line["is_proration"]:
            return ZERO
        months = (
            int(price["recurring_interval_count"] or 1)
            * {"month": 1, "year": 12}[price["recurring_interval"]]
        )
        unit = price["unit_amount_decimal"] or price["unit_amount"]
        whole = line["quantity"] * self.amount(unit, price["currency"])
        discount = line["discount"]
        if discount and line["is_proration"]:
            discount = cents(discount * whole / gross)  # of all of the interval, not of its rest
        return (whole - discount) / months


def spend_by_channel(exports: Exports, rates: Rates) -> dict[tuple[date, str], Decimal]:
    """(month, channel) -> what the ad platforms and the programmes that are not on them cost, in dollars."""
    spend, advertised = defaultdict(Decimal), set()
    channels = {(r["platform"], r["network"]): r["channel"] for r in read("rules/ad_channels")}

    def newest(vendor: str, table: str, changed: str) -> dict[str, dict]:
        rows = exports.rows(vendor, table)
        return {row["id"]: row for row in sorted(rows, key=lambda row: row[changed])}

    campaigns = newest("google_ads", "campaign_history", "updated_at")
    key = ("customer_id", "id", "date", "ad_network_type", "device")
    for row in exports.newest("google_ads", "campaign_stats", key, dated="date"):
        if int(row["clicks"] or 0) < 0:
            continue
        campaign = campaigns.get(row["id"], {})
        kind = campaign.get("advertising_channel_type", "").lower()
        network = row["ad_network_type"].lower()
        names = (f"{kind}:{network}" if kind else network, kind or network, "*")
        channel = next(filter(None, (channels.get(("google_ads", name)) for name in names)))
        amount = Decimal(row["cost_micros"] or 0).scaleb(-6)
        assert amount == cents(amount)  # an account in dollars, without fractions of a cent
        spend[date.fromisoformat(row["date"]).replace(day=1), channel] += amount
        if amount:
            advertised.add(campaign.get("name", "").lower())
    campaigns = newest("linkedin_ads", "campaign_history", "last_modified_time")
    accounts = newest("linkedin_ads", "account_history", "last_modified_time")
    key = ("campaign_id", "day")
    for row in exports.newest("linkedin_ads", "ad_analytics_by_campaign", key, dated="day"):
        day, campaign = date.fromisoformat(row["day"]), campaigns[row["campaign_id"]]
        currency = accounts[campaign["account_id"]]["currency"].upper()
        amount = cents(Decimal(row["cost_in_local_currency"]) * rates(currency, day))
        spend[day.replace(day=1), channels["linkedin_ads", "*"]] += amount
        if amount:
            advertised.add(campaign["name"].lower())
    kinds = {row["campaign_type"]: row["channel"] for row in read("rules/campaign_type_channels")}
    for row in exports.newest("salesforce", "campaign", dated="created_date"):
        cost = Decimal(row["actual_cost"] or 0)
        is_counted = row["is_deleted"] != "true" and row["name"].lower() not in advertised
        if not cost or not is_counted or row["start_date"] > str(AS_OF):
            continue
        channel = row["channel_c"] or kinds.get(row["type"].lower(), "Unassigned")
        first, last = (date.fromisoformat(row[name]) for name in ("start_date", "end_date"))
        days = (min(last, AS_OF) - first).days + 1
        each, left_over = divmod(int(cost * 100), days)
        for number in range(days):
            day = first + timedelta(number)
            share = Decimal(each + (number < left_over)) / 100
            currency = row["currency_iso_code"] or "USD"
            spend[day.replace(day=1), channel] += cents(share * rates(currency, day))
    return dict(spend)


def first_wins(exports: Exports, accounts: Accounts) -> dict[str, str]:
    """Account -> its first won opportunity, by the last change of an opportunity into its won stage."""
    won_at = {}
    for row in sorted(
        exports.newest("salesforce", "opportunity_history", dated="created_date"),
        key=lambda row: row["created_date"],
    ):
        deal, is_won = row["opportunity_id"], row["stage_name"] == "Closed Won"
        if is_won:
            won_at.setdefault(deal, row["created_date"])
        else:
            won_at.pop(deal, None)
    first = {}
    for row in exports.newest("salesforce", "opportunity", dated="created_date"):
        if row["is_won"] == "true" and row["is_deleted"] != "true" and row["account_id"]:
            key = (won_at.get(row["id"], row["close_date"] + " 23:59:59"), row["id"])
            account = accounts.survivor(row["account_id"])
            first[account] = min(key, first.get(account, key))
    return {account: deal for account, (_, deal) in first.items()}


def months_of(count: int) -> list[date]:
    """The last `count` months until as_of."""
    return [add_months(AS_OF.replace(day=1), n - count + 1) for n in range(count)]
