-- What each service cost, by profile, the dearest first.
SELECT
  profile,
  service,
  operation,
  ROUND(SUM(quantity), 3) AS quantity,
  unit,
  ROUND(SUM(cost_usd), 6) AS cost_usd
FROM receipt_lines
GROUP BY profile, service, operation, unit
ORDER BY cost_usd DESC, profile, service, operation, unit
