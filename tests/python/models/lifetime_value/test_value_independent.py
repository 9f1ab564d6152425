"""
Recurring revenue, retention, acquisition cost, payback and contract value of the demo company and of the edge-case company,
computed a second time: plain loops over the raw exports, which share nothing with the SQL of staging, the models or the
marts. Credits of touches come from the attribution marts, which have tests of their own.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from billing_histories import add_months, cents, month_of, spread
from demo_exports import (
    AS_OF,
    ZERO,
    Accounts,
    Billing,
    Exports,
    Rates,
    first_wins,
    months_of,
    read,
    spend_by_channel,
)

MONTHS = months_of(24)
HORIZON, DISCOUNT, AT_RISK = 36, 0.10, 30
KINDS = ("opening", "new", "reactivation", "expansion", "contraction", "churn")


def rows(database, query: str) -> list[dict]:
    found = database.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def last_day(month: date) -> date:
    return min(add_months(month, 1) - timedelta(1), AS_OF)


class Company:
    """The exports of a company, with customers resolved to accounts and money to dollars."""

    def __init__(self, exports: Exports) -> None:
        self.exports = exports
        self.rate, self.accounts = Rates(), Accounts(exports)
        self.billing = Billing(exports, self.accounts)
        self.margins = {
            row["product_line"]: Decimal(row["gross_margin"])
            for row in read("demo/rules/gross_margins")
        }

    def margin(self, product_line: str) -> Decimal:
        return self.margins.get(product_line, Decimal("0.8"))

    def segment(self, customer: str) -> str:
        return self.accounts.segment(customer)

    def mrr(self) -> dict[tuple[str, date], list[Decimal]]:
        """(customer, month) -> [MRR at its end, margin of it]."""
        mrr = defaultdict(lambda: [ZERO, ZERO])
        for item in self.billing.versions:
            started = self.billing.started(item[0])
            for month in MONTHS:
                line = self.billing.in_force(item, last_day(month))
                if line:
                    rate = self.rate(line["currency"], started)
                    amount = cents(max(self.billing.monthly_price(line), ZERO) * rate)
                    if amount:
                        sums = mrr[line["customer"], month]
                        sums[0] += amount
                        sums[1] += amount * self.margin(line["product_line"])
        return mrr

    def revenue(self) -> dict[tuple[str, str, date], Decimal]:
        """(customer, product line, month) -> what was earned in it, in months to come too."""
        net = defaultdict(Decimal)
        for line in self.billing.lines:
            day = line["revenue_at"].date()
            amount = cents(line["amount"] * self.rate(line["currency"], day))
            parts = {month_of(day): amount}
            if line["is_recurring"] and line["starts_at"].date() < line["ends_at"].date():
                parts = spread(amount, line["starts_at"].date(), line["ends_at"].date())
            for month, part in parts.items():
                net[line["customer"], line["product_line"], month] += part
        return net

    def earned_margins(self) -> dict[tuple[str, date], Decimal]:
        """(customer, month) -> margin earned in it, up to as_of."""
        margins = defaultdict(Decimal)
        for (customer, product_line, month), amount in self.revenue().items():
            if month <= AS_OF:
                margins[customer, month] += cents(amount * self.margin(product_line))
        return margins

    def contract_starts(self, is_paid: bool) -> list[tuple[str, date]]:
        """(customer, start) of each subscription; with is_paid, of those that cost something."""
        return [
            (line["customer"], min(self.billing.started(item[0]), line["starts_at"].date()))
            for item, lines in self.billing.versions.items()
            for line in lines
            if not is_paid or self.billing.monthly_price(line) > 0
        ]

    def starts(self) -> dict[str, date]:
        """Customer -> day of the first sale or subscription."""
        first: dict[str, date] = {}
        sales = [(line["customer"], line["revenue_at"].date()) for line in self.billing.sold]
        for customer, day in sales + self.contract_starts(is_paid=False):
            if customer != "(unknown)":
                first[customer] = min(first.get(customer, AS_OF), day)
        return first

    def opening_base(self) -> set[str]:
        """Customers with MRR at the end of January 2024, when the records begin: they were there before."""
        first_month = month_of(min(line["revenue_at"].date() for line in self.billing.lines))
        assert first_month == MONTHS[0] <= min(self.starts().values())
        return {customer for customer, month in self.mrr() if month == first_month}

    def cohorts(self) -> dict[str, date]:
        """New customer -> month of the first sale or subscription."""
        opening = self.opening_base()
        return {
            customer: month_of(day)
            for customer, day in self.starts().items()
            if customer not in opening
        }

    def channels(self, credits: list[dict], touches: list[tuple]) -> dict[str, str]:
        """
        Customer -> channel with most first-touch credit for its first won opportunity, ties by name; without credit, the
        channel of the first touch up to the day of its first revenue.
        """
        starts, first_touches = self.starts(), {}
        for account, day, channel in touches:
            if account in starts and day <= starts[account]:
                first_touches.setdefault(account, channel)
        shares = defaultdict(lambda: defaultdict(float))
        for row in credits:
            shares[row["opportunity_id"]][row["channel"]] += float(row["credit_share"])
        return first_touches | {
            account: min(
                shares[deal], key=lambda channel: (-round(shares[deal][channel], 9), channel)
            )
            for account, deal in first_wins(self.exports, self.accounts).items()
            if shares[deal]
        }


@pytest.fixture(scope="module")
def company(either_company):
    with localcontext() as context:
        context.prec, context.rounding = 60, ROUND_HALF_UP
        yield Company(Exports(either_company.raw))


@pytest.fixture(scope="module")
def channels(built_company, company) -> dict[str, str]:
    query = (
        "select opportunity_id, channel, credit_share from marts.fct_attribution_credits"
        " inner join marts.fct_conversions using (conversion_id)"
        " where fct_attribution_credits.model = 'first_touch'"
        " and fct_conversions.conversion_type = 'won' and channel <> '(unattributed)'"
    )
    touches = built_company.execute(
        "select account_id, touched_date, channel from marts.fct_touchpoints"
        " where account_id is not null order by touched_at, touchpoint_id"
    ).fetchall()
    return company.channels(rows(built_company, query), touches)


def movements(company: Company) -> list[tuple]:
    """(customer, month, start, opening, new, reactivation, expansion, contraction, churn, end)"""
    mrr, opening, found = company.mrr(), company.opening_base(), []
    for customer in {customer for customer, _ in mrr}:
        start, had_any = ZERO, False
        for month in MONTHS:
            end = mrr[customer, month][0] if (customer, month) in mrr else ZERO
            if not had_any and not end:
                continue
            change = end - start
            kind = "none"
            if not start and end:
                first_kind = "opening" if customer in opening else "new"
                kind = "reactivation" if had_any else first_kind
            elif start and not end:
                kind = "churn"
            elif change:
                kind = "expansion" if change > 0 else "contraction"
            parts = [abs(change) if kind == name else ZERO for name in KINDS]
            found.append((customer, month, start, *parts, end))
            start, had_any = end, True
    return found


def test_revenue_of_every_customer_product_line_and_month(built_company, company):
    found = built_company.execute(
        "select customer_id, product_line, period_month, net_amount from marts.fct_revenue_by_month"
    ).fetchall()
    assert {row[:3]: row[3] for row in found} == company.revenue()


def test_every_movement_of_every_customer(built_company, company):
    found = built_company.execute(
        "select customer_id, period_month, start_mrr, opening_mrr, new_mrr, reactivation_mrr, expansion_mrr,"
        " contraction_mrr, churn_mrr, end_mrr from marts.fct_mrr_movements"
    ).fetchall()
    expected = movements(company)
    assert sorted(found) == sorted(expected)
    assert all(any(row[3 + kind] for row in expected) for kind in range(len(KINDS)))


def test_rates_of_the_bridge(built_company, company):
    by_segment = defaultdict(list)
    ends = {}
    for row in movements(company):
        ends[row[0], row[1]] = row[-1]
        by_segment[company.segment(row[0]), row[1]].append(row)
        by_segment["(all)", row[1]].append(row)
    bridge = {
        (row["segment"], row["period_month"]): row
        for row in rows(built_company, "from marts.rpt_mrr_bridge")
    }
    assert set(bridge) == set(by_segment)

    def ratio(dividend, divisor):
        return pytest.approx(float(dividend / divisor), abs=1e-9) if divisor else None

    for (segment, month), members in by_segment.items():
        row = bridge[segment, month]
        start, opening, new, back, up, down, lost, end = (
            sum(r[n] for r in members) for n in range(2, 10)
        )
        assert (row["start_mrr"], row["opening_mrr"], row["new_mrr"]) == (start, opening, new)
        assert (row["end_mrr"], row["churn_mrr"]) == (end, lost)
        then = {r[0]: ends.get((r[0], add_months(month, -12)), ZERO) for r in members}
        total_then = sum(then.values())
        assert row["nrr"] == ratio(sum(r[9] for r in members if then[r[0]]), total_then)
        assert row["grr"] == ratio(sum(min(r[9], then[r[0]]) for r in members), total_then)
        assert row["gross_churn_rate"] == ratio(lost + down, start)
        assert row["net_churn_rate"] == ratio(lost + down - up - back, start)
        assert row["quick_ratio"] == ratio(new + back + up, lost + down)
        assert row["arpa"] == ratio(end, sum(r[9] > 0 for r in members))
        year_ago = by_segment.get((segment, add_months(month, -12)), [])
        up_then = sum((r[6] for r in year_ago), ZERO)
        assert row["expansion_growth_rate"] == ratio(up - up_then, up_then)
        counts = [sum(r[n] > 0 for r in members) for n in (2, 3, 4, 5, 8, 9)]
        names = ("start", "opening", "new", "reactivated", "churned", "end")
        assert [row[f"customers_{name}"] for name in names] == counts


def test_cohorts_by_acquisition_channel(built_company, company, channels):
    mrr, active = company.mrr(), set(company.mrr())
    # Cohort -> its members; month 0 of the opening base is the first month of the records.
    cohorts = dict.fromkeys(company.opening_base(), (None, MONTHS[0]))
    cohorts |= {customer: (month, month) for customer, month in company.cohorts().items()}
    active |= {
        (line["customer"], month_of(line["revenue_at"].date())) for line in company.billing.sold
    }
    net = defaultdict(Decimal)
    for (customer, _, month), amount in company.revenue().items():
        net[customer, month] += amount
    expected = defaultdict(lambda: [0, 0, ZERO, ZERO])
    for customer, (cohort, first) in cohorts.items():
        for channel in (channels.get(customer, "(unknown)"), "(all)"):
            for since in range((AS_OF.year - first.year) * 12 + AS_OF.month - first.month + 1):
                cell, month = expected[cohort, channel, since], add_months(first, since)
                cell[0] += 1
                cell[1] += (customer, month) in active
                cell[2] += mrr[customer, month][0] if (customer, month) in mrr else ZERO
                cell[3] += net.get((customer, month), ZERO)
    found = built_company.execute(
        "select cohort_month, acquisition_channel, months_since, customers_count, retained_customers_count, mrr,"
        " net_amount, logo_retention, mrr_retention, revenue_retention, cohort from marts.rpt_retention_cohorts where is_mature"
    ).fetchall()
    assert {row[:3]: list(row[3:7]) for row in found} == expected
    for cohort, channel, since, *counts, logos, of_mrr, of_revenue, name in found:
        customers, retained, recurring, amount = counts
        assert name == (cohort.strftime("%Y-%m") if cohort else "(opening base)")
        assert logos == pytest.approx(retained / customers, abs=1e-9)
        base = expected[cohort, channel, 0][2]
        assert of_mrr == (pytest.approx(float(recurring / base), abs=1e-9) if base else None)
        # The first full month; a cohort of the last month has none yet.
        base = expected[cohort, channel, 1][3] if since else ZERO
        assert of_revenue == (pytest.approx(float(amount / base), abs=1e-9) if base > 0 else None)


def test_customers_among_accounts(built_company, company):
    """An account with a won opportunity, a sale or a subscription; active with MRR now or a sale within 365 days."""
    since = company.starts()
    won = built_company.execute(
        "select account_id, cast(min(closed_at) as date) from marts.fct_opportunities where is_won group by all"
    ).fetchall()
    for account, day in won:
        since[account] = min(since.get(account, day), day)
    active = {customer for customer, month in company.mrr() if month == MONTHS[-1]}
    active |= {
        line["customer"]
        for line in company.billing.sold
        if line["revenue_at"].date() > AS_OF - timedelta(365)
    }
    found = rows(built_company, "from marts.dim_accounts")
    accounts = {row["account_id"] for row in found}
    assert {row["account_id"]: row["customer_since"] for row in found if row["is_customer"]} == {
        customer: day for customer, day in since.items() if customer in accounts
    }
    assert {row["account_id"] for row in found if row["is_active_customer"]} == active & accounts
    assert all(row["customer_since"] is None for row in found if not row["is_customer"])
    assert any(row["is_customer"] and row["first_won_at"] is None for row in found)
    assert any(row["is_customer"] and not row["is_active_customer"] for row in found)


def test_acquisition_cost_and_payback(built_company, company, channels):
    cohorts, margins = company.cohorts(), company.earned_margins()
    groups, spend = defaultdict(list), spend_by_channel(company.exports, company.rate)
    for customer, cohort in cohorts.items():
        groups[cohort, channels.get(customer, "(unknown)")].append(customer)
    sales = {
        month: Decimal(row["sales_cost"])
        for row in read("demo/rules/sales_costs")
        for month in MONTHS
        if row["valid_from"] <= month.isoformat()
        and (not row["valid_to"] or month.isoformat() < row["valid_to"])
    }
    found = {
        (row["cohort_month"], row["acquisition_channel"], row["cac_basis"]): row
        for row in rows(built_company, "from marts.rpt_unit_economics")
    }
    assert {key[:2] for key in found} == set(groups) | set(spend)
    # What is expected of a customer is computed in test_contract_value_by_survival.
    ahead = dict(
        built_company.execute("select customer_id, clv from marts.fct_customer_value").fetchall()
    )
    paid_back = 0
    for (month, channel, basis), row in found.items():
        members = groups.get((month, channel), [])
        newcomers = sum(len(group) for (cohort, _), group in groups.items() if cohort == month)
        pot = sum(amount for (day, _), amount in spend.items() if day == month)
        pot += sales.get(month, ZERO) if basis == "fully_loaded" else ZERO
        assert row["new_customers_count"] == len(members)
        if basis == "channel":
            cost = spend.get((month, channel), ZERO)
            assert row["acquisition_spend"] == cost
        elif newcomers:
            cost = row["acquisition_spend"]
            assert abs(cost - pot * len(members) / newcomers) < Decimal("0.01")
        else:
            continue
        if not members:
            assert row["cac"] is row["payback_months"] is row["clv_to_cac"] is None
            continue
        assert row["cac"] == pytest.approx(float(cost / len(members)), abs=1e-9)
        assert row["margin_to_date"] == pytest.approx(
            float(sum(margins.get((c, m), ZERO) for c in members for m in MONTHS) / len(members)),
            abs=1e-6,
        )
        so_far_and_ahead = sum(
            sum(margins.get((c, m), ZERO) for m in MONTHS) + (ahead.get(c) or ZERO) for c in members
        )
        assert row["clv"] == pytest.approx(float(so_far_and_ahead / len(members)), abs=1e-6)
        ratio = pytest.approx(float(so_far_and_ahead / cost), abs=1e-9) if cost else None
        assert row["clv_to_cac"] == ratio
        so_far, payback = ZERO, None
        for since in range(24):
            so_far += sum(margins.get((c, add_months(month, since)), ZERO) for c in members)
            if payback is None and so_far >= cost:
                payback = since
        assert row["payback_months"] == (payback if cost else 0)
        paid_back += bool(payback)
    assert paid_back >= 15


def test_contract_value_by_survival(built_company, company):
    """Kaplan-Meier by hand: hazard by tenure of the first spell, by segment where 30 are at risk."""
    mrr = company.mrr()
    started = {}
    for customer, day in company.contract_starts(is_paid=True):
        started[customer] = min(started.get(customer, AS_OF), month_of(day))

    def between(first: date, last: date) -> int:
        return (last.year - first.year) * 12 + last.month - first.month

    at_risk, churned = defaultdict(int), defaultdict(int)
    tenure = {}
    for customer in {customer for customer, _ in mrr}:
        months = [month for month in MONTHS if (customer, month) in mrr]
        origin = min(started[customer], months[0])
        segments = (company.segment(customer), "(all)")
        month, spell_start = months[0], origin
        while add_months(month, 1) <= MONTHS[-1]:
            month = add_months(month, 1)
            for segment in segments:
                at_risk[segment, between(origin, month)] += 1
            if (customer, month) not in mrr:
                for segment in segments:
                    churned[segment, between(origin, month)] += 1
                break
        if (customer, MONTHS[-1]) in mrr:
            gaps = [m for m in MONTHS if m > months[0] and (customer, m) not in mrr]
            if gaps:
                spell_start = add_months(max(gaps), 1)
            tenure[customer] = between(spell_start, MONTHS[-1])

    everywhere = sum(n for (s, _), n in churned.items() if s == "(all)") / sum(
        n for (s, _), n in at_risk.items() if s == "(all)"
    )

    def hazard(segment: str, month: int) -> float:
        for whose in (segment, "(all)"):
            if at_risk[whose, month] >= AT_RISK:
                return churned[whose, month] / at_risk[whose, month]
        return everywhere

    values = {
        row["customer_id"]: row
        for row in rows(built_company, "from marts.fct_customer_value where is_contractual")
    }
    assert set(tenure) == {customer for customer, row in values.items() if row["mrr"] > 0}
    for customer, age in tenure.items():
        left, months = 1.0, 0.0
        for ahead in range(1, HORIZON + 1):
            left *= 1 - hazard(company.segment(customer), age + ahead)
            months += left * (1 + DISCOUNT) ** (-ahead / 12)
        margin = float(cents(mrr[customer, MONTHS[-1]][1]))
        assert values[customer]["tenure_months"] == age
        assert float(values[customer]["clv"]) == pytest.approx(margin * months, abs=0.006)
    assert all(row["clv"] == 0 for customer, row in values.items() if customer not in tenure)
