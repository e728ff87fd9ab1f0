"""The languages that Amazon Transcribe takes, and what it does for some of them only."""

from __future__ import annotations

__all__ = ["LANGUAGE_CODES", "PII_TYPES", "REDACTED_LANGUAGES", "TOXICITY_LANGUAGES"]

# "LanguageCode" of Transcribe's service model.
_LANGUAGES = """
    ab-GE af-ZA am-ET ar-AE ar-SA ast-ES az-AZ ba-RU be-BY bg-BG bn-IN bs-BA ca-ES ckb-IQ ckb-IR cs-CZ
    cy-GB cy-WL da-DK de-CH de-DE el-GR en-AB en-AU en-GB en-IE en-IN en-NZ en-US en-WL en-ZA es-ES es-MX
    es-US et-EE et-ET eu-ES fa-AF fa-IR fi-FI fr-CA fr-FR ga-IE gd-GB gl-ES gu-IN ha-NG he-IL hi-IN hr-HR
    ht-HT hu-HU hy-AM id-ID is-IS it-IT ja-JP jv-ID ka-GE kab-DZ kk-KZ km-KH kn-IN ko-KR ky-KG lg-IN lt-LT
    lv-LV mhr-RU mi-NZ mk-MK ml-IN mn-MN mr-IN ms-MY mt-MT my-MM ne-NP nl-NL no-NO or-IN pa-IN pl-PL ps-AF
    pt-BR pt-PT ro-RO ru-RU rw-RW si-LK sk-SK sl-SI so-SO sq-AL sr-RS su-ID sv-SE sw-BI sw-KE sw-RW sw-TZ
    sw-UG ta-IN te-IN th-TH tl-PH tr-TR tt-RU ug-CN uk-UA uz-UZ vi-VN wo-SN zh-CN zh-HK zh-TW zu-ZA
"""
LANGUAGE_CODES = frozenset(_LANGUAGES.split())

# "Redacting PII in your batch job" of the developer guide, and its document history of 1 May 2026.
REDACTED_LANGUAGES = frozenset(
    {"en-US", "es-US", "fr-FR", "fr-CA", "de-DE", "de-CH", "it-IT", "pt-PT", "pt-BR"}
)

# "Detecting toxic speech" of the developer guide.
TOXICITY_LANGUAGES = frozenset({"en-US"})

# "PiiEntityType" of Transcribe's service model.
_PII = """
    ADDRESS AGE ALL AWS_ACCESS_KEY AWS_SECRET_KEY BANK_ACCOUNT_NUMBER BANK_ROUTING CA_HEALTH_NUMBER
    CA_SOCIAL_INSURANCE_NUMBER CREDIT_DEBIT_CVV CREDIT_DEBIT_EXPIRY CREDIT_DEBIT_NUMBER DATE_TIME
    DRIVER_ID EMAIL INTERNATIONAL_BANK_ACCOUNT_NUMBER IP_ADDRESS LICENSE_PLATE MAC_ADDRESS NAME
    PASSPORT_NUMBER PASSWORD PHONE PIN SSN SWIFT_CODE URL USERNAME US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER
    VEHICLE_IDENTIFICATION_NUMBER
"""
PII_TYPES = frozenset(_PII.split())
