-- Where an asset's modalities can't both be right, the strongest first.
SELECT c.profile, a.source.key AS source_key, c.reason, ROUND(c.strength, 3) AS strength, c.asset_id
FROM contradictions c
JOIN assets a ON a.asset_id = c.asset_id
ORDER BY c.strength DESC, c.asset_id, c.reason
