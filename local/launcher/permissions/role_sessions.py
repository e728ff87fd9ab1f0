"""Sessions of a role for programs that a service runs, such as a Processing job's."""

from __future__ import annotations

import secrets

from ministack.services import sts

from local.launcher.config import LauncherConfig

RELIES_ON = ("ministack.services.sts:register_session(access_key, session)",)


class RoleSessions:
    """Makes sessions that last as long as this run of the embedded AWS."""

    def __init__(self, config: LauncherConfig) -> None:
        self._config = config

    def environment(self, role_arn: str, session_name: str) -> dict[str, str]:
        """See ``local.services.protocol.Roles``."""
        account_id, role = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
        key, secret, token = (
            "ASIA" + secrets.token_hex(8).upper(),
            secrets.token_hex(20),
            secrets.token_hex(32),
        )
        sts.register_session(
            key,
            {
                "Arn": f"arn:aws:sts::{account_id}:assumed-role/{role}/{session_name}",
                "UserId": f"{role}:{session_name}",
                "SecretAccessKey": secret,
                "SessionToken": token,
            },
        )
        return {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_SESSION_TOKEN": token,
            "AWS_REGION": self._config.region,
            "AWS_DEFAULT_REGION": self._config.region,
            "AWS_ENDPOINT_URL": self._config.endpoint_url,
        }
