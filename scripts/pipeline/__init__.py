"""
One run of the pipeline: preflight, audit raw, build, audit marts, publish, record. One file per
step.
"""
