-- What was decided about posts, day by day, and what a thousand of them cost.
SELECT
  profile,
  SUBSTR(finished_at, 1, 10) AS day,
  SUM(lines) AS posts,
  SUM(rejected) AS rejected,
  SUM(unjudged) AS unjudged,
  SUM(calls) AS calls,
  ROUND(SUM(model_usd), 6) AS model_usd,
  ROUND(1000 * SUM(model_usd) / NULLIF(SUM(lines) - SUM(rejected), 0), 6) AS usd_per_thousand
FROM posts
GROUP BY profile, SUBSTR(finished_at, 1, 10)
ORDER BY day DESC, profile
