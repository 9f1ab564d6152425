"""What a run was asked for, and the sizes that follow from it."""

from dataclasses import dataclass
from datetime import date

FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2025, 12, 31)
# Number of web events of the committed demo, to which all sizes are relative.
DEMO_WEB_EVENTS = 18_300
DEMO_SEED = 7
# From this many web events on, tables are written as Parquet.
PARQUET_FROM = 200_000


@dataclass(frozen=True)
class Settings:
    """The size and the seed of one company, and whether it has the edge cases of planted.py."""

    web_events: int
    seed: int
    shape: str = "demo"
    edge_cases: bool = False

    @property
    def scale(self) -> float:
        """People grow slower than traffic: a thousand times the events, 130 times the leads."""
        ratio = self.web_events / DEMO_WEB_EVENTS
        # Below the demo's size the anonymous crowd cannot shrink further: its people must.
        return ratio ** (0.7 if ratio >= 1 else 0.87)

    @property
    def prospects(self) -> int:
        """Companies that look at the product during the two years."""
        return max(60, round(470 * self.scale))

    @property
    def launch_customers(self) -> int:
        """Customers whose contracts were moved to the new systems in January 2024."""
        return max(12, round(56 * self.scale))

    @property
    def shoppers(self) -> int:
        """Customers who buy packs of credits by card, without a contract."""
        return max(60, round(340 * self.scale))

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
        return [date(year, month, 1) for year in (2024, 2025) for month in range(1, 13)]
