"""The UCI Online Retail data as revenue lines of the vendor `generic`."""

# Rows with equal values in every column are one line delivered several times: they share an id, and one counts.
AS_REVENUE_LINES = """
copy (
    select
        md5(concat_ws('|', InvoiceNo, StockCode, coalesce(Description, '~'), Quantity, InvoiceDate, UnitPrice,
            coalesce(CustomerID, -1), Country)) as line_id,
        InvoiceNo as order_id,
        case when InvoiceNo like 'C%' or Quantity * UnitPrice < 0 then 'refund' else 'sale' end as line_type,
        cast(cast(CustomerID as bigint) as varchar) as customer_id,
        false as is_recurring,
        cast(round(Quantity * UnitPrice, 2) as decimal(18, 2)) as amount,
        'GBP' as currency,
        InvoiceDate as revenue_at
    from read_parquet('{raw}')
) to '{target}' (format parquet)
"""
