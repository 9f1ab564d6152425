"""
Models of how often customers without a contract buy, and how much: BG/NBD and Gamma-Gamma.

Pure functions of arrays, without dbt or a database: models/intermediate/value/int_clv_fitted_parameters.py calls
them, tests/python/models/lifetime_value/test_purchase_models.py checks them against the published formulas.
"""
