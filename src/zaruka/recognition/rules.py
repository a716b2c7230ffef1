"""What recognition checks: by the agreement of 15.04.2024 and its like (requirements R1 to R6).

Which agreement was applied, a decision says itself.
"""

from __future__ import annotations

from zaruka.findings import Rule

_AGREEMENT = "the agreement applied"

AGREEMENT = Rule("recognition.agreement", _AGREEMENT)
NO_AGREEMENT = Rule("recognition.no-agreement", "63-FZ art. 7; law 113-Z")
BEFORE_AGREEMENT = Rule("recognition.before-agreement", _AGREEMENT)
START_NOT_STATED = Rule("recognition.start-not-stated", _AGREEMENT)
COUNTRY_NOT_STATED = Rule("recognition.country-not-stated", _AGREEMENT)
COUNTRY_ASSUMED = Rule("recognition.country-assumed", _AGREEMENT)
MOMENT = Rule("recognition.moment", "63-FZ art. 11(2); law 113-Z")
SIGNATURE = Rule("recognition.signature", "63-FZ art. 11; law 113-Z")
NOT_QUALIFIED = Rule("recognition.not-qualified", "63-FZ art. 11(1)")
ACCREDITATION = Rule("recognition.accreditation", "63-FZ art. 11(1), 18.1(1)(1)")
PARTICIPANT = Rule("recognition.participant", _AGREEMENT + ", scope")
PARTICIPANT_ASSUMED = Rule("recognition.participant-assumed", _AGREEMENT + ", scope")
EXCLUDED = Rule("recognition.excluded", _AGREEMENT + ", scope")
EXCLUSION_OPEN = Rule("recognition.exclusion-open", _AGREEMENT + ", scope")
ADMISSION_NOT_STATED = Rule("recognition.admission-not-stated", _AGREEMENT + ", annexed rules")
ALGORITHM = Rule("recognition.algorithm", _AGREEMENT + ", annexed rules")
PROFILE = Rule("recognition.profile", _AGREEMENT + ", annexed rules")
PROFILE_FORMAT = Rule("recognition.profile-format", _AGREEMENT + ", annexed rules")
PROFILE_LEVEL = Rule("recognition.profile-level", _AGREEMENT + ", annexed rules")
PROFILE_CONTENT = Rule("recognition.profile-content", _AGREEMENT + ", annexed rules")
PROFILE_CERTIFICATE = Rule("recognition.profile-certificate", "63-FZ 18.1(1)(2); STB 34.101.78")
PROFILE_DEPARTURES = Rule("recognition.profile-departures", "63-FZ 18.1(1)(2); STB 34.101.78")
PROFILE_MEANS = Rule("recognition.profile-means", "63-FZ art. 12; RFC 9215 5.2")
PROFILE_ACCREDITATION = Rule("recognition.profile-accreditation", "63-FZ art. 11(1), 18.1(1)(1)")
TIME_EVIDENCE = Rule("recognition.time-evidence", _AGREEMENT + ", terms: trusted time")
THIRD_PARTIES_NOT_STATED = Rule("recognition.third-parties-not-stated", _AGREEMENT + ", annex")
HOME_RECEIPT = Rule("recognition.home-receipt", _AGREEMENT + ", annex")
HOME_RECEIPT_BAD = Rule("recognition.home-receipt-bad", "STB 34.101.81 6.14, 6.15")
THIRD_PARTY = Rule("recognition.third-party", _AGREEMENT + ", annex")
CONFLICT = Rule("recognition.conflict", "STB 34.101.81 7.1; EN 319 102-1 V1.4.1, 5.1.3")
