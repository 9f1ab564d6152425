"""What a run was asked for, and the sizes that follow from it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2025, 12, 31)
# Number of web events of the committed demo, to which all sizes are relative.
DEMO_WEB_EVENTS = 18_300
DEMO_SEED = 7
# From this many web events on, tables are written as Parquet.
PARQUET_FROM = 200_000


def add_months(month_end: date, months: int) -> date:
    """The last day of the month that many months later."""
    number = 12 * month_end.year + month_end.month + months
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


@dataclass(frozen=True)
class Settings:
    """The size and the seed of one company, how long it lives, and whether it has edge cases.

    Exports hold what happened up to `last_day`. With `future_months`, the market goes on for so
    many months, and the truth says what came of it. Another `history` has the same companies with other luck.
    """

    web_events: int
    seed: int
    shape: str = "demo"
    crm: str = "salesforce"
    web: str = "segment"
    edge_cases: bool = False
    future_months: int = 0
    history: int = 0
    last_day: date = LAST_DAY

    @property
    def scale(self) -> float:
        """People grow slower than traffic: a thousand times the events, 130 times the leads."""
        ratio = self.web_events / DEMO_WEB_EVENTS
        # Below the demo's size the anonymous crowd cannot shrink further: its people must.
        return ratio ** (0.7 if ratio >= 1 else 0.87)

    @property
    def market_ends_on(self) -> date:
        return add_months(LAST_DAY, self.future_months)

    @property
    def years(self) -> float:
        return 2 + self.future_months / 12

    @property
    def in_the_end(self) -> "Settings":
        """The same company, exported when its market ends."""
        return replace(self, last_day=self.market_ends_on)

    @property
    def prospects(self) -> int:
        """Companies that look at the product while the market lasts."""
        return round(max(60, 470 * self.scale) * self.years / 2)

    @property
    def launch_customers(self) -> int:
        """Customers whose contracts were moved to the new systems in January 2024."""
        return max(12, round(56 * self.scale))

    @property
    def shoppers(self) -> int:
        """Customers who buy packs of credits by card, without a contract."""
        return round(max(60, 340 * self.scale) * self.years / 2)

    @property
    def teams(self) -> list[tuple[str, int, int]]:
        """(team, number in its members' ids, size), managers not counted."""
        sales_people = max(4, round(5 * self.scale**0.6))
        return [
            ("Sales", 0, sales_people),
            ("SDR", 1, max(3, sales_people * 3 // 5)),
            ("Marketing", 2, 3),
            ("Customer Success", 3, max(2, sales_people // 2)),
        ]

    @property
    def months(self) -> list[date]:
        """First days of the months up to the last day."""
        count = 12 * (self.last_day.year - FIRST_DAY.year) + self.last_day.month
        return [date(FIRST_DAY.year + n // 12, n % 12 + 1, 1) for n in range(count)]
