-- How many assets of each profile ended how, day by day, and how sure their answers are.
SELECT
  a.profile,
  SUBSTR(a.timings.finished_at, 1, 10) AS day,
  a.status,
  COUNT(*) AS assets,
  ROUND(AVG(n.confidence), 3) AS mean_confidence
FROM assets a
LEFT JOIN answers n ON n.asset_id = a.asset_id
GROUP BY a.profile, SUBSTR(a.timings.finished_at, 1, 10), a.status
ORDER BY day DESC, a.profile, a.status
