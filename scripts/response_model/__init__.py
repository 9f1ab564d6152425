"""
How touches change the chance of the next step of the funnel: a penalised logistic regression.

Pure functions of arrays, without dbt or a database: models/intermediate/attribution/int_response_fitted_parameters.py
calls them, tests/python/models/attribution/test_response_model.py checks them.
"""
