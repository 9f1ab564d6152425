"""Rescheduled meetings against bookings followed one by one.

A chain that is not followed to its start counts one meeting as several.
"""

from support import connect, dbt, own_data, write_csv

# Each booking with the one it replaces.
CIRCLE = {"c": "a", "a": "b", "b": "c", "after1": "b", "after2": "after1", "p": "q", "q": "p"}
OTHERS = {"m2": "m1", "m1": "", "m3": "m1", "unknown": "not delivered", "itself": "itself"}
LONG = {
    f"b{number * 7919 % 5000:04d}": f"b{(number - 1) * 7919 % 5000:04d}" for number in range(5000)
}
LONG["b0000"] = ""


def test_a_meeting_has_the_first_booking_of_its_chain_however_long_and_circles_end(tmp_path):
    replaces = {**CIRCLE, **OTHERS, **LONG}
    write_csv(
        tmp_path / "raw" / "generic" / "sales_activities.csv",
        [
            {
                "activity_id": booking,
                "activity_type": "meeting",
                "activity_status": "held",
                "rescheduled_from_id": earlier,
                "created_at": "2025-01-01 00:00:00",
            }
            for booking, earlier in replaces.items()
        ],
    )
    vars = own_data(tmp_path / "raw", "2025-12-31")
    dbt(tmp_path, "seed -s path:seeds/rules", vars)
    dbt(tmp_path, "run -s +int_meeting_chains", vars)
    found = dict(
        connect(tmp_path)
        .execute("select activity_id, meeting_id from intermediate.int_meeting_chains")
        .fetchall()
    )
    in_circle = dict.fromkeys(("a", "b", "c", "after1", "after2"), "a")
    expected = {**in_circle, "p": "p", "q": "p", "itself": "itself", "unknown": "unknown"}
    expected |= dict.fromkeys(("m1", "m2", "m3"), "m1") | dict.fromkeys(LONG, "b0000")
    assert found == expected
