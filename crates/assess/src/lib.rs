//! (plan, evidence) -> assessment: timelines, achieved values, verdicts
