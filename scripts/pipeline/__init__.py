"""
One run of the pipeline: preflight, audit raw, build, audit marts, publish, record.

Packages import from those above them in this list, and from each other only in this direction
(tests/python/test_conventions.py checks it):

    core        settings, console, errors, lock, folders, published versions on disk
    records     history of runs, what the published version says of itself, notification
    inputs      declared and delivered raw tables, rules, dbt vars
    engines     dbt builds, the marts of a build, Spark's session
    quality     expectations and audits of raw tables and marts
    publishing  new versions, Spark's views, erasure of people, whether anything has changed
    verbs       run, status, history, rollback, doctor, dry run
"""
