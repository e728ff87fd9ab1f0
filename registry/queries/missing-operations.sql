-- Which operations were wanted and gave nothing, how often, and why.
SELECT profile, operation, reason, COUNT(*) AS assets
FROM missing
GROUP BY profile, operation, reason
ORDER BY assets DESC, profile, operation, reason
